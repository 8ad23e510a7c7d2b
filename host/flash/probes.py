"""Debug probes of this computer, real and virtual, and which of them a command means.

`--board virtual` takes virtual probes only, every other board real ones only.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from host.boards import Board
from host.errors import HostError, ProbeError
from host.flash import udev
from host.sim import registry

VIRTUAL = "virtual"
JLINK = "jlink"

# Type in a board file and what pyOCD calls the class of such probes.
_KINDS = {"earshot": VIRTUAL, "cmsisdap": "cmsis-dap", "jlink": JLINK, "stlink": "stlink"}
# A client of another computer's probe: nothing to enumerate.
_NOT_ATTACHED = frozenset({"remote"})
_NAMES = {VIRTUAL: "virtual", "cmsis-dap": "CMSIS-DAP", "jlink": "J-Link"}
_POLL_S = 0.1


@dataclass(frozen=True)
class Probe:
    """One debug probe.

    Attributes:
        kind: As board files have it: "virtual", "cmsis-dap", "jlink", or pyOCD's name for others.
        unique_id: Serial number; of a virtual probe the board's name.
        title: What it calls itself.
        usb: "VVVV:PPPP", "" where that is not known.
        handle: pyOCD's object for it.
    """

    kind: str
    unique_id: str
    title: str
    usb: str
    handle: Any

    @property
    def is_virtual(self) -> bool:
        """Whether a virtual board is behind it."""
        return self.kind == VIRTUAL

    def __str__(self) -> str:
        return f"{self.unique_id} ({self.title})"


@dataclass(frozen=True)
class Enumeration:
    """What was found.

    Attributes:
        probes: All probes.
        problems: Why some could not be looked for, one line each.
        kinds: The kinds that were looked for; J-Links are only where SEGGER's library is installed.
    """

    probes: tuple[Probe, ...]
    problems: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()


def enumerate_probes() -> Enumeration:
    """Return all probes of this computer, the virtual ones included, sorted by kind and id."""
    from pyocd.probe.aggregator import PROBE_CLASSES

    found: list[Probe] = []
    problems: list[str] = []
    for name, family in PROBE_CLASSES.items():
        if name in _NOT_ATTACHED:
            continue
        kind = _KINDS.get(name, name)
        try:
            found += _probes_of(kind, family)
        except HostError as error:
            problems.append(str(error))
    found.sort(key=lambda each: (each.kind, each.unique_id))
    kinds = frozenset(_KINDS.get(name, name) for name in PROBE_CLASSES)
    return Enumeration(tuple(found), tuple(problems), kinds)


def refusals(known: Iterable[Board]) -> tuple[str, ...]:
    """Return why probes of these boards are attached but not listed: this user may not open them."""
    refused = udev.refused({usb for board in known for usb in board.probe.usb})
    return (udev.explanation(refused),) if refused else ()


def find(
    board: Board,
    wanted: str | None = None,
    enumerated: Callable[[], Enumeration] = enumerate_probes,
    wait_s: float = registry.WAIT_S,
) -> Probe:
    """Return the board's probe.

    Args:
        board: The board, whose file says of what type its probe is.
        wanted: What the user named: a part of the probe's id, case ignored; pyOCD's form TYPE:ID does, too.
        enumerated: Lists the probes.
        wait_s: How long to wait for a virtual board to appear.

    Raises:
        ProbeError: there is none, or there are several to choose from; the message lists them.
    """
    listed = _listed(board, wanted, enumerated, wait_s)
    matches = _matches(board, wanted, listed.probes)
    if len(matches) == 1:
        return matches[0]
    if matches:
        names = ", ".join(map(str, matches))
        raise ProbeError(f"several probes could be the {board.name}'s: {names}; name one with --probe ID")
    raise _none(board, wanted, listed)


def find_all(
    board: Board,
    wanted: str | None = None,
    enumerated: Callable[[], Enumeration] = enumerate_probes,
    wait_s: float = registry.WAIT_S,
) -> tuple[Probe, ...]:
    """Return all probes of boards of this type; see `find`.

    Raises:
        ProbeError: there is none.
    """
    listed = _listed(board, wanted, enumerated, wait_s)
    matches = _matches(board, wanted, listed.probes)
    if not matches:
        raise _none(board, wanted, listed)
    return matches


def fits(board: Board, probe: Probe) -> bool:
    """Tell whether a probe is of the type that a board has."""
    if probe.kind != board.probe.type:
        return False
    return not probe.usb or not board.probe.usb or probe.usb in board.probe.usb


def _listed(
    board: Board, wanted: str | None, enumerated: Callable[[], Enumeration], wait_s: float
) -> Enumeration:
    """List the probes; a virtual board may still be starting."""
    end = time.monotonic() + wait_s
    while True:
        listed = enumerated()
        if board.probe.type != VIRTUAL or _matches(board, wanted, listed.probes) or time.monotonic() >= end:
            return listed
        time.sleep(_POLL_S)


def _matches(board: Board, wanted: str | None, probes: Iterable[Probe]) -> tuple[Probe, ...]:
    virtual = board.probe.type == VIRTUAL
    candidates = tuple(each for each in probes if each.is_virtual == virtual)
    if wanted is None:
        return tuple(each for each in candidates if fits(board, each))
    # pyOCD's form of an id says of what type the probe is.
    kind, _, rest = wanted.partition(":")
    if rest and kind.lower() in _KINDS:
        wanted = rest
        candidates = tuple(each for each in candidates if each.kind == _KINDS[kind.lower()])
    # A probe that the user names need not be of the type that the board comes with.
    exact = tuple(each for each in candidates if each.unique_id.lower() == wanted.lower())
    return exact or tuple(each for each in candidates if wanted.lower() in each.unique_id.lower())


def _none(board: Board, wanted: str | None, listed: Enumeration) -> ProbeError:
    virtual = board.probe.type == VIRTUAL
    others = [str(each) for each in listed.probes if each.is_virtual == virtual]
    if virtual:
        if wanted and others:
            return ProbeError(
                f"no virtual board named {wanted} is served, but {_list(others)}: check --probe, or leave "
                "it out"
            )
        named = f" named {wanted}" if wanted else ""
        return ProbeError(f"no virtual board{named} is served: start one with python -m host.sim serve")
    if wanted is not None:
        return ProbeError(
            f"no debug probe has {wanted} in its id (found: {_list(others)}): look at "
            "python -m host.flash --list" + _because(listed.problems)
        )
    refused = udev.refused(board.probe.usb)
    if refused:
        return ProbeError(udev.explanation(refused))
    kind = _NAMES.get(board.probe.type, board.probe.type)
    ids = f", USB {' or '.join(board.probe.usb)}" if board.probe.usb else ""
    rest = f"; other probes: {_list(others)} (take one with --probe ID)" if others else ""
    return ProbeError(
        f"no debug probe of the {board.name} found ({kind}{ids}): check that the board is plugged in with a "
        f"cable that carries data{_library(board, listed)}, or take a virtual board with --board virtual"
        + rest
        + _because(listed.problems)
    )


def _probes_of(kind: str, family: Any) -> list[Probe]:
    """Return the probes of one of pyOCD's classes.

    Raises:
        ProbeError: its library fails.
    """
    try:
        return [_probe(kind, handle) for handle in family.get_all_connected_probes()]
    except HostError:
        raise
    except Exception as error:  # Vendors' libraries let out what they like.
        reason = " ".join(str(error).split())
        raise ProbeError(f"probes of the type {kind} cannot be listed: {reason}") from error


def _library(board: Board, listed: Enumeration) -> str:
    """Say what a J-Link needs besides its cable, where that is missing."""
    if board.probe.type != JLINK or JLINK in listed.kinds:
        return ""
    return ", install SEGGER's J-Link software (its library is not on this computer)"


def _because(problems: Sequence[str]) -> str:
    return "".join(f"; {line}" for line in problems)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def _probe(kind: str, handle: Any) -> Probe:
    vendor, product = str(handle.vendor_name or ""), str(handle.product_name or "")
    title = product if product.lower().startswith(vendor.lower()) else f"{vendor} {product}"
    return Probe(kind, str(handle.unique_id), title.strip(), _usb(handle), handle)


def _usb(handle: Any) -> str:
    """Return the USB ids of a CMSIS-DAP probe, the only kind of which pyOCD keeps them."""
    ids = getattr(getattr(handle, "_link", None), "vidpid", None)
    try:
        vendor, product = ids  # type: ignore[misc]
        return f"{int(vendor):04x}:{int(product):04x}"
    except (TypeError, ValueError):
        return ""
