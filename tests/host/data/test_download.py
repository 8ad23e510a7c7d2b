import errno
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from host.data.download import RemoteFile, download, received
from host.data.transfer import Patience
from host.errors import DataError

CONTENT = np.random.default_rng(1).bytes(3_000_000)
ONCE = Patience(attempts=1, pause_s=0.0)
PATIENT = Patience(attempts=4, pause_s=0.0)
BLOCK = 400_000


def _remote(server: Any, content: bytes = CONTENT) -> RemoteFile:
    return RemoteFile(f"{server.url}/a.zip?download=1", len(content), hashlib.md5(content).hexdigest())


def _get(server: Any, target: Path, patience: Patience = PATIENT, **options: Any) -> None:
    download(_remote(server), target, patience=patience, block_bytes=BLOCK, **options)


@pytest.fixture
def target(tmp_path: Path, server: Any) -> Path:
    server.files["/a.zip"] = CONTENT
    return tmp_path / "cache" / "a.zip"


def _part(target: Path) -> Path:
    return target.with_name("a.zip.part")


def _left(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


def _interrupted(server: Any, target: Path, after: int, **options: Any) -> int:
    """Download until at least `after` bytes are here; return how many."""

    def interrupt(done: int, total: int) -> None:
        if done >= after:
            raise KeyboardInterrupt

    server.slow_s = 0.05
    with pytest.raises(KeyboardInterrupt):
        _get(server, target, on_bytes=interrupt, **options)
    server.slow_s = 0.0
    server.requests.clear()
    have = received(target, len(CONTENT))
    # The record is of the usual size of blocks only in the product.
    document = json.loads((target.parent / "a.zip.part.json").read_text())
    assert have == 0
    return sum(document["received"])


def test_blocks_come_over_several_connections_at_once(server: Any, target: Path) -> None:
    server.slow_s = 0.02
    calls: list[tuple[int, int]] = []
    _get(server, target, on_bytes=lambda done, total: calls.append((done, total)))
    assert target.read_bytes() == CONTENT
    assert calls[-1] == (len(CONTENT), len(CONTENT))
    assert calls == sorted(calls)
    assert _left(target) == ["a.zip"]
    expected = {f"bytes={k}-{min(k + BLOCK, len(CONTENT)) - 1}" for k in range(0, len(CONTENT), BLOCK)}
    assert {asked for _, asked in server.requests} == expected
    # The server counts an answer until its thread has noticed that it was read.
    assert 2 <= server.at_once <= 8


def test_one_connection_is_enough(server: Any, target: Path) -> None:
    _get(server, target, connections=1)
    assert target.read_bytes() == CONTENT
    assert server.at_once <= 2


def test_a_cut_connection_goes_on_within_the_block(server: Any, target: Path) -> None:
    server.cut_after, server.cuts = 250_000, 5
    _get(server, target)
    assert target.read_bytes() == CONTENT
    assert len(server.requests) == 8 + 5


def test_an_interruption_costs_nothing_but_the_rest(server: Any, target: Path) -> None:
    have = _interrupted(server, target, 700_000)
    assert 700_000 <= have < len(CONTENT)
    _get(server, target)
    assert target.read_bytes() == CONTENT
    asked = [asked.removeprefix("bytes=").split("-") for _, asked in server.requests]
    assert sum(int(last) + 1 - int(first) for first, last in asked) == len(CONTENT) - have


def test_a_killed_download_is_continued(server: Any, target: Path) -> None:
    server.slow_s = 0.5
    remote = _remote(server)
    script = (
        "import sys; from pathlib import Path; from host.data.download import *\n"
        f"download(RemoteFile({remote.url!r}, {remote.size}, {remote.md5!r}), Path(sys.argv[1]), "
        f"block_bytes={BLOCK})"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(target)]) as process:
        record = target.parent / "a.zip.part.json"
        deadline = time.monotonic() + 30
        while not record.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    have = sum(json.loads(record.read_text())["received"])
    assert have > 0
    server.slow_s = 0.0
    server.requests.clear()
    _get(server, target)
    assert target.read_bytes() == CONTENT
    asked = [asked.removeprefix("bytes=").split("-") for _, asked in server.requests]
    assert sum(int(last) + 1 - int(first) for first, last in asked) == len(CONTENT) - have


