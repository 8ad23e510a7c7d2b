"""What a person may name as a port: a path, or socket://HOST:PORT."""

import re
from urllib.parse import urlsplit

from host.errors import LinkError

_LONGEST = 255
_HOST_AND_NUMBER = re.compile(r"[^/\s]+:\d+")
_EXAMPLES = "a path such as /dev/ttyACM0, or socket://HOST:PORT"


def is_path(port: str) -> bool:
    """Return whether a port is a device of this computer; else it is a URL."""
    return "://" not in port


def check(port: str) -> None:
    """Check that a name can be a port's, without opening it.

    Raises:
        LinkError: it cannot.
    """
    if not port.strip():
        raise LinkError(f"an empty name is no port: give {_EXAMPLES}")
    if not port.isprintable() or len(port) > _LONGEST:
        raise LinkError(f"{shown(port)} is no port: give {_EXAMPLES}")
    if not is_path(port):
        _check_url(port)


def shown(port: str) -> str:
    """Return a name as a message may hold it: on one line, without control characters, not too long."""
    safe = port if port.isprintable() else ascii(port)
    return safe if len(safe) <= _LONGEST else f"{safe[:40]}… ({len(port)} characters)"


def advice(port: str) -> str:
    """Return what to do about a path where nothing is."""
    if _HOST_AND_NUMBER.fullmatch(port):
        return f"for TCP give socket://{port}"
    if port == "virtual":
        return "a virtual board is found with --board virtual"
    if port.startswith("/dev/pts/"):
        return "who served it has ended; start that again, and give the path that it prints"
    return "plug the board in, or give the right path with --port"


def _check_url(port: str) -> None:
    try:
        parts = urlsplit(port)
        number = parts.port
    except ValueError:
        number = None
    else:
        if parts.scheme != "socket":
            kind = port.partition("://")[0]
            raise LinkError(f"{kind}:// is no kind of port: give {_EXAMPLES}")
        extra = parts.path or parts.query or parts.fragment or parts.username is not None
        if parts.hostname and number and not extra and not re.search(r"\s", port):
            return
    raise LinkError(f"{port} is no TCP port: give socket://HOST:PORT, with PORT from 1 to 65535")
