"""USB devices for pyusb, as a backend: CMSIS-DAP probes that this user may open, or may not.

Descriptors are those of the USB 2.0 specification (chapter 9) and of the CMSIS-DAP v2 interface: class 0xFF,
one bulk endpoint out and one in, and "CMSIS-DAP" in the interface's name.
"""

import errno
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import usb.backend
import usb.core

_STRINGS = {1: "Vendor", 2: "Probe CMSIS-DAP", 3: "SERIAL1", 4: "CMSIS-DAP v2"}
_GET_DESCRIPTOR, _STRING = 6, 3


@dataclass(frozen=True)
class StubDevice:
    """An attached device; opening one that is not `permitted` is refused as the kernel does."""

    vendor: int
    product: int
    bus: int = 1
    address: int = 5
    permitted: bool = True
    error: int = errno.EACCES


class StubBackend(usb.backend.IBackend):
    """What pyusb asks of a USB library. Counts open handles."""

    def __init__(self, *devices: StubDevice) -> None:
        self.devices = devices
        self.open_handles = 0

    def enumerate_devices(self) -> Iterator[StubDevice]:
        return iter(self.devices)

    def get_parent(self, dev: StubDevice) -> None:
        return None

    def get_device_descriptor(self, dev: StubDevice) -> SimpleNamespace:
        return SimpleNamespace(
            **{"bLength": 18, "bDescriptorType": 1, "bcdUSB": 0x200, "bMaxPacketSize0": 64},
            **{"bDeviceClass": 0, "bDeviceSubClass": 0, "bDeviceProtocol": 0, "bcdDevice": 0x100},
            **{"idVendor": dev.vendor, "idProduct": dev.product, "bNumConfigurations": 1},
            **{"iManufacturer": 1, "iProduct": 2, "iSerialNumber": 3},
            **{"bus": dev.bus, "address": dev.address, "speed": 3},
            **{"port_number": 1, "port_numbers": (1,)},
        )

    def get_configuration_descriptor(self, dev: StubDevice, config: int) -> SimpleNamespace:
        if config > 0:
            raise IndexError(config)
        return SimpleNamespace(
            **{"bLength": 9, "bDescriptorType": 2, "wTotalLength": 32, "bNumInterfaces": 1},
            **{"bConfigurationValue": 1, "iConfiguration": 0, "bmAttributes": 0x80, "bMaxPower": 50},
            extra_descriptors=[],
        )

    def get_interface_descriptor(self, dev: StubDevice, intf: int, alt: int, config: int) -> SimpleNamespace:
        if intf > 0 or alt > 0:
            raise IndexError(intf)
        return SimpleNamespace(
            **{"bLength": 9, "bDescriptorType": 4, "bInterfaceNumber": 0, "bAlternateSetting": 0},
            **{"bNumEndpoints": 2, "bInterfaceClass": 0xFF, "bInterfaceSubClass": 0},
            **{"bInterfaceProtocol": 0, "iInterface": 4, "extra_descriptors": []},
        )

    def get_endpoint_descriptor(
        self, dev: StubDevice, ep: int, intf: int, alt: int, config: int
    ) -> SimpleNamespace:
        if ep > 1:
            raise IndexError(ep)
        return SimpleNamespace(
            **{"bLength": 7, "bDescriptorType": 5, "bEndpointAddress": (0x01, 0x81)[ep]},
            **{"bmAttributes": 2, "wMaxPacketSize": 512, "bInterval": 0},
            **{"bRefresh": 0, "bSynchAddress": 0, "extra_descriptors": []},
        )

    def open_device(self, dev: StubDevice) -> StubDevice:
        if not dev.permitted:
            raise usb.core.USBError("Access denied (insufficient permissions)", -3, dev.error)
        self.open_handles += 1
        return dev

    def close_device(self, dev_handle: StubDevice) -> None:
        self.open_handles -= 1

    def get_configuration(self, dev_handle: StubDevice) -> int:
        return 1

    def ctrl_transfer(
        self,
        dev_handle: StubDevice,
        bmRequestType: int,
        bRequest: int,
        wValue: int,
        wIndex: int,
        data: array,
        timeout: int,
    ) -> int:
        assert (bmRequestType, bRequest, wValue >> 8) == (0x80, _GET_DESCRIPTOR, _STRING)
        number = wValue & 0xFF
        content = _STRINGS[number].encode("utf-16-le") if number else (0x409).to_bytes(2, "little")
        answer = bytes([2 + len(content), _STRING]) + content
        count = min(len(answer), len(data))
        data[:count] = array("B", answer[:count])
        return count
