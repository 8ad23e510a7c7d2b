"""The rate and the model that a connection is to have, what is said of its opening, and resets."""

import random
import re

import pytest
from fake_device import MODEL, FakeDevice

from host.default_model import PRETRAINED
from host.errors import DeviceResetError, FirmwareError, LinkError
from host.link.connection import ATTEMPTS, Connection
from host.link.requests import Request
from host.tflite import reader

NAMED = reader.read(PRETRAINED)
NAMED_HASH = bytes.fromhex(NAMED.sha256)


def test_another_model_is_an_error_with_both_hashes() -> None:
    fake = FakeDevice()
    with pytest.raises(FirmwareError, match=f"runs the model {MODEL.hex()}, not .* \\({NAMED.sha256}\\)"):
        Connection(fake, NAMED)
    assert fake.closed


def test_a_device_that_cannot_be_used_gives_the_port_up() -> None:
    fake = FakeDevice(version=1)
    with pytest.raises(LinkError):
        Connection(fake)
    assert fake.closed


def test_a_device_at_another_rate_is_found_and_brought_to_the_wanted_one() -> None:
    fake = FakeDevice()
    fake.rate = 460_800
    connection = Connection(fake)
    assert connection.found_at_baud == 460_800
    assert (connection.session.baud, fake.rate) == (115_200, 115_200)
    assert Connection(FakeDevice()).found_at_baud is None


def left_at(rate: int) -> FakeDevice:
    """A device whose session was cut off after it had raised the rate."""
    device = FakeDevice()
    Connection(device, baud=rate)
    device.baud = 115_200
    return device


@pytest.mark.parametrize("rate", [921_600, 460_800])
def test_a_device_at_another_rate_is_remarked_on(rate: int) -> None:
    connection = Connection(left_at(rate))
    assert connection.remark() == f"the device on a fake was at {rate} baud: now at 115200"


def test_a_device_that_leaves_another_rate_by_itself_is_remarked_on() -> None:
    device = left_at(921_600)
    write = device.write

    def errors_end_the_rate(data: bytes) -> None:
        write(data)
        device.rate = 115_200  # after framing errors

    device.write = errors_end_the_rate  # type: ignore[method-assign]
    connection = Connection(device)
    assert connection.session.lost_hellos == 1
    assert re.fullmatch(
        r"the device on a fake did not understand the first words: .* rate .*; now at 115200",
        connection.remark(),
    )


def test_a_line_that_spoils_bytes_is_told_from_another_rate() -> None:
    device = FakeDevice()
    source = random.Random(2)

    def spoilt(data: bytes) -> bytes:
        return bytes(byte ^ (source.random() < 0.02) for byte in data)

    device.to_device = lambda data: b""  # the first words are lost
    read = device.read

    def begin(timeout_s: float) -> bytes:
        heard = read(timeout_s)
        device.to_device = device.to_host = spoilt
        return heard

    device.read = begin  # type: ignore[method-assign]
    connection = Connection(device)
    found = re.fullmatch(
        r"bytes get lost on the line to a fake \(greetings without an answer: (\d+); in 10 short messages, "
        r"repeats: (\d+), damaged frames that came in: (\d+)\): check the cable, or give a lower --baud",
        connection.remark(),
    )
    assert found is not None
    greetings, repeats, damaged = map(int, found.groups())
    assert greetings >= 1
    assert repeats >= damaged > 0


def test_a_device_that_is_only_slow_is_not() -> None:
    device = FakeDevice()
    read = device.read
    late: list[bytes] = []

    def slowly(timeout_s: float) -> bytes:
        # The reply to the first HELLO comes after the second one has gone out.
        late.append(read(timeout_s))
        return late.pop(0) if len(late) > 2 else b""

    device.read = slowly  # type: ignore[method-assign]
    connection = Connection(device)
    assert connection.remark() == ""


def test_a_device_that_is_found_at_once_is_not() -> None:
    assert Connection(FakeDevice()).remark() == ""


def test_the_first_rate_is_there_again_after_a_session() -> None:
    device = FakeDevice()
    Connection(device, baud=921_600).close()
    assert (device.rate, device.open, device.closed) == (115_200, False, True)
    device.closed = False
    assert Connection(device).remark() == ""


def test_a_rate_that_cannot_be_had_is_named() -> None:
    device = FakeDevice()
    device.unsupported_rates = {1_500_000}
    with pytest.raises(FirmwareError, match=r"^1500000 baud: the device refuses .*; give another --baud$"):
        Connection(device, baud=1_500_000)


def test_work_that_a_reset_destroys_is_done_again_at_the_same_rate() -> None:
    fake = FakeDevice(model=NAMED_HASH)
    connection = Connection(fake, NAMED, baud=460_800)
    tries = []

    def work() -> bytes:
        tries.append(fake.boots)
        if len(tries) < ATTEMPTS:
            fake.boot()
        return connection.session.call(Request.ping(b"done"))

    assert connection.again(work) == b"done"
    assert tries == list(range(1, ATTEMPTS + 1))
    assert fake.rate == 460_800


def test_work_that_each_reset_destroys_is_given_up() -> None:
    fake = FakeDevice()
    connection = Connection(fake)
    tries = []

    def work() -> bytes:
        tries.append(fake.boots)
        fake.boot()
        return connection.session.call(Request.ping())

    with pytest.raises(DeviceResetError):
        connection.again(work)
    assert len(tries) == ATTEMPTS


def test_a_model_flashed_in_between_is_noticed() -> None:
    fake = FakeDevice(model=NAMED_HASH)
    connection = Connection(fake, NAMED)
    fake.model = bytes(32)
    fake.boot()
    with pytest.raises(FirmwareError, match="runs the model 0000"):
        connection.again(lambda: connection.session.call(Request.ping()))
