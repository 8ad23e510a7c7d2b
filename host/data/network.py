"""Asks a server for a file, or a range of it, without following it anywhere unexpected.

Redirects are followed by hand: at most a few, only to HTTP and HTTPS, and never from HTTPS back to HTTP. What
goes wrong on the way is told in words that say whether this computer, the network or the server is at fault.
"""

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests

from host.errors import DataError

MAX_REDIRECTS = 5
TIMEOUT_S = (10.0, 60.0)
"""To connect, and between two pieces of data."""

_REDIRECTS = (301, 302, 303, 307, 308)
_ANSWERS = (200, 206, 416)
_TRY_AGAIN = (429, 500, 502, 503, 504)
_LONGEST_PAUSE_S = 60.0
_UNREACHABLE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)


class TryAgainError(Exception):
    """The server asked to come back later; `pause_s` is None where it did not say when."""

    def __init__(self, message: str, pause_s: float | None) -> None:
        super().__init__(message)
        self.pause_s = pause_s


@dataclass(frozen=True)
class Range:
    """Bytes `first` up to, not including, `end` of a file."""

    first: int
    end: int


class Client:
    """Connections to servers, one session for each thread that asks."""

    def __init__(self) -> None:
        self._local = threading.local()

    @contextmanager
    def get(self, url: str, wanted: Range | None = None, etag: str = "") -> Iterator[requests.Response]:
        """Ask for a file, or a range of it; yield the answer, whose body is still to be read.

        Args:
            url: where to begin.
            wanted: the range, the whole file if None.
            etag: of the file that the range is to be of; the server sends the whole of another one.

        Raises:
            DataError: too many or forbidden redirects, an answer that is neither 200, 206 nor 416.
            TryAgainError: the server is busy.
            requests.RequestException: as `explain` puts into words.
        """
        # Compressed transfer would make offsets mean something else.
        headers = {"Accept-Encoding": "identity"}
        if wanted is not None:
            headers["Range"] = f"bytes={wanted.first}-{wanted.end - 1}"
            if etag.startswith('"'):  # Weak ones ("W/...") are not allowed here.
                headers["If-Range"] = etag
        response = self._follow(url, headers)
        with response:
            _check_answer(url, response)
            yield response

    def close(self) -> None:
        """Close the connections of the calling thread."""
        if hasattr(self._local, "session"):
            self._local.session.close()

    def _follow(self, url: str, headers: dict[str, str]) -> requests.Response:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        session: requests.Session = self._local.session
        at = url
        for _ in range(MAX_REDIRECTS + 1):
            response = session.get(at, headers=headers, stream=True, timeout=TIMEOUT_S, allow_redirects=False)
            if response.status_code not in _REDIRECTS:
                return response
            target = urljoin(at, response.headers.get("Location", ""))
            response.close()
            _check_redirect(at, target)
            at = target
        raise DataError(
            f"{url}: more than {MAX_REDIRECTS} redirects, the last to {_shown(at)}: the server sends in "
            "circles; try again later, or download the file with a browser"
        )


def explain(error: requests.RequestException, url: str) -> str:
    """Return in words why a server could not be asked or did not answer to the end."""
    host = urlsplit(url).hostname or url
    causes = _causes(error)
    if any(
        isinstance(cause, socket.gaierror) or "NameResolution" in type(cause).__name__ for cause in causes
    ):
        return f"no network, or none that knows {host}: its address was not found"
    if isinstance(error, requests.exceptions.SSLError):
        return f"the certificate of {host} is not accepted, as behind a proxy that inspects traffic"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy that HTTPS_PROXY or HTTP_PROXY names cannot be reached or refuses"
    if isinstance(error, requests.ConnectTimeout):
        return f"no network: {host} does not answer within {TIMEOUT_S[0]:.0f} s"
    if isinstance(error, requests.Timeout):
        return f"no data within {TIMEOUT_S[1]:.0f} s"
    if any(isinstance(cause, OSError) and cause.errno in _UNREACHABLE for cause in causes):
        return f"no network: {host} cannot be reached"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return f"{host} refuses the connection"
    return "the connection failed or was cut"


def _causes(error: BaseException) -> list[BaseException]:
    """Return an error with all that it was made of: urllib3 keeps its reasons in attributes and arguments."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop()
        if isinstance(each, BaseException) and each not in found:
            found.append(each)
            waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return found


def _check_redirect(at: str, target: str) -> None:
    before, after = urlsplit(at).scheme, urlsplit(target).scheme
    if after not in ("http", "https") or (before, after) == ("https", "http"):
        raise DataError(
            f"{_shown(at)} redirects to {_shown(target)}: not followed, since that is no secure place; try "
            "again later, or download the file with a browser"
        )


def _check_answer(url: str, response: requests.Response) -> None:
    status = f"{url}: the server answers {response.status_code} {response.reason}"
    if response.status_code in _TRY_AGAIN:
        raise TryAgainError(status, _pause(response.headers.get("Retry-After", "")))
    if response.status_code not in _ANSWERS:
        raise DataError(f"{status}; look there with a browser, the file may have moved")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise DataError(f"{url}: the server sends the file compressed, though it was asked not to")


def _pause(text: str) -> float | None:
    return min(float(text), _LONGEST_PAUSE_S) if text.isdecimal() else None


def _shown(url: str) -> str:
    # Only a place: what follows "?" may be a long signature.
    return url.partition("?")[0][:200]
