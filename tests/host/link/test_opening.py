"""How a session is opened, and what is said of a line on which nobody speaks the link."""

import re

import pytest
from fake_device import MODEL, FakeDevice

from host.errors import LinkError
from host.link.device import Device
from host.link.opening import OPEN_S
from host.link.requests import Request
from host.link.session import Session

NAME = "earshot-brd2601b-01ab"


def test_hello_says_who_answers() -> None:
    hello = Session(FakeDevice()).hello
    assert (hello.protocol_version, hello.max_payload, hello.ring_bytes) == (2, 1024, 2200)
    assert (hello.clock_hz, hello.unique_id) == (78_000_000, "02e5700000000001")
    assert (hello.build_id, hello.model_sha256) == ("0b" * 20, MODEL.hex())
    assert hello.model_matches


def test_a_host_that_was_killed_at_another_rate_comes_back() -> None:
    device = FakeDevice()
    Session(device).set_baud(921_600)
    assert device.rate == 921_600
    device.baud = 115_200  # as a new process opens the port
    second = Session(device)
    assert second.call(Request.ping(b"new")) == b"new"
    assert second.baud == device.rate == 921_600


def failure(device: FakeDevice) -> str:
    start = device.now()
    with pytest.raises(LinkError) as caught:
        Session(device)
    assert device.now() - start <= OPEN_S + 0.01
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_silent_device_is_said_within_five_seconds() -> None:
    device = FakeDevice()
    device.mute = True
    device.read(0)
    assert "nobody answers on a fake within 5 s: check that the board is powered" in failure(device)


def test_other_firmware_is_told_by_its_text() -> None:
    device = FakeDevice()
    device.read(0)
    device.write = lambda data: device.say(b"uart:~$ \x1b[8D") if b"\r" in data else None  # type: ignore
    assert 'other firmware answers on a fake, with text and no frames ("uart:~$' in failure(device)


def test_another_rate_is_told_by_garbage() -> None:
    device = FakeDevice()
    device.read(0)
    device.write = lambda data: device.say(b"\xe6\x80\xf8\x06\x9e\xfe")  # type: ignore
    text = failure(device)
    assert "at 115200 baud is neither a frame nor text: the device has another baud rate" in text


def test_an_old_protocol_version_is_said() -> None:
    text = failure(FakeDevice(version=7))
    assert "another version of the link (because), this computer version 2: flash an image" in text


class Runner:
    """A line to firmware that answers the MLPerf Tiny runner's `name`, at one rate, and no link."""

    name = "a line"

    def __init__(self, rate: int, has_rate: bool = True) -> None:
        self._rate = rate
        self.baud = 115_200 if has_rate else 0
        self._time = 0.0
        self._command = b""
        self._out = b""
        self.closed = False

    def now(self) -> float:
        return self._time

    def read(self, timeout_s: float) -> bytes:
        out, self._out = self._out, b""
        self._time += 0.001 if out else timeout_s
        return out

    def write(self, data: bytes) -> None:
        self._time += 10 * len(data) / (self.baud or 115_200)
        if self.baud not in (0, self._rate):
            return
        *commands, self._command = (self._command + data).split(b"%")
        for command in commands:
            known = command.strip(b"\r\n") == b"name"
            reply = f"m-name-dut-[{NAME}]" if known else "e-[Unknown command: ????]"
            self._out += f"{reply}\r\nm-ready\r\n".encode()

    def reopen(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("line", "rate"),
    [
        (Runner(115_200), " at 115200 baud"),
        (Runner(9_600), " at 9600 baud"),
        (Runner(0, has_rate=False), ""),
    ],
)
def test_the_benchmarks_image_is_recognised(line: Runner, rate: str) -> None:
    expected = (
        f"the board on a line runs the benchmark's image ({NAME}){rate}, which has no link: "
        "flash an image of host.build without --app benchmark"
    )
    with pytest.raises(LinkError, match=re.escape(expected)):
        Device(line)
    assert line.now() <= OPEN_S + 0.01
    assert line.closed


def test_a_silent_line_goes_back_to_its_rate() -> None:
    line = Runner(57)
    with pytest.raises(LinkError, match="nobody answers on a line within 5 s"):
        Session(line)
    assert line.baud == 115_200
