"""What the payloads of replies have in common: layouts of fixed size, and a device's text."""

import struct
from typing import Any

from host.errors import LinkError


def unpack(layout: struct.Struct, payload: bytes, name: str) -> tuple[Any, ...]:
    """Return the values of the reply to `name`.

    Raises:
        LinkError: it has another size than its layout.
    """
    if len(payload) != layout.size:
        raise malformed(name)
    return layout.unpack(payload)


def malformed(name: str) -> LinkError:
    """Return the error of a reply to `name` that is none."""
    return LinkError(
        f"the device's {name} reply is malformed: flash an image that was built with this version"
    )


def one_line(data: bytes) -> str:
    """Return a device's text with spaces in place of line ends and other control characters."""
    decoded = data.decode("utf-8", "replace")
    return "".join(each if each.isprintable() else " " for each in decoded).strip()
