"""What to say when nobody who speaks the link is on the line: silence, other firmware, another baud rate."""

import re

from host.errors import LinkError
from host.link.message import PROTOCOL_VERSION
from host.link.payload import one_line

KNOCK = b"%name%\r"
"""What is typed where nobody knows frames: a question of the MLPerf Tiny runner's, and a line for a console.

The first % ends what the runner's firmware may have taken for a command so far.
"""

KNOCK_RATES = (9_600,)
"""At which rates to knock beside the line's own: that of the benchmark's energy mode."""

_RUNNER_NAME = re.compile(r"m-name-dut-\[([^\]\r\n]{1,200})\]")
_PRINTABLE_SHARE = 0.9
_QUOTED = 60


def runner_name(heard: bytes) -> str:
    """Return how firmware for the MLPerf Tiny runner names itself in what was heard, or ""."""
    found = _RUNNER_NAME.search(heard.decode("ascii", "replace"))
    return found[1] if found and found[1].isprintable() else ""


def runner(port: str, name: str, baud: int) -> LinkError:
    """Return the error of a device that answers the MLPerf Tiny runner alone, at `baud` (0: no rate)."""
    rate = f" at {baud} baud" if baud else ""
    return LinkError(
        f"the board on {port} runs the benchmark's image ({name}){rate}, which has no link: "
        "flash an image of host.build without --app benchmark"
    )


def nobody(port: str, baud: int, heard: bytes, waited_s: float) -> LinkError:
    """Return the error of a session that could not be opened.

    Args:
        port: The port's name.
        baud: The rate, 0 where the line has none.
        heard: What came in and was no frame.
        waited_s: How long.
    """
    if not heard:
        return LinkError(
            f"nobody answers on {port} within {waited_s:g} s: check that the board is powered, that this is "
            "its port, and that it runs an image of host.build (one of --app benchmark has no link)"
        )
    printable = sum(0x20 <= byte < 0x7F or byte in b"\r\n\t\x1b" for byte in heard)
    if printable >= _PRINTABLE_SHARE * len(heard):
        text = one_line(heard)[-_QUOTED:].strip()
        return LinkError(
            f'other firmware answers on {port}, with text and no frames ("{text}"): '
            "flash an image of host.build"
        )
    rate = f" at {baud} baud" if baud else ""
    return LinkError(
        f"what comes from {port}{rate} is neither a frame nor text: the device has another baud rate, "
        "reset it (it starts at 115200), or check the wiring"
    )


def other_version(port: str, theirs: str) -> LinkError:
    """Return the error of a device with another version of the protocol; `theirs` says which."""
    return LinkError(
        f"the device on {port} speaks another version of the link ({theirs}), this computer version "
        f"{PROTOCOL_VERSION}: flash an image of this version's host.build"
    )


def silence(port: str, request: str, waited_s: float, garbage: int) -> LinkError:
    """Return the error of a request that got no reply; `garbage` is how many damaged pieces came instead."""
    if garbage:
        return LinkError(
            f"no good reply to {request} on {port} within {waited_s:.0f} s, but {garbage} damaged ones: "
            "check the cable, or give a lower --baud"
        )
    return LinkError(
        f"the device on {port} has not answered {request} for {waited_s:.0f} s: "
        "check that it is still powered and plugged in"
    )
