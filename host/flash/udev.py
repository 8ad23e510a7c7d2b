"""Probes on USB that this user may not open, and the udev rule that lets them be opened."""

import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

RULE_FILE = "/etc/udev/rules.d/60-earshot.rules"
"""Its number is below 70, where systemd gives devices tagged `uaccess` to whoever is logged in."""

_REFUSALS = (errno.EACCES, errno.EPERM)


@dataclass(frozen=True)
class RefusedDevice:
    """A USB device that the system does not let this user open: its id "VVVV:PPPP", and where it is."""

    usb_id: str
    bus: int
    address: int


def rule(usb_ids: Iterable[str]) -> str:
    """Return the text of a udev rules file that lets whoever is logged in open these devices.

    The group is for logins over a network, which `uaccess` leaves out.

    Args:
        usb_ids: Ids as "VVVV:PPPP" in hexadecimal.
    """
    lines = []
    for usb_id in sorted(set(usb_ids)):
        vendor, _, product = usb_id.lower().partition(":")
        lines.append(
            f'SUBSYSTEM=="usb", ATTR{{idVendor}}=="{vendor}", ATTR{{idProduct}}=="{product}", '
            'MODE="0660", GROUP="plugdev", TAG+="uaccess"'
        )
    return "".join(f"{line}\n" for line in lines)


def refused(usb_ids: Iterable[str]) -> tuple[RefusedDevice, ...]:
    """Return the attached devices with one of these ids that may not be opened.

    Looks through the same USB library as pyOCD, which leaves such devices out of its list without a word.
    Empty where there is no USB library.
    """
    try:
        import libusb_package
        import usb.core  # type: ignore[import-untyped]
        import usb.util  # type: ignore[import-untyped]
    except ImportError:
        return ()
    wanted = {usb_id.lower() for usb_id in usb_ids}

    def matches(device: Any) -> bool:
        return _id(device) in wanted

    def may_not_open() -> Iterator[RefusedDevice]:
        for device in libusb_package.find(find_all=True, custom_match=matches):
            try:
                device.get_active_configuration()
            except usb.core.USBError as error:
                if error.errno in _REFUSALS:
                    yield RefusedDevice(_id(device), int(device.bus or 0), int(device.address or 0))
            except NotImplementedError:
                pass
            finally:
                usb.util.dispose_resources(device)

    try:
        return tuple(may_not_open())
    except (usb.core.NoBackendError, usb.core.USBError):
        return ()


def explanation(devices: Iterable[RefusedDevice]) -> str:
    """Return the message for devices that may not be opened: one line, then the rule and its place."""
    devices = tuple(devices)
    listed = ", ".join(f"{one.usb_id} (bus {one.bus}, device {one.address})" for one in devices)
    text = rule(one.usb_id for one in devices).rstrip("\n")
    lines = "this line" if "\n" not in text else "these lines"
    return (
        f"no permission to open USB device {listed}: as root, write {lines} to {RULE_FILE}, run"
        f" udevadm control --reload, and plug the board in again\n{text}"
    )


def _id(device: Any) -> str:
    return f"{device.idVendor:04x}:{device.idProduct:04x}"
