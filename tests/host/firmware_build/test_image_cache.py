"""The cache of images: what it builds again, what it keeps, and what it throws away."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import tflite_models

from host import boards
from host.errors import BuildError, ModelError
from host.firmware_build import image, image_cache
from host.firmware_build.image import Image
from host.firmware_build.memory_use import MemoryUse, Part
from host.tflite import reader
from host.tflite.reader import Model

USE = MemoryUse((Part("flash", "text", 5),), 100, 100, "")


class Builds:
    """Stands for image.build and counts."""

    def __init__(self, folder: Path) -> None:
        self.count = 0
        self.elf = folder / "built.elf"

    def __call__(self, board: object, path: Path, kernel: str, *_: object) -> Image:
        self.count += 1
        self.elf.write_bytes(b"image %d" % self.count)
        model = reader.read(path)
        return Image("b", kernel, self.elf, path, model.name, model.sha256, len(model.data), 64, USE)


@pytest.fixture
def builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Builds:
    made = Builds(tmp_path)
    monkeypatch.setattr(image, "build", made)
    monkeypatch.setattr(image_cache.memory_use, "read", lambda elf, memory: USE)
    return made


@pytest.fixture
def model(tmp_path: Path) -> Model:
    (tmp_path / "m.tflite").write_bytes(tflite_models.chain(8, [tflite_models.Layer(4)]))
    return reader.read(tmp_path / "m.tflite")


def get(model: Model, folder: Path, kernel: str = "fast", **options: str) -> image_cache.CachedImage:
    return image_cache.get(
        model, folder / "m.tflite", boards.load("virtual"), kernel, folder=folder / "cache", **options
    )


def test_the_second_call_builds_nothing(builds: Builds, model: Model, tmp_path: Path) -> None:
    first = get(model, tmp_path)
    assert get(model, tmp_path) == first
    assert builds.count == 1
    assert first.elf.read_bytes() == b"image 1"
    assert (first.arena_bytes, first.use) == (64, USE)


def test_each_setting_and_source_makes_another_image(
    builds: Builds, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elves = {get(model, tmp_path).elf}
    elves.add(get(model, tmp_path, kernel="baseline").elf)
    elves.add(get(model, tmp_path, weights="ram").elf)
    elves.add(get(model, tmp_path, layout="tflite").elf)
    elves.add(get(replace(model, name="other"), tmp_path).elf)
    monkeypatch.setattr(image_cache, "fingerprint", lambda: "other sources")
    elves.add(get(model, tmp_path).elf)
    assert len(elves) == builds.count == 6
    assert all(elf.is_file() for elf in elves)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"arena_bytes": "x"}'])
def test_a_damaged_entry_is_built_again(builds: Builds, model: Model, tmp_path: Path, damage: str) -> None:
    place = get(model, tmp_path).elf.parent
    (place / "image.json").write_text(damage)
    assert get(model, tmp_path).elf.read_bytes() == b"image 2"
    (place / "earshot.elf").unlink()
    assert get(model, tmp_path).elf.read_bytes() == b"image 3"


def test_those_unused_for_longest_go(
    builds: Builds, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_cache, "KEPT", 3)
    images = []
    for number in range(3):
        images.append(get(replace(model, name=f"m{number}"), tmp_path))
        os.utime(images[-1].elf.parent / "image.json", (number, number))
    get(replace(model, name="m0"), tmp_path)  # used again
    newest = get(replace(model, name="m3"), tmp_path)
    left = {place.name for place in newest.elf.parent.parent.iterdir()}
    assert left == {images[0].elf.parent.name, images[2].elf.parent.name, newest.elf.parent.name}


def test_a_failed_build_leaves_nothing(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Image:
        raise BuildError("no compiler")

    monkeypatch.setattr(image, "build", fail)
    with pytest.raises(BuildError, match="no compiler"):
        get(model, tmp_path)
    assert not (tmp_path / "cache" / "images").exists()


def test_a_file_that_changes_meanwhile_is_named(builds: Builds, model: Model, tmp_path: Path) -> None:
    (tmp_path / "m.tflite").write_bytes(tflite_models.chain(8, [tflite_models.Layer(5)]))
    with pytest.raises(ModelError, match="changed while its image was built"):
        get(model, tmp_path)


def test_the_fingerprint_covers_sources_and_tools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for folder, _ in image_cache._SOURCES:
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    for name in image_cache._FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(image_cache, "ROOT", tmp_path)
    prints = {image_cache.fingerprint()}
    (tmp_path / "firmware" / "a.cc").write_text("1")
    prints.add(image_cache.fingerprint())
    (tmp_path / "firmware" / "a.cc").write_text("2")
    prints.add(image_cache.fingerprint())
    (tmp_path / "firmware" / "a.cc").rename(tmp_path / "firmware" / "b.cc")
    prints.add(image_cache.fingerprint())
    monkeypatch.setattr(shutil, "which", lambda tool: None)
    prints.add(image_cache.fingerprint())
    assert len(prints) == 5
