"""Remembers the hash of files by path, size and times, so that a data set is not read again to know it.

One JSON file for each folder of clips, in the cache. It only saves time: without it, or with another process
writing it at the same time, hashes are computed again.
"""

import hashlib
import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path

from host import atomic
from host.data import regular_file
from host.errors import DataError

_VERSION = 1
_SETTLED_NS = 2_000_000_000
"""A file changed less than this ago may change again within one tick of its file system's clock."""
_FOLDERS_KEPT = 64


@dataclass(frozen=True)
class FileState:
    """What tells that a file is the same as before, without reading it: size in bytes, times in ns.

    The time of the last status change as well: copying tools restore the time of the last modification.
    """

    size: int
    modified_ns: int
    changed_ns: int

    @property
    def settled(self) -> bool:
        """Whether a later change of the file will show."""
        return time.time_ns() - max(self.modified_ns, self.changed_ns) > _SETTLED_NS


def state(path: Path) -> FileState | None:
    """Return the state of a file, None if it cannot be asked for."""
    try:
        found = path.stat()
    except OSError:
        return None
    return FileState(found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def content_hash(path: Path) -> str | None:
    """Return the SHA-256 of a regular file in hexadecimal, None if it cannot be read."""
    try:
        with regular_file.opened(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except DataError:
        return None


class ContentIndex:
    """Hashes of files, kept in the folder `place` between processes."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._folders: dict[Path, dict[str, tuple[FileState, str]]] = {}
        self._changed: set[Path] = set()

    def get(self, path: Path, now: FileState) -> str | None:
        """Return the SHA-256 that a file had when it was in state `now`, None if that is not known."""
        known = self._entries(path.parent).get(path.name)
        return known[1] if known is not None and known[0] == now else None

    def put(self, path: Path, before: FileState, sha256: str) -> None:
        """Note the hash of a file that was in state `before` when reading began."""
        if before.settled:
            self._entries(path.parent)[path.name] = (before, sha256)
            self._changed.add(path.parent)

    def save(self) -> None:
        """Write what is new; a cache that cannot be written is left as it is."""
        for folder in self._changed:
            entries = {name: [*astuple(known), sha] for name, (known, sha) in self._folders[folder].items()}
            document = {"version": _VERSION, "folder": str(folder.absolute()), "files": entries}
            with suppress(DataError):
                atomic.write_text(self._file(folder), json.dumps(document))
        if self._changed:
            _forget_oldest(self._place, _FOLDERS_KEPT)
        self._changed.clear()

    def hashes(self, paths: Iterable[Path]) -> list[str | None]:
        """Return the hash of each file, None where it cannot be read; only unknown ones are read."""
        wanted = list(paths)
        states = [state(path) for path in wanted]
        found = [None if s is None else self.get(p, s) for p, s in zip(wanted, states, strict=True)]
        unknown = [k for k, sha in enumerate(found) if sha is None]
        with ThreadPoolExecutor() as pool:
            for k, sha in zip(unknown, pool.map(lambda k: content_hash(wanted[k]), unknown), strict=True):
                before = states[k]
                found[k] = sha
                if sha is not None and before is not None:
                    self.put(wanted[k], before, sha)
        self.save()
        return found

    def _entries(self, folder: Path) -> dict[str, tuple[FileState, str]]:
        if folder not in self._folders:
            self._folders[folder] = _read(self._file(folder), folder)
        return self._folders[folder]

    def _file(self, folder: Path) -> Path:
        key = hashlib.sha256(str(folder.absolute()).encode(errors="surrogateescape")).hexdigest()
        return self._place / f"{key[:32]}.json"


def _read(file: Path, folder: Path) -> dict[str, tuple[FileState, str]]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if document["version"] != _VERSION or document["folder"] != str(folder.absolute()):
            return {}
        return {
            str(name): (FileState(int(size), int(modified), int(changed)), str(sha256))
            for name, (size, modified, changed, sha256) in document["files"].items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _forget_oldest(place: Path, kept: int) -> None:
    with suppress(OSError):
        files = sorted(place.glob("*.json"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for file in files[kept:]:
            file.unlink(missing_ok=True)
