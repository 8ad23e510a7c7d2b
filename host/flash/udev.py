"""Probes on USB that this user may not open, and the udev rule that lets them be opened."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class RefusedDevice:
    """A USB device that the system does not let this user open: its id "VVVV:PPPP", and where it is."""

    usb_id: str
    bus: int
    address: int


RULE_FILE = "/etc/udev/rules.d/60-earshot.rules"


def rule(usb_ids: Iterable[str]) -> str:
    """Return the text of a udev rules file that lets whoever is logged in open these devices.

    Args:
        usb_ids: Ids as "VVVV:PPPP" in hexadecimal.
    """
    raise NotImplementedError


def refused(usb_ids: Iterable[str]) -> tuple[RefusedDevice, ...]:
    """Return the attached devices with one of these ids that may not be opened.

    Looks through the same USB library as pyOCD, which leaves such devices out of its list without a word.
    Empty where there is no USB library.
    """
    raise NotImplementedError


def explanation(devices: Iterable[RefusedDevice]) -> str:
    """Return the message for devices that may not be opened: one line, then the rule and its place."""
    raise NotImplementedError
