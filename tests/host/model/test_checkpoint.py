import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host import atomic
from host.errors import DataError, ModelError
from host.model import checkpoint
from host.model.checkpoint import Checkpoint, Epoch


def example(epochs: int = 1, recipe: str = "recipe") -> Checkpoint:
    random = np.random.default_rng(epochs)
    return Checkpoint(
        recipe=recipe,
        weights=tuple(random.standard_normal((3, 2)).astype(np.float32) for _ in range(12)),
        optimizer=(np.array(epochs), random.standard_normal(4).astype(np.float32)),
        best_weights=(np.arange(3, dtype=np.float32),),
        history=tuple(Epoch(number, 10 / number, 11 / number, 0.5) for number in range(1, epochs + 1)),
    )


def assert_equal(left: Checkpoint, right: Checkpoint) -> None:
    assert (left.recipe, left.history) == (right.recipe, right.history)
    for group in ("weights", "optimizer", "best_weights"):
        pairs = zip(getattr(left, group), getattr(right, group), strict=True)
        assert all(a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b) for a, b in pairs)


def test_reads_back_every_bit(tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "checkpoint", example(3))
    assert_equal(checkpoint.load(tmp_path / "checkpoint"), example(3))


def test_unknown_time_for_input_stays_unknown(tmp_path: Path) -> None:
    history = (Epoch(1, 1.0, 1.0, 2.0), Epoch(2, 1.0, 1.0, 2.0, 0.25))
    checkpoint.save(tmp_path / "checkpoint", replace(example(), history=history))
    assert checkpoint.load(tmp_path / "checkpoint").history == history


def test_best_epoch_is_the_first_of_the_smallest_validation_losses() -> None:
    history = tuple(Epoch(n, 0.0, loss, 0.0) for n, loss in enumerate([3.0, 1.0, 2.0, 1.0], start=1))
    assert Checkpoint("", (), (), (), history).best_epoch.number == 2


def test_newest_is_used_and_the_one_before_kept(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    for epochs in (1, 2, 3):
        checkpoint.save(path, example(epochs))
    found = checkpoint.load_latest(path, "recipe")
    assert found.warnings == ()
    assert found.checkpoint is not None
    assert_equal(found.checkpoint, example(3))
    assert_equal(checkpoint.load(checkpoint.previous(path)), example(2))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["checkpoint", "checkpoint.previous"]


def test_killed_between_the_two_renames(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    checkpoint.save(path, example(1))
    path.replace(checkpoint.previous(path))
    found = checkpoint.load_latest(path, "recipe")
    assert found.checkpoint is not None
    assert_equal(found.checkpoint, example(1))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "checkpoint"
    checkpoint.save(path, example())
    return path


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damaged_byte_is_noticed(saved: Path, data: st.DataObject) -> None:
    content = bytearray(saved.read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    damaged = saved.with_name("damaged")
    damaged.write_bytes(content)
    with pytest.raises(ModelError):
        checkpoint.load(damaged)


@pytest.mark.parametrize("length", [0, 10, 100, 2000])
def test_cut_file_falls_back_to_the_one_before(tmp_path: Path, length: int) -> None:
    path = tmp_path / "checkpoint"
    checkpoint.save(path, example(1))
    checkpoint.save(path, example(2))
    path.write_bytes(path.read_bytes()[:length])
    found = checkpoint.load_latest(path, "recipe")
    assert found.checkpoint is not None
    assert_equal(found.checkpoint, example(1))
    assert len(found.warnings) == 1
    assert str(path) in found.warnings[0]


def test_nothing_is_promised_when_both_are_damaged(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    for epochs in (1, 2):
        checkpoint.save(path, example(epochs))
    for damaged in (path, checkpoint.previous(path)):
        damaged.write_bytes(damaged.read_bytes()[:100])
    found = checkpoint.load_latest(path, "recipe")
    assert found.checkpoint is None
    assert [str(path) in found.warnings[0], str(checkpoint.previous(path)) in found.warnings[1]] == [True] * 2
    assert found.warnings[2:] == ("no usable checkpoint is left: training starts from the beginning",)
    assert not any("is used" in warning for warning in found.warnings)


def test_another_recipe_is_not_continued(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    checkpoint.save(path, example(1, recipe="other"))
    found = checkpoint.load_latest(path, "recipe")
    assert found.checkpoint is None
    assert "another training" in found.warnings[0]
    assert "from the beginning" in found.warnings[-1]


def test_nothing_there(tmp_path: Path) -> None:
    assert checkpoint.load_latest(tmp_path / "checkpoint", "recipe") == checkpoint.Found(None, ())


def test_full_disk_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    checkpoint.save(path, example(1))
    with pytest.raises(DataError, match="disk full"), atomic.atomic_path(path) as temporary:
        temporary.write_bytes(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert_equal(checkpoint.load(path), example(1))
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint"]
