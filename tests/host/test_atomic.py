import errno
import tempfile
from pathlib import Path

import pytest

from host import atomic
from host.errors import DataError


def test_file_appears_whole_and_nothing_else(tmp_path: Path) -> None:
    atomic.write_text(tmp_path / "deep" / "a.txt", "é")
    assert (tmp_path / "deep" / "a.txt").read_bytes() == "é".encode()
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.txt"]


def test_failure_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt), atomic.atomic_path(target) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_folder_replaces_folder(tmp_path: Path) -> None:
    target = tmp_path / "set"
    target.mkdir()
    (target / "old").touch()
    with atomic.atomic_path(target) as temporary:
        temporary.mkdir()
        (temporary / "new").touch()
    assert [path.name for path in target.iterdir()] == ["new"]


def test_suffix_is_kept(tmp_path: Path) -> None:
    with atomic.atomic_path(tmp_path / "x.npy") as temporary:
        assert temporary.suffix == ".npy"
        temporary.touch()


def test_full_disk_says_so(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError, match=r"disk full while writing .*a\.txt"),
        atomic.atomic_path(tmp_path / "a.txt"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_place_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"cannot write .*file/a\.txt"):
        atomic.write_text(tmp_path / "file" / "a.txt", "")


def test_work_folder_is_gone_afterwards() -> None:
    with atomic.work_folder() as folder:
        (folder / "file").touch()
    assert not folder.exists()


def test_full_temporary_folder_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(DataError, match="disk full while writing"), atomic.work_folder():
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []
