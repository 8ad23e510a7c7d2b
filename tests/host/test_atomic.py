import errno
import fcntl
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
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


@pytest.mark.parametrize("target", ["/proc/y.npy", "/proc/self/status/y.npy"])
def test_the_temporary_name_is_not_shown(target: str) -> None:
    expected = rf"^cannot write {target}: [^()]*(\(/proc/self/status\))?$"
    with pytest.raises(DataError, match=expected):
        atomic.write_text(Path(target), "")


def test_work_folder_is_gone_afterwards() -> None:
    with atomic.work_folder() as folder:
        (folder / "file").touch()
    assert not folder.exists()


def test_full_temporary_folder_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(DataError, match="disk full while writing"), atomic.work_folder():
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


WRITER = """
import sys, time
from pathlib import Path
from host import atomic, cli
def main(_):
    with atomic.atomic_path(Path(sys.argv[1])) as temporary:
        temporary.mkdir()
        (temporary / "half").write_text("half")
        print("writing", flush=True)
        time.sleep(60)
cli.run(main)
"""


@contextmanager
def writer(target: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process in the middle of writing `target`."""
    command = [sys.executable, "-c", WRITER, str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end_a_process_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    with writer(tmp_path / "set") as process:
        process.send_signal(number)
        assert process.wait(timeout=30) == 128 + number
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next_that_writes_the_same(tmp_path: Path) -> None:
    with writer(tmp_path / "set") as process:
        process.kill()
        process.wait(timeout=30)
    assert [path.name for path in tmp_path.iterdir()] == [".set.earshot-1"]
    atomic.write_text(tmp_path / "other", "")
    assert (tmp_path / ".set.earshot-1").is_dir()
    atomic.write_text(tmp_path / "set", "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "set"]
    assert (tmp_path / "set").read_text() == "whole"


def test_two_processes_write_the_same_target_without_touching_each_other(tmp_path: Path) -> None:
    with writer(tmp_path / "set"):
        atomic.write_text(tmp_path / "set", "whole")
        assert (tmp_path / ".set.earshot-1" / "set" / "half").read_text() == "half"
    assert (tmp_path / "set").read_text() == "whole"


def test_many_threads_write_the_same_target(tmp_path: Path) -> None:
    texts = [str(number) * 1000 for number in range(50)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: atomic.write_text(tmp_path / "a.txt", text), texts))
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() in texts


def test_a_file_system_without_locks_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    atomic.write_text(tmp_path / "a.txt", "whole")
    assert (tmp_path / "a.txt").read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_in_the_place_of_a_file_is_one_line_and_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="cannot write"):
        atomic.write_text(Path(), "")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "real.txt").write_text("old")
    (tmp_path / "middle").symlink_to("deep/real.txt")
    link = tmp_path / "link"
    link.symlink_to("middle")
    atomic.write_text(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "middle").is_symlink()
    assert (tmp_path / "deep" / "real.txt").read_text() == "new"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["real.txt"]


def test_a_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("missing.txt")
    atomic.write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "missing.txt").read_text() == "new"


def test_links_in_a_circle_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(DataError, match=r"^cannot write .*a: Too many levels of symbolic links$"):
        atomic.write_text(tmp_path / "a", "")


def test_a_pipe_gets_the_bytes_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        atomic.write_text(pipe, "whole")
        assert os.read(reader, 100) == b"whole"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_devices_are_written_into() -> None:
    atomic.write_text(Path("/dev/null"), "gone")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(DataError, match=r"^disk full while writing /dev/full: [^\n]*$"):
        atomic.write_text(Path("/dev/full"), "too much")
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_standard_output_keeps_what_a_file_got_before(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path; from host import atomic; print('before', flush=True); "
        "atomic.write_text(Path('/proc/self/fd/1'), 'whole\\n'); print('after')"
    )
    with (tmp_path / "out").open("ab") as out:
        subprocess.run([sys.executable, "-c", program], stdout=out, check=True)
    assert (tmp_path / "out").read_text() == "before\nwhole\nafter\n"


def test_a_place_is_checked_without_a_trace(tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.write_text("kept")
    for path in (
        before,
        tmp_path / "new",
        tmp_path / "a" / "b" / "new",
        Path("/dev/null"),
        Path("/dev/stdout"),
    ):
        atomic.check(path)
    assert [path.name for path in tmp_path.iterdir()] == ["before"]
    assert before.read_text() == "kept"


@pytest.mark.parametrize("path", ["/proc/x.json", "/proc/self/maps/x", "/dev", "/sys/kernel/x/y"])
def test_a_place_where_nothing_can_be_written_is_told_before(path: str) -> None:
    with pytest.raises(DataError, match=f"^cannot write {path}: [^\n]+$"):
        atomic.check(Path(path))


def test_a_folder_without_permission_is_told_before(tmp_path: Path) -> None:
    # Another user's process: the administrator may write everywhere.
    code = f"""
import os
from pathlib import Path
from host import atomic, errors
os.setuid(65534) if os.getuid() == 0 else None
try:
    atomic.check(Path({str(tmp_path / "closed" / "x.json")!r}))
except errors.DataError as error:
    print(error)
"""
    (tmp_path / "closed").mkdir(mode=0o555)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert re.fullmatch(r"cannot write \S+/closed/x.json: Permission denied( \(\S+\))?\n", done.stdout), done