def test_a_part_of_a_file_that_changed_meanwhile_is_thrown_away(server: Any, target: Path) -> None:
    server.files["/a.zip"], server.etag = CONTENT[::-1], '"old"'
    assert _interrupted(server, target, 500_000) > 0
    server.files["/a.zip"], server.etag = CONTENT, '"new"'
    _get(server, target)
    assert target.read_bytes() == CONTENT


def test_a_weak_tag_tells_a_change_too(server: Any, target: Path) -> None:
    server.files["/a.zip"], server.etag = CONTENT[::-1], 'W/"old"'
    assert _interrupted(server, target, 500_000) > 0
    server.files["/a.zip"], server.etag = CONTENT, 'W/"new"'
    _get(server, target)
    assert target.read_bytes() == CONTENT


def test_a_file_that_changes_all_the_time_is_given_up(server: Any, target: Path) -> None:
    tags = iter(f'"{k}"' for k in range(10_000))
    type(server).etag = property(lambda self: next(tags), lambda self, value: None)  # type: ignore[assignment]
    try:
        with pytest.raises(DataError, match="changes at its source while it is downloaded"):
            _get(server, target)
    finally:
        type(server).etag = ""
    assert not target.exists()


def test_patience_ends_when_nothing_comes_any_more(server: Any, target: Path) -> None:
    server.cut_after, server.cuts = 0, 99
    with pytest.raises(DataError, match=r"connection failed or was cut, at 0 of 3000000 bytes"):
        _get(server, target, Patience(attempts=3, pause_s=0.0))
    assert len(server.requests) == 3
    assert _left(target) == []


def test_a_server_without_ranges_sends_all_over_one_connection(server: Any, target: Path) -> None:
    server.ranges = False
    _get(server, target)
    assert target.read_bytes() == CONTENT
    assert len(server.requests) == 1


def test_a_server_without_ranges_starts_over(server: Any, target: Path) -> None:
    _interrupted(server, target, 500_000)
    server.ranges, server.cut_after, server.cuts = False, 2_500_000, 2
    _get(server, target)
    assert target.read_bytes() == CONTENT
    assert len(server.requests) == 3


def test_a_server_without_ranges_that_always_cuts_is_given_up(server: Any, target: Path) -> None:
    server.ranges, server.cut_after, server.cuts = False, 2_000_000, 99
    with pytest.raises(DataError, match="was cut"):
        _get(server, target)
    assert len(server.requests) == 4


def test_without_a_length_the_end_of_the_connection_is_the_end_of_the_file(server: Any, target: Path) -> None:
    server.ranges, server.length = False, False
    _get(server, target)
    assert target.read_bytes() == CONTENT
    server.cut_after, server.cuts = 2_000_000, 1
    target.unlink()
    _get(server, target)
    assert target.read_bytes() == CONTENT


