"""Downloads one large file over HTTP so that an interruption costs nothing but the rest of the file."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests

from host.atomic import write_error
from host.errors import DataError

# Also what is lost of a connection that is cut.
_CHUNK = 1 << 16
_TIMEOUT_S = (10.0, 60.0)
"""To connect, and between two pieces of data."""

OnBytes = Callable[[int, int], None]
"""Called with (bytes here, bytes in all)."""


@dataclass(frozen=True)
class RemoteFile:
    """A file to download with its expected size in bytes and MD5 in hexadecimal."""

    url: str
    size: int
    md5: str


@dataclass(frozen=True)
class Patience:
    """How often a broken connection is tried again without new data in between, and the pause in seconds."""

    attempts: int = 4
    pause_s: float = 2.0


def download(
    remote: RemoteFile, target: Path, on_bytes: OnBytes | None = None, patience: Patience | None = None
) -> None:
    """Download to `target` through `target` + ".part", which stays if interrupted and is continued later.

    Raises:
        DataError: no connection, an answer that is not the file, wrong size or checksum (the part is then
            removed), or a full disk.
    """
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _fetch_rest(remote, part, on_bytes, patience or Patience())
        found = md5(part)
        if found != remote.md5:
            part.unlink()
            raise DataError(
                f"{remote.url} has MD5 {found}, expected {remote.md5}: the download was removed; run the "
                "command again, and if it happens twice the file was changed or damaged at its source"
            )
        part.replace(target)
    except requests.RequestException as error:
        raise DataError(_network_error(remote, part, error)) from error
    except OSError as error:
        raise write_error(target, error) from error


def md5(path: Path) -> str:
    """Return the MD5 of a file in hexadecimal; it guards against damage, not against forgery."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _fetch_rest(remote: RemoteFile, part: Path, on_bytes: OnBytes | None, patience: Patience) -> None:
    failures = 0
    if _size(part) > remote.size:
        part.unlink()
    while (have := _size(part)) != remote.size:
        try:
            _one_request(remote, part, have, on_bytes)
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
            failures = 0 if _size(part) > have else failures + 1
            if failures >= patience.attempts:
                raise
            time.sleep(patience.pause_s)
        else:
            _check_length(remote, part)


def _one_request(remote: RemoteFile, part: Path, have: int, on_bytes: OnBytes | None) -> None:
    # Compressed transfer would make offsets mean something else.
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with requests.get(remote.url, headers=headers, stream=True, timeout=_TIMEOUT_S) as response:
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            return
        if response.status_code not in (requests.codes.ok, requests.codes.partial_content):
            raise DataError(f"{remote.url}: the server answers {response.status_code} {response.reason}")
        resumed = response.status_code == requests.codes.partial_content
        if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise DataError(f"{remote.url}: the server sends another part of the file than was asked for")
        # A server that ignores the range sends the whole file: start over.
        _append(response, remote, part, have if resumed else 0, on_bytes)


def _check_length(remote: RemoteFile, part: Path) -> None:
    """Refuse what a complete answer left, if it is not the whole file: the server has another one."""
    size = _size(part)
    if size != remote.size:
        part.unlink(missing_ok=True)
        than = "larger" if size > remote.size else "smaller"
        raise DataError(
            f"{remote.url} is {than} than the expected {remote.size} bytes: the download was removed; "
            "the file was changed at its source"
        )


def _append(
    response: requests.Response, remote: RemoteFile, part: Path, have: int, on_bytes: OnBytes | None
) -> None:
    with part.open("ab" if have else "wb") as file:
        for chunk in response.iter_content(_CHUNK):
            file.write(chunk)
            have += len(chunk)
            if have > remote.size:
                break
            if on_bytes is not None:
                on_bytes(have, remote.size)


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _network_error(remote: RemoteFile, part: Path, error: requests.RequestException) -> str:
    kind = "no answer in time" if isinstance(error, requests.Timeout) else "the connection failed or was cut"
    here = _size(part)
    then = "run the command again to go on from there" if here else "check the network and run it again"
    return f"{remote.url}: {kind} at {here} of {remote.size} bytes; {then}"
