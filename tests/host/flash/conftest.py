"""CMSIS packs for the tests of this folder: made once, and served on 127.0.0.1."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pack_files import PACK, VENDOR, PackMaker


@pytest.fixture(scope="session")
def pack_maker(tmp_path_factory: pytest.TempPathFactory) -> PackMaker:
    return PackMaker(tmp_path_factory.mktemp("packs"))


@dataclass
class PackServer:
    """What an HTTP server on 127.0.0.1 serves, by path, and what was asked of it."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def index(self) -> str:
        return f"{self.url}index.pidx"

    def publish(self, maker: PackMaker, release: str = "2025.12.1", **changes: int | str) -> None:
        """Serve an index with one pack of one release."""
        description = maker.description(release=release, url=self.url, **changes)  # type: ignore[arg-type]
        entry = f'<pdsc url="{self.url}" vendor="{VENDOR}" name="{PACK}" version="{release}"/>'
        self.files = {
            "/index.pidx": f"<index><vendor>{VENDOR}</vendor><url>{self.url}</url>"
            f"<pindex>{entry}</pindex></index>".encode(),
            f"/{VENDOR}.{PACK}.pdsc": description.encode(),
            f"/{VENDOR}.{PACK}.{release}.pack": maker.write(description, name="served.pack").read_bytes(),
        }


@pytest.fixture
def pack_server() -> Iterator[PackServer]:
    served = PackServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            contents = served.files.get(self.path)
            if contents is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(contents)))
            self.end_headers()
            self.wfile.write(contents)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        served.url = f"http://127.0.0.1:{http.server_port}/"
        thread = threading.Thread(target=http.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield served
        finally:
            http.shutdown()
            thread.join()
