"""A file that arrives in blocks from several connections, and the record of what is there already.

The bytes go to NAME.part at their final offsets, the record to NAME.part.json. The record is written after
the bytes that it counts, so a process that is killed loses the last moments only.
"""

import json
import os
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from host import atomic
from host.data.network import Range

BLOCK_BYTES = 16 << 20
_SAVE_EVERY_S = 1.0
_VERSION = 1


@dataclass(frozen=True)
class Origin:
    """What tells a file from another at the same address: its size, and its tag if the server gives one."""

    size: int
    etag: str = ""

    def differs(self, other: "Origin") -> bool:
        """Return whether both are known to be different files."""
        return self.size != other.size or bool(self.etag and other.etag and self.etag != other.etag)


class PartialFile:
    """The part of a file that is here; safe to be written by several threads."""

    def __init__(self, target: Path, size: int, block_bytes: int = BLOCK_BYTES) -> None:
        self.path = target.with_name(target.name + ".part")
        self._record = target.with_name(target.name + ".part.json")
        self._block_bytes = block_bytes
        self.origin = Origin(size)
        self._lock = threading.Lock()
        self._saved_at = time.monotonic()
        self._received = [0] * -(-size // block_bytes)
        self._descriptor = -1
        self._removed = False
        self._load()

    @property
    def received(self) -> int:
        """Bytes that are here."""
        return sum(self._received)

    @property
    def complete(self) -> bool:
        """Whether every byte is here."""
        return self.received == self.origin.size

    def missing(self) -> Sequence[int]:
        """Return the numbers of the blocks that are not whole."""
        return [k for k in range(len(self._received)) if self.rest(k).first < self.rest(k).end]

    def rest(self, block: int) -> Range:
        """Return what is missing of a block."""
        first = block * self._block_bytes
        return Range(first + self._received[block], min(first + self._block_bytes, self.origin.size))

    def open(self) -> None:
        """Begin to write; raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | (0 if self.received else os.O_TRUNC)
        self._descriptor = os.open(self.path, flags, 0o666)

    def close(self) -> None:
        """Write the record and end writing; a part without a single byte is removed."""
        with self._lock:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1
                if self.received or not self.origin.size:
                    self._save()
                else:
                    self._remove()

    def take(self, block: int, data: bytes) -> bool:
        """Add bytes to a block; return False if the file was closed in the meantime. Raises OSError."""
        with self._lock:
            if self._descriptor < 0:
                return False
            at = self.rest(block).first
            view = memoryview(data)
            while view:
                written = os.pwrite(self._descriptor, view, at)
                at, view = at + written, view[written:]
                self._received[block] += written
            if time.monotonic() - self._saved_at > _SAVE_EVERY_S:
                self._save()
            return True

    def begin_again(self, origin: Origin) -> None:
        """Forget what is here: it is of another file."""
        with self._lock:
            self._received = [0] * len(self._received)
            self.origin = origin
            self._save()

    def note(self, origin: Origin) -> None:
        """Keep the tag of the file that the bytes are of."""
        with self._lock:
            if origin.etag:
                self.origin = origin

    def remove(self) -> None:
        """Remove the part and its record."""
        with self._lock:
            self._remove()

    def _remove(self) -> None:
        self._removed = True
        self._received = [0] * len(self._received)
        self.path.unlink(missing_ok=True)
        self._record.unlink(missing_ok=True)

    def finish(self, target: Path) -> None:
        """Give the complete file its name."""
        self.path.replace(target)
        self._record.unlink(missing_ok=True)

    def _save(self) -> None:
        if self._removed:
            return
        self._saved_at = time.monotonic()
        document = {
            "version": _VERSION,
            "size": self.origin.size,
            "etag": self.origin.etag,
            "block_bytes": self._block_bytes,
            "received": self._received,
        }
        atomic.write_text(self._record, json.dumps(document) + "\n")

    def _load(self) -> None:
        with suppress(OSError, ValueError, TypeError, KeyError):
            document = json.loads(self._record.read_text(encoding="utf-8"))
            mine = (_VERSION, self.origin.size, self._block_bytes, len(self._received))
            received = [int(count) for count in document["received"]]
            size, block_bytes = document["size"], document["block_bytes"]
            if (document["version"], size, block_bytes, len(received)) != mine or not self.path.is_file():
                return
            ends = [k * block_bytes + count for k, count in enumerate(received) if count]
            fits = all(
                0 <= count <= min(block_bytes, size - k * block_bytes) for k, count in enumerate(received)
            )
            if fits and max(ends, default=0) <= self.path.stat().st_size <= size:
                self._received = received
                self.origin = Origin(size, str(document["etag"]))
