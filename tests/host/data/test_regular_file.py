"""Only regular files are opened: pipes, sockets and devices are refused at once, by name."""

import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from host.data import layout, regular_file
from host.data.__main__ import main
from host.data.check import check
from host.data.content_index import content_hash
from host.data.wav import read_wav
from host.errors import DataError


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """A test that waits for a pipe fails, rather than wait forever."""

    def fail(*_: object) -> None:
        raise TimeoutError("it waits")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


def _link_to_a_pipe(path: Path) -> None:
    os.mkfifo(path.with_suffix(".pipe"))
    path.symlink_to(path.with_suffix(".pipe"))


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (os.mkfifo, "pipe"),
        (_link_to_a_pipe, "pipe"),
        (_socket, "socket"),
        (lambda path: path.symlink_to("/dev/zero"), "device"),
        (lambda path: path.symlink_to("/dev/null"), "device"),
    ],
)
def test_anything_else_is_refused_at_once(
    make: Callable[[Path], None], kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # A socket's name may have 107 bytes only.
    path = tmp_path / "a.wav"
    make(path)
    with pytest.raises(DataError, match=f"^not a regular file: it is a {kind} ") as caught:
        read_wav(path)
    assert "\n" not in str(caught.value)
    assert content_hash(path) is None


def test_a_pipe_that_takes_the_place_of_a_file_does_not_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wav"
    os.mkfifo(path)
    seen = Path(__file__).stat()
    monkeypatch.setattr(Path, "stat", lambda self, **_: seen)
    with pytest.raises(DataError, match="not a regular file: it is a pipe"), regular_file.opened(path):
        pass


def test_a_link_to_a_recording_is_read(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(100), 16000, subtype="PCM_16")
    (tmp_path / "first").symlink_to("a.wav")
    (tmp_path / "second.wav").symlink_to(tmp_path / "first")
    assert read_wav(tmp_path / "second.wav").samples.size == 100
    (tmp_path / "a.wav").unlink()
    with pytest.raises(DataError, match="No such file"):
        read_wav(tmp_path / "second.wav")


@pytest.fixture
def data(tmp_path: Path, tiny_data: Path) -> Path:
    """A data set with a pipe among its training clips."""
    root = Path(shutil.copytree(tiny_data, tmp_path / "data"))
    os.mkfifo(root / "train" / "normal_id_01_00000777.wav")
    return root


def test_a_pipe_among_the_clips_is_a_finding(data: Path) -> None:
    (finding,) = [each for each in check(data).findings if each.kind == "unusable"]
    assert finding.paths == (data / "train" / "normal_id_01_00000777.wav",)
    assert "00000777.wav: not a regular file: it is a pipe" in finding.text


def test_a_data_set_with_a_pipe_has_a_fingerprint(data: Path) -> None:
    assert len(layout.scan(data).fingerprint) == 64


def test_the_command_ends_with_a_finding(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(data)]) == 1
    assert "not a regular file: it is a pipe" in " ".join(capsys.readouterr().out.split())


def test_the_marker_of_a_set_may_be_no_pipe(data: Path) -> None:
    os.mkfifo(data / "dataset.json")
    with pytest.raises(DataError, match=r"dataset\.json: not a regular file: it is a pipe"):
        layout.scan(data)
