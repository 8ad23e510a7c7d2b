"""Downloads one large file over HTTP so that an interruption costs nothing but the rest of the file."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import requests

from host.atomic import write_error
from host.data import network
from host.data.network import TryAgainError
from host.data.partial_file import BLOCK_BYTES, PartialFile
from host.data.transfer import ChangedAtSourceError, OnBytes, Patience, Transfer
from host.errors import DataError

CONNECTIONS = 4
_STARTS = 3
"""Times to begin a file that changes while it is downloaded."""


@dataclass(frozen=True)
class RemoteFile:
    """A file to download with its expected size in bytes and a checksum in hexadecimal.

    MD5 guards against damage; SHA-256, where it is known, also against forgery. `otherwise` is what else a
    person can do who has no network.
    """

    url: str
    size: int
    md5: str = ""
    sha256: str = ""
    otherwise: str = ""


def download(
    remote: RemoteFile,
    target: Path,
    on_bytes: OnBytes | None = None,
    patience: Patience | None = None,
    connections: int = CONNECTIONS,
    block_bytes: int = BLOCK_BYTES,
) -> None:
    """Download to `target` through `target` + ".part", which stays if interrupted and is continued later.

    Several connections bring blocks of it at once if the server sends ranges. A part of a file that has
    another tag at the server meanwhile is thrown away.

    Raises:
        DataError: no connection, an answer that is not the file, wrong size or checksum (the part is then
            removed), or a full disk.
    """
    part = PartialFile(target, remote.size, block_bytes)
    try:
        part.open()
        try:
            _complete(remote, part, on_bytes, patience or Patience(), connections)
        finally:
            part.close()
        _check_sum(remote, part)
        part.finish(target)
    except requests.RequestException as error:
        raise DataError(_interrupted(remote, part, network.explain(error, remote.url))) from error
    except TryAgainError as error:
        raise DataError(_interrupted(remote, part, str(error))) from error
    except OSError as error:
        raise write_error(target, error) from error


def received(target: Path, size: int) -> int:
    """Return how many bytes of a download to `target` are here."""
    if target.is_file() and target.stat().st_size == size:
        return size
    return PartialFile(target, size).received


def md5(path: Path) -> str:
    """Return the MD5 of a file in hexadecimal; it guards against damage, not against forgery."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _complete(
    remote: RemoteFile, part: PartialFile, on_bytes: OnBytes | None, patience: Patience, connections: int
) -> None:
    for _ in range(_STARTS):
        try:
            if not part.complete:
                Transfer(remote.url, part, patience, connections).run(on_bytes)
        except ChangedAtSourceError as change:
            part.begin_again(change.origin)
        else:
            if not part.complete:
                raise requests.ConnectionError("the connections ended too early")
            return
    raise DataError(f"{remote.url} changes at its source while it is downloaded: run the command again later")


def _check_sum(remote: RemoteFile, part: PartialFile) -> None:
    if remote.sha256:
        with part.path.open("rb") as file:
            found, name, expected = hashlib.file_digest(file, "sha256").hexdigest(), "SHA-256", remote.sha256
    else:
        found, name, expected = md5(part.path), "MD5", remote.md5
    if found != expected:
        part.remove()
        raise DataError(
            f"{remote.url} has {name} {found}, expected {expected}: the download was removed; run the "
            "command again, and if it happens twice the file was changed or damaged at its source"
        )


def _interrupted(remote: RemoteFile, part: PartialFile, reason: str) -> str:
    then = "run the command again to go on from there" if part.received else "run the command again later"
    # The server's own words name the address already.
    place = "" if reason.startswith(remote.url) else f"{remote.url}: "
    return f"{place}{reason}, at {part.received} of {remote.size} bytes; {then}{remote.otherwise}"
