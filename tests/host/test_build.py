"""python -m host.build: images of small models, their figures and records, and models that do not fit."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest
import tflite_models

from host import boards, build, native
from host.boards import header
from host.codegen import firmware_sources, static_tables
from host.errors import BuildError, ModelError, UsageError
from host.firmware_build import cmake, compiler, image, memory_use
from host.firmware_build.app import BENCHMARK_APP, ENERGY, App
from host.project import BUILD_DIR
from host.tflite import operators, reader

# Kept between runs: only what has changed is compiled again.
IMAGES = BUILD_DIR / "test-images"
BOARD = boards.load("xg24")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "small.tflite"
    path.write_bytes(tflite_models.chain(37, [tflite_models.Layer(11), tflite_models.Layer(5)]))
    return path


HERE = ("--build-dir", str(IMAGES), "--preset", "host-sanitize")
"""Builds into a folder of the tests, so that nobody's last image is replaced."""


def record() -> dict[str, object]:
    document = json.loads((IMAGES / "last_image.json").read_text())
    assert isinstance(document, dict)
    return document


@pytest.mark.usefixtures("sanitized_host")
def test_image_is_built_and_accounted_for(model: Path, tmp_path: Path) -> None:
    json_file = tmp_path / "build.json"
    arguments = ["--board", "xg24", "--model", str(model), *HERE]
    assert build.main([*arguments, "--json", str(json_file)]) == 0
    document = json.loads(json_file.read_text())
    assert (document["schema"], document["board"]) == ("build/1", "brd2601b")
    parts = {(part["memory"], part["name"]): part["bytes"] for part in document["parts"]}
    assert parts["flash", "model"] == document["model"]["file_bytes"] == model.stat().st_size
    assert parts["ram", "arena"] == document["arena_bytes"] > 0
    assert parts["ram", "stack"] == 8192
    assert parts["flash", "text"] > 10_000
    for memory, available in (("flash", 1536 * 1024), ("ram", 256 * 1024)):
        used = sum(count for (where, _), count in parts.items() if where == memory)
        assert document[f"{memory}_bytes"] == used <= document[f"{memory}_available_bytes"] == available
    assert len(document["build_id"]) == 40


@pytest.mark.usefixtures("sanitized_host")
def test_weights_in_ram_and_images_in_flash_are_accounted_for(model: Path, tmp_path: Path) -> None:
    parts = {}
    for weights in ("ram", "flash"):
        arguments = ["--model", str(model), "--weights", weights, "--json", str(tmp_path / "build.json")]
        assert build.main([*arguments, *HERE]) == 0
        document = json.loads((tmp_path / "build.json").read_text())
        parts[weights] = {(part["memory"], part["name"]): part["bytes"] for part in document["parts"]}
    # 37 x 11 and 11 x 5 bytes, each rounded up to 16.
    assert parts["ram"]["ram", "weights"] == 416 + 64
    assert parts["flash"]["ram", "weights"] == 0
    assert parts["ram"]["flash", "accelerator images"] == parts["flash"]["flash", "accelerator images"] > 276


@pytest.mark.usefixtures("sanitized_host")
def test_last_image_is_recorded_and_a_second_build_does_nothing(model: Path) -> None:
    arguments = ["--model", str(model), *HERE]
    build.main(["--board", "xg24", *arguments])
    elf = IMAGES / "brd2601b" / "earshot.elf"
    before = elf.stat().st_mtime_ns
    build.main(["--board", "virtual", *arguments])
    assert elf.stat().st_mtime_ns == before
    last = record()
    assert last["board"] == "brd2601b"
    assert last["sha256"] == reader.read(model).sha256
    assert last["build_id"] == memory_use.read(elf, BOARD.memory).build_id
    assert Path(str(last["elf"])) == Path("build/test-images/brd2601b/earshot.elf")
    assert Path(str(last["model_path"])) == model


