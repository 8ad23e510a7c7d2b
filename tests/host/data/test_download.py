import hashlib
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from host.data.download import Patience, RemoteFile, download
from host.errors import DataError

CONTENT = np.random.default_rng(1).bytes(3_000_000)
ONCE = Patience(attempts=1, pause_s=0.0)


def _remote(server: Any, content: bytes = CONTENT) -> RemoteFile:
    return RemoteFile(f"{server.url}/a.zip?download=1", len(content), hashlib.md5(content).hexdigest())


@pytest.fixture
def target(tmp_path: Path, server: Any) -> Path:
    server.files["/a.zip"] = CONTENT
    return tmp_path / "cache" / "a.zip"


def _part(target: Path) -> Path:
    return target.with_name("a.zip.part")


def test_whole_file(server: Any, target: Path) -> None:
    calls: list[tuple[int, int]] = []
    download(_remote(server), target, lambda done, total: calls.append((done, total)))
    assert target.read_bytes() == CONTENT
    assert calls[-1] == (len(CONTENT), len(CONTENT))
    assert not _part(target).exists()
    assert server.requests == [("/a.zip", None)]


def test_a_cut_connection_is_resumed_by_the_next_command(server: Any, target: Path) -> None:
    server.cut_after, server.cuts = 1_000_000, 2
    with pytest.raises(DataError, match=r"cut at .* of 3000000 bytes; run the command again"):
        download(_remote(server), target, patience=Patience(attempts=0, pause_s=0.0))
    assert not target.exists()
    have = _part(target).stat().st_size
    assert 900_000 < have <= 1_000_000
    assert _part(target).read_bytes() == CONTENT[:have]
    download(_remote(server), target, patience=Patience(pause_s=0.0))
    assert target.read_bytes() == CONTENT
    asked = [start for _, start in server.requests]
    assert asked[:2] == [None, f"bytes={have}-"]
    assert len(asked) == 3


def test_patience_ends_when_nothing_comes_any_more(server: Any, target: Path) -> None:
    server.cut_after, server.cuts = 0, 99
    with pytest.raises(DataError, match=r"cut at 0 of 3000000"):
        download(_remote(server), target, patience=Patience(attempts=3, pause_s=0.0))
    assert len(server.requests) == 3


def test_a_server_without_ranges_starts_over(server: Any, target: Path) -> None:
    target.parent.mkdir()
    _part(target).write_bytes(CONTENT[:500_000])
    server.ranges = False
    download(_remote(server), target)
    assert server.requests == [("/a.zip", "bytes=500000-")]
    assert target.read_bytes() == CONTENT


def test_a_complete_part_needs_no_server(server: Any, target: Path) -> None:
    target.parent.mkdir()
    _part(target).write_bytes(CONTENT)
    download(_remote(server), target)
    assert server.requests == []
    assert target.read_bytes() == CONTENT


def test_a_part_that_is_too_long_is_thrown_away(server: Any, target: Path) -> None:
    target.parent.mkdir()
    _part(target).write_bytes(CONTENT + b"more")
    download(_remote(server), target)
    assert target.read_bytes() == CONTENT


def test_interruption_keeps_the_part(server: Any, target: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(_remote(server), target, interrupt)
    have = _part(target).stat().st_size
    assert 0 < have < len(CONTENT)
    download(_remote(server), target)
    assert server.requests[1] == ("/a.zip", f"bytes={have}-")
    assert target.read_bytes() == CONTENT


def test_wrong_checksum_removes_the_download_and_says_so(server: Any, target: Path) -> None:
    server.files["/a.zip"] = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    with pytest.raises(DataError, match=r"MD5 .* expected .*: the download was removed"):
        download(_remote(server), target)
    assert list(target.parent.iterdir()) == []


def test_a_larger_file_is_not_downloaded_to_its_end(server: Any, target: Path) -> None:
    server.files["/a.zip"] = CONTENT * 2
    with pytest.raises(DataError, match="larger than the expected 3000000 bytes"):
        download(_remote(server), target)
    assert list(target.parent.iterdir()) == []


def test_a_smaller_file_is_an_error(server: Any, target: Path) -> None:
    server.files["/a.zip"] = CONTENT[:1000]
    with pytest.raises(DataError, match="smaller"):
        download(_remote(server), target, patience=Patience(attempts=2, pause_s=0.0))
    assert list(target.parent.iterdir()) == []


def test_a_part_longer_than_the_servers_file_is_removed(server: Any, target: Path) -> None:
    target.parent.mkdir()
    _part(target).write_bytes(CONTENT[:2_000_000])
    server.files["/a.zip"] = CONTENT[:1_000_000]
    with pytest.raises(DataError, match="smaller"):
        download(_remote(server), target)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_an_error_status_is_named(server: Any, target: Path, status: int) -> None:
    server.status = status
    with pytest.raises(DataError, match=f"server answers {status}"):
        download(_remote(server), target, patience=ONCE)


def test_another_range_than_asked_for_is_refused(server: Any, target: Path) -> None:
    target.parent.mkdir()
    _part(target).write_bytes(CONTENT[:500_000])
    server.wrong_range = True
    with pytest.raises(DataError, match="another part"):
        download(_remote(server), target, patience=ONCE)
    assert _part(target).read_bytes() == CONTENT[:500_000]


def test_no_server_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        remote = RemoteFile(f"http://127.0.0.1:{unused.getsockname()[1]}/a.zip", 10, "")
        with pytest.raises(DataError, match=r"connection failed.*check the network") as caught:
            download(remote, tmp_path / "a.zip", patience=ONCE)
    assert "\n" not in str(caught.value)


def test_a_place_that_cannot_be_written_is_an_error(server: Any, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(DataError, match="cannot write"):
        download(_remote(server), tmp_path / "cache" / "a.zip")
