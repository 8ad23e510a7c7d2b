"""USB devices that may not be opened: pyOCD's own enumeration and pyusb, on a stub of a USB library."""

import errno
import re

import libusb_package
import pytest
import usb.core
from pyocd.probe.cmsis_dap_probe import CMSISDAPProbe
from stub_usb import StubBackend, StubDevice

from host import boards
from host.flash import udev
from host.flash.udev import RefusedDevice

XIAO = boards.load("xiao_mg24").probe.usb
REFUSED = StubDevice(0x2886, 0x0062, bus=1, address=7, permitted=False)
PERMITTED = StubDevice(0x2886, 0x0062, bus=1, address=8)
OTHER = StubDevice(0x1D6B, 0x0002, permitted=False)


def attach(monkeypatch: pytest.MonkeyPatch, *devices: StubDevice) -> StubBackend:
    backend = StubBackend(*devices)
    monkeypatch.setattr(libusb_package, "get_libusb1_backend", lambda: backend)
    return backend


def listed_by_pyocd() -> list[str]:
    return [probe.unique_id for probe in CMSISDAPProbe.get_all_connected_probes()]


def test_pyocd_lists_a_probe_that_may_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    attach(monkeypatch, PERMITTED, OTHER)
    assert listed_by_pyocd() == ["SERIAL1"]
    assert udev.refused(XIAO) == ()


def test_pyocd_leaves_out_one_that_may_not_and_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = attach(monkeypatch, REFUSED, OTHER)
    assert listed_by_pyocd() == []
    assert udev.refused(XIAO) == (RefusedDevice("2886:0062", 1, 7),)
    assert udev.refused(["1366:0105"]) == ()
    assert backend.open_handles == 0


def test_no_handle_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = attach(monkeypatch, PERMITTED)
    assert udev.refused(XIAO) == ()
    assert backend.open_handles == 0


@pytest.mark.parametrize(("error", "count"), [(errno.EPERM, 1), (errno.EBUSY, 0), (errno.ENODEV, 0)])
def test_other_errors_are_no_refusal(monkeypatch: pytest.MonkeyPatch, error: int, count: int) -> None:
    attach(monkeypatch, StubDevice(0x2886, 0x0062, permitted=False, error=error))
    assert len(udev.refused(XIAO)) == count


def test_without_a_usb_library_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_backend(**_: object) -> None:
        raise usb.core.NoBackendError("No backend available")

    monkeypatch.setattr(libusb_package, "find", no_backend)
    assert udev.refused(XIAO) == ()


# The grammar of a rule: KEY=="value" compares, KEY="value" and KEY+="value" set (udev(7)).
TERM = re.compile(r'([A-Z]+(?:\{\w+\})?)(==|=|\+=)"([^"]*)"')


def test_the_rule_is_for_these_devices_only() -> None:
    lines = udev.rule(["2886:0062", "1366:0105", "2886:0062"]).splitlines()
    assert len(lines) == 2
    terms = [match.groups() for match in TERM.finditer(lines[1])]
    assert ", ".join(f'{key}{operator}"{value}"' for key, operator, value in terms) == lines[1]
    assert [term for term in terms if term[1] == "=="] == [
        ("SUBSYSTEM", "==", "usb"),
        ("ATTR{idVendor}", "==", "2886"),
        ("ATTR{idProduct}", "==", "0062"),
    ]
    assert ("TAG", "+=", "uaccess") in terms
    assert not any("666" in value for _, _, value in terms)


def test_the_message_names_device_rule_and_file() -> None:
    first, rule = udev.explanation([RefusedDevice("2886:0062", 1, 7)]).split("\n")
    assert first.startswith(
        "no permission to open USB device 2886:0062 (bus 1, device 7): as root, write this line"
    )
    assert "/etc/udev/rules.d/60-earshot.rules" in first
    assert rule == udev.rule(["2886:0062"]).strip()
    two = udev.explanation([RefusedDevice("2886:0062", 1, 7), RefusedDevice("1366:0105", 1, 8)])
    assert "these lines" in two
    assert two.count("SUBSYSTEM") == 2
