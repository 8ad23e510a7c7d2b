"""Brings the missing blocks of a file over several connections at once, each block with patience.

The first connection finds out whether the server sends ranges; without them it brings the whole file alone.
The threads are daemons: one that waits for a silent server must not keep an interrupted command.
"""

import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import requests

from host.data.network import Client, Range, TryAgainError
from host.data.partial_file import Origin, PartialFile
from host.errors import DataError, HostError

_CHUNK = 1 << 16
_REPORT_EVERY_S = 0.1
_JOIN_S = 2.0
_CONTENT_RANGE = re.compile(r"bytes ([0-9]+)-([0-9]+)/([0-9]+|\*)")
_CUT = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)

OnBytes = Callable[[int, int], None]
"""Called with (bytes here, bytes in all), from the calling thread."""


@dataclass(frozen=True)
class Patience:
    """How often a broken connection is tried again without new data in between, and the pause in seconds."""

    attempts: int = 4
    pause_s: float = 2.0


class ChangedAtSourceError(Exception):
    """The server has another file than the one that a part is here of."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin)
        self.origin = origin


class Transfer:
    """One attempt to complete a partial file; `url` is named in errors."""

    def __init__(self, url: str, part: PartialFile, patience: Patience, connections: int) -> None:
        self._url = url
        self._part = part
        self._patience = patience
        self._connections = connections
        self._client = Client()
        self._blocks = deque(part.missing())
        self._error: Exception | None = None
        self._stop = threading.Event()
        self._ranges = threading.Event()
        self._whole = False

    def run(self, on_bytes: OnBytes | None) -> None:
        """Complete the file.

        Raises:
            DataError: an answer that is no part of this file.
            ChangedAtSourceError: the file became another one at the server.
            TryAgainError: the server stays busy.
            OSError: also as requests.RequestException: the connection or the disk failed.
        """
        count = min(self._connections, len(self._blocks))
        waiting = [threading.Thread(target=self._work, daemon=True) for _ in range(count)]
        started: list[threading.Thread] = []
        try:
            while (waiting or any(thread.is_alive() for thread in started)) and not self._stop.is_set():
                if waiting and (not started or self._ranges.is_set()):
                    started.append(waiting.pop())
                    started[-1].start()
                    continue
                if waiting and not started[0].is_alive():
                    break  # It brought all alone.
                self._pause(started)
                if on_bytes is not None:
                    on_bytes(self._part.received, self._part.origin.size)
        finally:
            self._stop.set()
            end = time.monotonic() + _JOIN_S
            for thread in started:
                thread.join(max(0.0, end - time.monotonic()))
        if self._error is not None:
            raise self._error
        if on_bytes is not None:
            on_bytes(self._part.received, self._part.origin.size)

    def _pause(self, started: list[threading.Thread]) -> None:
        started[-1].join(_REPORT_EVERY_S)
        if not started[-1].is_alive():
            self._stop.wait(_REPORT_EVERY_S / 10)

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    block = self._blocks.popleft()
                except IndexError:
                    return
                self._bring(block)
        except (HostError, ChangedAtSourceError, TryAgainError, OSError, ValueError) as error:
            self._error = self._error or error
            self._stop.set()
        finally:
            self._client.close()

    def _bring(self, block: int) -> None:
        failures = 0
        while not self._stop.is_set() and not self._here(block):
            rest = self._part.rest(block)
            pause_s = self._patience.pause_s
            failure: Exception = requests.ConnectionError("the answer ended too early")
            try:
                self._ask(block, rest)
            except TryAgainError as busy:
                failure, pause_s = busy, pause_s if busy.pause_s is None else busy.pause_s
            except _CUT as cut:
                failure = cut
            if self._here(block) or self._stop.is_set():
                return
            progress = not self._whole and self._part.rest(block).first > rest.first
            failures = 0 if progress else failures + 1
            if failures >= self._patience.attempts:
                raise failure
            self._stop.wait(pause_s)

    def _here(self, block: int) -> bool:
        """Return whether the block is whole; of a server without ranges, whether everything is."""
        if self._whole:
            return self._part.complete
        rest = self._part.rest(block)
        return rest.first >= rest.end

    def _ask(self, block: int, rest: Range) -> None:
        with self._client.get(self._url, rest, self._part.origin.etag) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                raise self.wrong_size("smaller")
            if response.status_code == requests.codes.partial_content:
                self._take_range(response, block, rest)
            else:
                self._take_whole(response)

    def _take_range(self, response: requests.Response, block: int, rest: Range) -> None:
        match = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if match is None or int(match[1]) != rest.first or int(match[2]) >= rest.end:
            raise DataError(f"{self._url}: the server sends another part of the file than was asked for")
        self._check_origin(response, None if match[3] == "*" else int(match[3]))
        self._ranges.set()
        left = rest.end - rest.first
        for chunk in response.iter_content(_CHUNK):
            if self._stop.is_set() or not self._part.take(block, chunk[:left]):
                return
            left -= len(chunk)
            if left <= 0:
                return

    def _take_whole(self, response: requests.Response) -> None:
        length = response.headers.get("Content-Length", "")
        self._check_origin(response, int(length) if length.isdecimal() else None)
        if self._ranges.is_set():
            raise TryAgainError(f"{self._url}: the server no longer sends ranges", None)
        self._whole = True
        self._part.begin_again(Origin(self._part.origin.size, response.headers.get("ETag", "")))
        blocks = deque(self._part.missing())
        for chunk in response.iter_content(_CHUNK):
            while chunk and blocks:
                rest = self._part.rest(blocks[0])
                piece, chunk = chunk[: rest.end - rest.first], chunk[rest.end - rest.first :]
                if self._stop.is_set() or not self._part.take(blocks[0], piece):
                    return
                if len(piece) == rest.end - rest.first:
                    blocks.popleft()
            if chunk:
                raise self.wrong_size("larger")

    def _check_origin(self, response: requests.Response, size: int | None) -> None:
        expected = self._part.origin
        if size is not None and size != expected.size:
            raise self.wrong_size("larger" if size > expected.size else "smaller")
        found = Origin(expected.size, response.headers.get("ETag", ""))
        if found.differs(expected):
            raise ChangedAtSourceError(found)
        self._part.note(found)

    def wrong_size(self, than: str) -> DataError:
        """Remove what is here, and return the error of a file of another size."""
        self._part.remove()
        return DataError(
            f"{self._url} is {than} than the expected {self._part.origin.size} bytes: the download was "
            "removed; the file was changed at its source"
        )
