import hashlib
import json
import os
from pathlib import Path

import pytest

from host.data import content_index
from host.data.content_index import ContentIndex, FileState, content_hash, state

OLD = FileState(5, 1, 1)


def _settled(path: Path, monkeypatch: pytest.MonkeyPatch) -> FileState:
    """The state of a file, seen ten seconds later."""
    found = state(path)
    assert found is not None
    later = found.changed_ns + 10_000_000_000
    monkeypatch.setattr(content_index.time, "time_ns", lambda: later)
    return found


def test_a_hash_is_known_to_the_next_process_by_the_files_state(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    first = ContentIndex(tmp_path / "index")
    first.put(path, OLD, "abc")
    first.save()
    second = ContentIndex(tmp_path / "index")
    assert second.get(path, OLD) == "abc"
    for other in (FileState(6, 1, 1), FileState(5, 2, 1), FileState(5, 1, 2)):
        assert second.get(path, other) is None
    assert second.get(tmp_path / "b.wav", OLD) is None


def test_a_file_that_was_just_changed_is_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"sound")
    now = state(path)
    assert now is not None
    index = ContentIndex(tmp_path / "index")
    index.put(path, now, "abc")
    assert index.get(path, now) is None


def test_a_replaced_file_with_the_old_time_and_size_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"sound")
    before = _settled(path, monkeypatch)
    index = ContentIndex(tmp_path / "index")
    index.put(path, before, "abc")
    path.write_bytes(b"other")
    os.utime(path, ns=(before.modified_ns, before.modified_ns))
    after = state(path)
    assert after is not None
    assert after.modified_ns == before.modified_ns
    assert index.get(path, after) is None


def test_hashes_reads_only_what_it_does_not_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / name for name in ("a", "b", "none")]
    for path in paths[:2]:
        path.write_bytes(path.name.encode())
    _settled(paths[1], monkeypatch)
    expected = [hashlib.sha256(b"a").hexdigest(), hashlib.sha256(b"b").hexdigest(), None]
    assert ContentIndex(tmp_path / "index").hashes(paths) == expected
    monkeypatch.setattr(content_index, "content_hash", lambda path: "read again")
    assert ContentIndex(tmp_path / "index").hashes(paths) == [*expected[:2], "read again"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"version": 1}', '{"version": 1, "folder": "x", "files": 3}']
)
def test_a_damaged_index_is_no_index(tmp_path: Path, text: str) -> None:
    index = ContentIndex(tmp_path / "index")
    index.put(tmp_path / "a", OLD, "abc")
    index.save()
    (file,) = (tmp_path / "index").iterdir()
    file.write_text(text)
    assert ContentIndex(tmp_path / "index").get(tmp_path / "a", OLD) is None


def test_an_index_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file")
    index = ContentIndex(tmp_path / "index")
    index.put(tmp_path / "a", OLD, "abc")
    index.save()
    assert (tmp_path / "index").read_text() == "a file"


def test_the_index_of_the_folder_that_was_saved_longest_ago_goes_first(tmp_path: Path) -> None:
    place = tmp_path / "index"
    place.mkdir()
    for k in range(70):
        (place / f"{k}.json").write_text("{}")
        os.utime(place / f"{k}.json", (k, k))
    index = ContentIndex(place)
    index.put(tmp_path / "a", OLD, "abc")
    index.save()
    names = {path.name for path in place.iterdir()}
    assert len(names) == 64
    assert "69.json" in names
    assert "6.json" not in names
    documents = [json.loads(path.read_text()) for path in place.iterdir()]
    assert [d["folder"] for d in documents if d] == [str(tmp_path)]


def test_content_hash_is_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert content_hash(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()
    assert content_hash(tmp_path / "none") is None
