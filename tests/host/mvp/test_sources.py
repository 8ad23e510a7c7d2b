"""Where programs are read from: an image, a block, an ELF file, a model; and what is none of them."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from launch_images import block, vendor_fully_connected

from host.errors import ModelError, UsageError
from host.mvp import sources

IMAGE = vendor_fully_connected(8, 2)


def no_model(path: Path) -> bytes:
    raise AssertionError(f"{path} is no model")


def written(folder: Path, data: bytes) -> Path:
    path = folder / "source"
    path.write_bytes(data)
    return path


def test_a_launch_image(tmp_path: Path) -> None:
    assert sources.read(written(tmp_path, IMAGE.tobytes()), no_model) == (sources.Source(IMAGE.tobytes()),)


def test_a_block_of_prepared_images(tmp_path: Path) -> None:
    found = sources.read(written(tmp_path, block([IMAGE, IMAGE], role=2)), no_model)
    assert [source.title for source in found] == ["layer 2 (baseline): clamp", "layer 3 (baseline): clamp"]
    assert found[1].image == IMAGE.tobytes()


def test_tables_are_passed_over_and_new_roles_named(tmp_path: Path) -> None:
    assert sources.read(written(tmp_path, block([IMAGE], role=99)), no_model)[0].title.endswith("role 99")
    with pytest.raises(ModelError, match=r"no layer of .* runs on the accelerator with kernel baseline"):
        sources.read(written(tmp_path, block([IMAGE], role=0x100)), no_model)


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        ((0, 0), "with kernel baseline: python -m host.profile"),
        ((2, 2), r"\(--max-error of .* leaves 2 .* for precision\): build it with a higher --max-error"),
        ((2, 0), r"\(--max-error of .* leaves 1 .*, and 1 does not fit: python -m host.profile"),
    ],
)
def test_why_no_layer_runs_on_the_accelerator(tmp_path: Path, flags: tuple[int, int], reason: str) -> None:
    words = np.frombuffer(block([IMAGE, IMAGE]), "<u4").copy()
    for layer, value in enumerate(flags):
        words[8 + 4 * layer + 1 : 8 + 4 * layer + 3] = value, 0  # flags, and no parts
    with pytest.raises(ModelError, match=f"^no layer of .* runs on the accelerator {reason}"):
        sources.read(written(tmp_path, words.tobytes()), no_model)


@pytest.mark.parametrize("section", [".mvp_images", ".model", ".other"])
def test_an_elf_file(tmp_path: Path, section: str) -> None:
    path = written(tmp_path, block([IMAGE]))
    elf = tmp_path / "image.elf"
    assert shutil.which("objcopy"), "objcopy is missing: run tools/setup"
    command = ["objcopy", "-I", "binary", "-O", "elf64-x86-64", "--rename-section", f".data={section}"]
    subprocess.run([*command, path, elf], check=True)
    if section == sources.SECTION:
        assert sources.read(elf, no_model)[0].image == IMAGE.tobytes()
        return
    reason = "built with --kernel reference" if section == ".model" else r"has no section \.mvp_images: give"
    with pytest.raises(ModelError, match=reason):
        sources.read(elf, no_model)


def test_a_model_is_prepared(tmp_path: Path) -> None:
    path = written(tmp_path, b"\0\0\0\0TFL3")
    assert (
        sources.read(path, lambda given: block([IMAGE]) if given == path else b"")[0].image == IMAGE.tobytes()
    )


@pytest.mark.parametrize("data", [IMAGE.tobytes(), block([IMAGE]), b"\x7fELF"])
def test_options_of_models_are_refused_with_programs_made_already(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, data)
    with pytest.raises(
        UsageError, match=r"^--kernel and --layout: only for a .tflite file; the programs in .* "
    ):
        sources.read(path, no_model, ["--kernel", "--layout"])


def test_a_model_takes_its_options(tmp_path: Path) -> None:
    found = sources.read(written(tmp_path, b"\0\0\0\0TFL3"), lambda _: block([IMAGE]), ["--layout"])
    assert (found[0].layer, found[0].kernel, found[0].role) == (2, "baseline", "whole layer")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "holds no programs: give a launch image"),
        (b"MVPI", "cut short at byte 4"),
        (block([IMAGE])[:-1], "cut short"),
        (block([IMAGE], version=7), "version 7, this reads version 1"),
        (b"\x7fELF" + b"\0" * 9, "damaged ELF file"),
    ],
)
def test_other_files_get_one_line(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        sources.read(written(tmp_path, data), no_model)


def test_a_missing_file_gets_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot read"):
        sources.read(tmp_path / "none", no_model)
