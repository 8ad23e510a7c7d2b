"""A server on 127.0.0.1 that behaves as told: with ranges or without, cutting connections, lying."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class FileServer:
    """Files by path; `cut_after` ends each answer's connection after so many bytes, for `cuts` answers."""

    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    cut_after: int | None = None
    cuts: int = 0
    status: int = 200
    wrong_range: bool = False
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path, asked = handler.path.partition("?")[0], handler.headers["Range"]
        self.requests.append((path, asked))
        if self.status != 200 or path not in self.files:
            handler.send_error(self.status if self.status != 200 else 404)
            return
        data, start = self.files[path], 0
        if asked and self.ranges:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(data):
                handler.send_error(416)
                return
            handler.send_response(206)
            said = 0 if self.wrong_range else start
            handler.send_header("Content-Range", f"bytes {said}-{len(data) - 1}/{len(data)}")
        else:
            handler.send_response(200)
        handler.send_header("Content-Length", str(len(data) - start))
        handler.end_headers()
        end = len(data)
        if self.cut_after is not None and self.cuts > 0 and start + self.cut_after < end:
            self.cuts -= 1
            end = min(end, start + self.cut_after)
        with contextlib.suppress(ConnectionError):  # The client may have heard enough.
            handler.wfile.write(data[start:end])


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