@pytest.mark.usefixtures("sanitized_host")
def test_table_shows_every_part(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build.main(["--model", str(model), *HERE])
    text = capsys.readouterr().out
    for word in ("small for brd2601b", "text", "model", "arena", "stack", "1,572,864", "262,144", "build id"):
        assert word in text


@pytest.mark.usefixtures("sanitized_host")
def test_warns_of_layers_that_do_not_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "m.tflite"
    path.write_bytes(tflite_models.chain(8, [tflite_models.Layer(4, per_channel=True)]))
    build.main(["--model", str(path), "--kernel", "baseline", *HERE])
    warning = " ".join(capsys.readouterr().err.split())
    assert warning.startswith("warning: FULLY_CONNECTED (#0) 4x8, output tensor 3, runs on the CPU: ")
    assert warning.endswith("scales of weights in the baseline program 4, at most 1 fits")


def test_host_board_builds_the_host_executable(
    capsys: pytest.CaptureFixture[str], sanitized_host: Path
) -> None:
    assert build.main(["--board", "host", "--preset", "host-sanitize", "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["executable"] == "build/host-sanitize/earshot_host"


def test_host_board_takes_no_app() -> None:
    with pytest.raises(UsageError, match="takes no --app"):
        build.main(["--board", "host", "--app", "benchmark"])


def test_a_mode_needs_the_benchmark(model: Path) -> None:
    with pytest.raises(UsageError, match="add --app benchmark"):
        build.main(["--model", str(model), "--mode", "energy"])


def test_energy_mode_needs_a_timing_pin(model: Path, tmp_path: Path) -> None:
    board = dataclasses.replace(BOARD, timing_pin=None)
    with pytest.raises(BuildError, match=r"no timing pin .* timing_pin to \[benchmark\] in boards/brd2601b"):
        image.build(board, model, "fast", tmp_path / "build", app=App(BENCHMARK_APP, ENERGY))
    assert not (tmp_path / "build").exists()


@pytest.mark.usefixtures("sanitized_host")
def test_benchmark_image_has_its_own_folder_and_is_not_the_last_one(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build.main(["--model", str(model), *HERE])
    last = record()
    json_file = tmp_path / "build.json"
    arguments = ["--app", "benchmark", "--mode", "energy", "--json", str(json_file)]
    capsys.readouterr()
    assert build.main([*arguments, "--model", str(model), *HERE]) == 0
    document = json.loads(json_file.read_text())
    assert (document["app"], document["benchmark_mode"]) == ("benchmark", "energy")
    assert document["elf"] == "build/test-images/brd2601b-benchmark-energy/earshot.elf"
    assert "benchmark in energy mode" in " ".join(capsys.readouterr().out.split())
    assert record() == last


def test_host_board_takes_no_model(model: Path) -> None:
    with pytest.raises(UsageError, match="takes no --model"):
        build.main(["--board", "host", "--model", str(model)])


def test_model_beyond_flash_is_one_line_and_exit_1(tmp_path: Path) -> None:
    path = tmp_path / "large.tflite"
    path.write_bytes(bytes(2_000_000))
    result = subprocess.run(
        [sys.executable, "-m", "host.build", "--board", "xg24", "--model", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("error: model large.tflite is too large: 2000000 B")
    assert result.stderr.count("\n") == 1


def test_arena_beyond_ram_is_refused_before_compiling(tmp_path: Path, sanitized_host: Path) -> None:
    path = tmp_path / "wide.tflite"
    path.write_bytes(tflite_models.chain(300_000, [tflite_models.Layer(2)]))
    message = r"model wide needs an arena of 30\d{4} B, and brd2601b has 253952 B of RAM beside its stack of"
    with pytest.raises(BuildError, match=message):
        image.build(BOARD, path, "baseline", tmp_path / "build", preset="host-sanitize")
    assert not (tmp_path / "build" / "brd2601b" / "earshot.elf").exists()


def test_file_that_is_no_model_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "text.tflite"
    path.write_text("no model")
    with pytest.raises(ModelError, match=r"text\.tflite"):
        image.build(BOARD, path, "baseline", tmp_path / "build")
    assert not (tmp_path / "build").exists()


def test_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot read model .*gone\.tflite"):
        image.build(BOARD, tmp_path / "gone.tflite", "baseline", tmp_path / "build")


def compile_with_arena(model: Path, arena_bytes: int, folder: Path, executable: Path) -> Path:
    parsed = reader.read(model)
    tables = static_tables.parse(native.tables(parsed, "reference", executable))
    enlarged = dataclasses.replace(tables, arena_bytes=arena_bytes)
    texts = firmware_sources.render(parsed, operators.layers(parsed), arena_bytes, enlarged)
    generated = folder / "generated"
    generated.mkdir(parents=True)
    for name, text in zip(firmware_sources.FILES, texts, strict=True):
        (generated / name).write_text(text)
    # The folder of the other tests: all but the model and main is compiled already.
    build_folder = IMAGES / "brd2601b"
    with cmake.locked(build_folder):
        header.write(BOARD, build_folder / "board")
        return compiler.compile_image(BOARD, build_folder, build_folder / "board", generated, "baseline")


def test_arena_that_fits_alone_but_not_with_the_variables_is_found_by_the_linker(
    model: Path, tmp_path: Path, sanitized_host: Path
) -> None:
    largest = 256 * 1024 - 8192
    with pytest.raises(BuildError, match=r"arena and variables are \d+ B too large for brd2601b"):
        compile_with_arena(model, largest - 64, tmp_path, sanitized_host)


@pytest.mark.slow
def test_model_that_fits_alone_but_not_with_the_code_is_found_by_the_linker(
    tmp_path: Path, sanitized_host: Path
) -> None:
    path = tmp_path / "nearly.tflite"
    path.write_bytes(tflite_models.chain(1024, [tflite_models.Layer(1515)]))
    assert 1_540_000 < path.stat().st_size < 1536 * 1024
    with pytest.raises(BuildError, match=r"model and code are \d+ B too large for brd2601b"):
        compile_with_arena(path, 16_384, tmp_path, sanitized_host)


@pytest.mark.slow
def test_build_id_does_not_depend_on_the_place(model: Path, tmp_path: Path, sanitized_host: Path) -> None:
    ids = {
        image.build(BOARD, model, "fast", folder, preset="host-sanitize").use.build_id
        for folder in (tmp_path / "one", tmp_path / "another" / "place")
    }
    assert len(ids) == 1