def test_a_complete_part_needs_no_server(server: Any, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, other: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("host.data.partial_file.PartialFile.finish", full)
        with pytest.raises(DataError, match="disk full"):
            _get(server, target)
    server.requests.clear()
    _get(server, target)
    assert server.requests == []
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("damage", ["{", "[]", '{"version": 1}', ""])
def test_a_part_without_a_readable_record_is_begun_again(server: Any, target: Path, damage: str) -> None:
    _interrupted(server, target, 500_000)
    (target.parent / "a.zip.part.json").write_text(damage)
    _part(target).write_bytes(CONTENT * 2)
    _get(server, target)
    assert target.read_bytes() == CONTENT


def test_a_record_that_promises_more_than_is_here_is_not_believed(server: Any, target: Path) -> None:
    _interrupted(server, target, 500_000)
    _part(target).write_bytes(b"")
    _get(server, target)
    assert target.read_bytes() == CONTENT


def test_wrong_checksum_removes_the_download_and_says_so(server: Any, target: Path) -> None:
    server.files["/a.zip"] = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    with pytest.raises(DataError, match=r"MD5 .* expected .*: the download was removed"):
        _get(server, target)
    assert _left(target) == []


def test_sha256_counts_where_it_is_known(server: Any, target: Path) -> None:
    right = hashlib.sha256(CONTENT).hexdigest()
    url = f"{server.url}/a.zip"
    download(RemoteFile(url, len(CONTENT), sha256=right), target)
    target.unlink()
    with pytest.raises(DataError, match=f"SHA-256 {right}, expected 00"):
        download(RemoteFile(url, len(CONTENT), sha256="00"), target)
    assert _left(target) == []


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize(
    ("content", "than"), [(CONTENT * 2, "larger"), (CONTENT[:1000], "smaller"), (b"", "smaller")]
)
def test_a_file_of_another_size_is_an_error(
    server: Any, target: Path, content: bytes, than: str, ranges: bool
) -> None:
    server.files["/a.zip"], server.ranges = content, ranges
    with pytest.raises(
        DataError, match=f"is {than} than the expected 3000000 bytes: the download was removed"
    ):
        _get(server, target)
    assert _left(target) == []


def test_a_longer_file_without_a_length_is_not_downloaded_to_its_end(server: Any, target: Path) -> None:
    server.files["/a.zip"], server.ranges, server.length = CONTENT * 2, False, False
    with pytest.raises(DataError, match="larger than the expected"):
        _get(server, target)
    assert _left(target) == []


@pytest.mark.parametrize("status", [403, 404, 410])
def test_an_error_status_is_named_at_once(server: Any, target: Path, status: int) -> None:
    server.status = status
    with pytest.raises(DataError, match=f"server answers {status}"):
        _get(server, target)
    assert len(server.requests) == 1


def test_a_busy_server_is_asked_again(server: Any, target: Path) -> None:
    server.busy = 3
    _get(server, target, connections=1)
    assert target.read_bytes() == CONTENT
    server.busy = 99
    target.unlink()
    with pytest.raises(DataError, match="server answers 503 Service Unavailable, at 0 of 3000000"):
        _get(server, target)


def test_another_range_than_asked_for_is_refused(server: Any, target: Path) -> None:
    server.wrong_range = True
    with pytest.raises(DataError, match="another part"):
        _get(server, target)
    assert _left(target) == []


def test_redirects_are_followed_a_few_times(server: Any, target: Path) -> None:
    server.redirects = {f"/{k}": f"/{k + 1}" for k in range(4)} | {"/4": f"{server.url}/a.zip"}
    remote = RemoteFile(f"{server.url}/0", len(CONTENT), hashlib.md5(CONTENT).hexdigest())
    download(remote, target)
    assert target.read_bytes() == CONTENT


def test_a_loop_of_redirects_ends(server: Any, target: Path) -> None:
    server.redirects = {"/a.zip": "/b.zip", "/b.zip": "/a.zip"}
    with pytest.raises(DataError, match="more than 5 redirects"):
        _get(server, target)
    assert len(server.requests) == 6


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://127.0.0.1/a.zip", "gopher:x"])
def test_a_redirect_to_another_kind_of_place_is_not_followed(server: Any, target: Path, place: str) -> None:
    server.redirects = {"/a.zip": place}
    with pytest.raises(DataError, match=r"redirects to .*: not followed"):
        _get(server, target)


def test_no_server_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        remote = RemoteFile(f"http://127.0.0.1:{unused.getsockname()[1]}/a.zip", 10, "", otherwise=", or so")
        with pytest.raises(DataError, match=r"refuses the connection, at 0 .* later, or so$") as caught:
            download(remote, tmp_path / "a.zip", patience=ONCE)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_silent_server_is_given_up_after_the_time_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host.data.network.TIMEOUT_S", (0.2, 0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        remote = RemoteFile(f"http://127.0.0.1:{silent.getsockname()[1]}/a.zip", 10, "")
        with pytest.raises(DataError, match="no data within"):
            download(remote, tmp_path / "a.zip", patience=ONCE)


def test_a_full_disk_is_named_and_what_is_here_stays(
    server: Any, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.pwrite

    def full(descriptor: int, data: bytes, at: int) -> int:
        if at > 1_000_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data, at)

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(DataError, match=r"disk full while writing .*a\.zip"):
            _get(server, target, connections=1)
    assert _left(target) == ["a.zip.part", "a.zip.part.json"]
    _get(server, target)
    assert target.read_bytes() == CONTENT


def test_a_place_that_cannot_be_written_is_an_error(server: Any, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(DataError, match="cannot write"):
        download(_remote(server), tmp_path / "cache" / "a.zip")
