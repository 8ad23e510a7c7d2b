"""A server on 127.0.0.1 that behaves as told: with ranges or without, cutting, redirecting, lying."""

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class FileServer:
    """Files by path; `cut_after` ends each answer's connection after so many bytes, for `cuts` answers.

    `slow_s` is a pause before each 64 KiB; `busy` many answers are 503; `redirects` are places by path.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    etag: str = ""
    cut_after: int | None = None
    cuts: int = 0
    status: int = 200
    busy: int = 0
    wrong_range: bool = False
    slow_s: float = 0.0
    length: bool = True
    redirects: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    at_once: int = 0
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    _now: int = 0

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path, asked = handler.path.partition("?")[0], handler.headers["Range"]
        with self.lock:
            self.requests.append((path, asked))
            self._now += 1
            self.at_once = max(self.at_once, self._now)
            status = 503 if self.busy > 0 else self.status
            self.busy -= 1
        try:
            if path in self.redirects:
                handler.send_response(302)
                handler.send_header("Location", self.redirects[path])
                handler.send_header("Content-Length", "0")
                handler.end_headers()
            elif status != 200 or path not in self.files:
                handler.send_error(status if status != 200 else 404)
            else:
                self.send(handler, self.files[path], asked)
        finally:
            with self.lock:
                self._now -= 1

    def send(self, handler: BaseHTTPRequestHandler, data: bytes, asked: str | None) -> None:
        start, end = 0, len(data)
        if_range = handler.headers["If-Range"]
        if asked and self.ranges and if_range in (None, self.etag):
            first, last = re.fullmatch(r"bytes=(\d+)-(\d*)", asked).groups()  # type: ignore[union-attr]
            start, end = int(first), min(int(last) + 1 if last else end, end)
            if start >= len(data):
                handler.send_error(416)
                return
            handler.send_response(206)
            said = start + 1 if self.wrong_range else start
            handler.send_header("Content-Range", f"bytes {said}-{end - 1}/{len(data)}")
        else:
            handler.send_response(200)
        if self.etag:
            handler.send_header("ETag", self.etag)
        if self.length:
            handler.send_header("Content-Length", str(end - start))
        handler.end_headers()
        handler.close_connection = True
        with self.lock:
            if self.cut_after is not None and self.cuts > 0 and start + self.cut_after < end:
                self.cuts -= 1
                end = start + self.cut_after
        with contextlib.suppress(ConnectionError):  # The client may have heard enough.
            for at in range(start, end, 1 << 16):
                time.sleep(self.slow_s)
                handler.wfile.write(data[at : min(at + (1 << 16), end)])


@pytest.fixture
def server() -> Iterator[FileServer]:
    files = FileServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            files.answer(self)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        files.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield files
        http.shutdown()
        thread.join()
