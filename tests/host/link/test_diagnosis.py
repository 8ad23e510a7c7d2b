"""What is said of a line on which nobody speaks the link, or somebody at another rate."""

import re

import pytest
from fake_device import FakeDevice

from host.errors import FirmwareError, LinkError
from host.link import diagnosis
from host.link.client import Device
from host.link.session import OPEN_S, Session

NAME = "earshot-brd2601b-01ab"


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


def test_what_is_heard_of_the_runners_firmware() -> None:
    assert diagnosis.runner_name(b"x\r\nm-name-dut-[a b-1]\r\nm-ready\r\n") == "a b-1"
    for heard in (b"", b"m-name-dut-[]", b"m-name-dut-[a", b"m-name-dut-[a\x1b]", b"m-name-dut-[a\r\n]"):
        assert diagnosis.runner_name(heard) == ""


def test_a_console_sees_no_frame_in_the_question() -> None:
    assert b"\0" not in diagnosis.KNOCK
    assert diagnosis.KNOCK.endswith(b"\r")


def test_a_silent_line_goes_back_to_its_rate() -> None:
    line = Runner(57)
    with pytest.raises(LinkError, match="nobody answers on a line within 5 s"):
        Session(line)
    assert line.baud == 115_200


def left_at(rate: int) -> FakeDevice:
    """A device whose session was cut off after it had raised the rate."""
    device = FakeDevice()
    Device(device, baud=rate)
    device.baud = 115_200
    return device


@pytest.mark.parametrize("rate", [921_600, 460_800])
def test_a_device_at_another_rate_is_remarked_on(rate: int) -> None:
    client = Device(left_at(rate))
    assert client.remark_on_opening() == f"the device on a fake was at {rate} baud: now at 115200"


def test_a_device_that_leaves_another_rate_by_itself_is_remarked_on() -> None:
    device = left_at(921_600)
    write = device.write

    def errors_end_the_rate(data: bytes) -> None:
        write(data)
        device.rate = 115_200  # after framing errors

    device.write = errors_end_the_rate  # type: ignore[method-assign]
    client = Device(device)
    assert client.session.lost_hellos == 1
    assert re.fullmatch(
        r"the device on a fake did not understand the first words: .* rate .*; now at 115200",
        client.remark_on_opening(),
    )


def test_a_device_that_is_only_slow_is_not() -> None:
    device = FakeDevice()
    read = device.read
    late: list[bytes] = []

    def slowly(timeout_s: float) -> bytes:
        # The reply to the first HELLO comes after the second one has gone out.
        late.append(read(timeout_s))
        return late.pop(0) if len(late) > 2 else b""

    device.read = slowly  # type: ignore[method-assign]
    client = Device(device)
    assert client.remark_on_opening() == ""


def test_a_device_that_is_found_at_once_is_not() -> None:
    assert Device(FakeDevice()).remark_on_opening() == ""


def test_the_first_rate_is_there_again_after_a_session() -> None:
    device = FakeDevice()
    Device(device, baud=921_600).close()
    assert (device.rate, device.open, device.closed) == (115_200, False, True)
    device.closed = False
    assert Device(device).remark_on_opening() == ""


def test_a_rate_that_cannot_be_had_is_named() -> None:
    device = FakeDevice()
    device.unsupported_rates = {1_500_000}
    with pytest.raises(FirmwareError, match=r"^1500000 baud: the device refuses .*; give another --baud$"):
        Device(device, baud=1_500_000)
