"""The claim of a probe, by threads and by processes that end in every way."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from host.errors import FirmwareError, ProbeError
from host.flash import claim
from host.flash.claim import Holder

HOLDER = """
import sys, time
from host.flash import claim
with claim.claimed(sys.argv[1], "other command"):
    print("claimed", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@contextmanager
def other_process(probe_id: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has claimed a probe."""
    command = [sys.executable, "-c", HOLDER, probe_id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "claimed\n"
            yield process
        finally:
            process.kill()


def test_a_second_process_is_refused_by_name() -> None:
    with other_process("000440123456") as other:
        named = rf"^probe 000440123456 is used by process {other.pid} \(other command\): "
        with pytest.raises(ProbeError, match=named), claim.claimed("000440123456", "mine"):
            pytest.fail("both have it")
        with claim.claimed("000440999999", "mine"):
            pass  # another probe


def test_the_claim_of_a_killed_process_is_void() -> None:
    with other_process("A") as other:
        other.send_signal(signal.SIGKILL)
        other.wait(10)
        with claim.claimed("A", "mine"):
            pass


def test_waiting_until_the_other_one_ends() -> None:
    with other_process("A") as other:
        told: list[Holder] = []
        timer = threading.Timer(0.3, other.kill)
        timer.start()
        with claim.claimed("A", "mine", wait_s=30, on_wait=told.append):
            pass
        timer.join()
        assert told == [Holder(other.pid, "other command")]


def test_waiting_in_vain() -> None:
    with claim.claimed("A", "first"):
        start = time.monotonic()
        why = rf"used by process {os.getpid()} \(first\) after 0.2 s"
        with pytest.raises(ProbeError, match=why), claim.claimed("A", "second", wait_s=0.2):
            pytest.fail("both have it")
        assert time.monotonic() - start >= 0.2
    with claim.claimed("A", "second"):
        pass


def test_it_is_released_when_the_body_fails() -> None:
    with pytest.raises(KeyError), claim.claimed("A", "first"):
        raise KeyError
    with claim.claimed("A", "second"):
        pass


def test_any_text_is_an_id(tmp_path: Path) -> None:
    ids = ["../../etc/passwd", "", "a/b", "a_b", "x" * 500, "ü\n\0", "0:1:2"]
    with (
        pytest.raises(ProbeError, match="is used by"),
        claim.claimed(ids[0], "a"),
        claim.claimed(ids[0], "b"),
    ):
        pytest.fail("both have it")
    for one in ids:
        with claim.claimed(one, "first"):
            others = [each for each in ids if each != one]
            for other in others:
                with claim.claimed(other, "second"):
                    pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["earshot"]
    assert len(list((tmp_path / "earshot" / "probes").iterdir())) == len(ids)


def test_a_holder_who_has_not_written_its_name_yet(tmp_path: Path) -> None:
    with claim.claimed("A", "first"):
        (path,) = (tmp_path / "earshot" / "probes").iterdir()
        path.write_text("{")
        why = "^probe A is used by another process: "
        with pytest.raises(ProbeError, match=why), claim.claimed("A", "second"):
            pytest.fail("both have it")


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "earshot").mkdir(mode=0o700)
    (tmp_path / "earshot" / "probes").write_text("a file")
    with pytest.raises(FirmwareError, match="cannot write"), claim.claimed("A", "mine"):
        pytest.fail("claimed")


def test_no_link_is_followed(tmp_path: Path) -> None:
    with claim.claimed("A", "first"):
        (path,) = (tmp_path / "earshot" / "probes").iterdir()
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FirmwareError, match="cannot write"), claim.claimed("A", "mine"):
        pytest.fail("claimed")
    assert not (tmp_path / "elsewhere").exists()
