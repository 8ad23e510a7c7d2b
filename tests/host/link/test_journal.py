"""Results of clips on the disk: found again, and only those; torn lines dropped, foreign ones refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from host.errors import DataError
from host.link.journal import ClipKey, ClipResult, Journal

KEY = ClipKey("f" * 64, "a" * 64, "b" * 40, "fast", "simulated")
RESULT = ClipResult("test/normal_id_01_00000000.wav", 1 / 3, 196, 20_000, 1.0, 1e-7)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "scores.jsonl"


def test_a_result_is_found_again_to_the_last_bit(path: Path) -> None:
    with Journal(path) as journal:
        assert journal.get(KEY) is None
        journal.add(KEY, RESULT)
        assert journal.get(KEY) == RESULT
    with Journal(path) as journal:
        assert journal.get(KEY) == RESULT


@pytest.mark.parametrize("field", ["frames_sha256", "model_sha256", "build_id", "kernel", "source"])
def test_a_result_of_anything_else_does_not_count(path: Path, field: str) -> None:
    with Journal(path) as journal:
        journal.add(KEY, RESULT)
        assert journal.get(replace(KEY, **{field: "other"})) is None


@pytest.mark.parametrize("cut", range(1, 80, 13))
def test_a_torn_last_line_is_dropped(path: Path, cut: int) -> None:
    other = replace(KEY, kernel="baseline")
    with Journal(path) as journal:
        journal.add(KEY, RESULT)
        journal.add(other, RESULT)
    path.write_bytes(path.read_bytes()[:-cut])
    with Journal(path) as journal:
        assert (journal.get(KEY), journal.get(other)) == (RESULT, None)
        journal.add(other, RESULT)
    with Journal(path) as journal:
        assert (journal.get(KEY), journal.get(other)) == (RESULT, RESULT)


def test_another_file_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"key": {}}\n')
    with pytest.raises(DataError, match="line 1, is no result of this version: move the file away"):
        Journal(path)
    assert path.read_text() == '{"key": {}}\n'


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError):
        Journal(tmp_path / "file" / "scores.jsonl")
