"""A device as a client sees it: facts, inferences over bad lines, and resets that are survived."""

import random

import pytest
from fake_device import INPUT_BYTES, LAYERS, WINDOW, FakeDevice, output_of, window_score

from host.errors import DeviceResetError
from host.link.device import Device
from host.link.message import MessageType
from host.link.replies import Scores

DATA = random.Random(1).randbytes(INPUT_BYTES)


def test_facts() -> None:
    device = Device(FakeDevice())
    assert (device.texts.board, device.texts.model) == ("brd2601b", "demo [31m")
    assert [tensor.is_output for tensor in device.tensors] == [False, True]
    assert device.memory().weights_ram is None
    assert (device.window.values, device.window.zero_point) == (WINDOW, 3)
    assert device.line().bad_frames == 1
    assert device.log() == "fault [2J\nPC 1"
    assert (device.self_test().tests, device.self_test().failed) == (7, 1)


@pytest.mark.parametrize(
    ("unique_id", "source"), [(0x02E570_0000000001, "simulated"), (0x588E81_0000000001, "device")]
)
def test_the_unique_id_says_where_figures_come_from(unique_id: int, source: str) -> None:
    fake = FakeDevice()
    fake.unique_id = unique_id
    assert Device(fake).source == source


def test_an_inference() -> None:
    result = Device(FakeDevice()).infer(DATA)
    assert (result.output, result.cycles) == (output_of(DATA), 123_456)
    assert Device(FakeDevice()).scores(DATA) == Scores(None, 0.5)


def test_a_profile_of_more_layers_than_a_frame_holds() -> None:
    layers = Device(FakeDevice()).profile(DATA)
    assert [layer.cpu_cycles for layer in layers] == list(range(LAYERS))


@pytest.mark.parametrize("when", range(1, 16))
def test_a_reset_at_any_request_of_an_inference_is_survived(when: int) -> None:
    fake = FakeDevice()
    device = Device(fake, baud=460_800)
    requests = iter(range(1, 10**6))
    fake.before_request = lambda kind: fake.boot() if next(requests) == when else None
    assert device.infer(DATA).output == output_of(DATA)
    assert fake.rate == 460_800


def test_a_device_that_resets_each_time_is_given_up() -> None:
    fake = FakeDevice()
    device = Device(fake)
    fake.before_request = lambda kind: fake.boot() if kind == MessageType.INVOKE and fake.open else None
    with pytest.raises(DeviceResetError):
        device.infer(DATA)


@pytest.mark.parametrize("seed", range(3))
def test_inferences_over_a_line_that_damages_bytes(seed: int) -> None:
    fake = FakeDevice()
    source = random.Random(seed)

    def spoil(data: bytes) -> bytes:
        return bytes(byte ^ 1 << source.randrange(8) if source.random() < 0.01 else byte for byte in data)

    fake.to_device = fake.to_host = spoil
    device = Device(fake)
    assert device.infer(DATA).output == output_of(DATA)


def frames(count: int) -> list[bytes]:
    return [random.Random(number).randbytes(128) for number in range(count)]


def test_a_window_slides() -> None:
    fake = FakeDevice()
    clip = frames(30)
    results = list(Device(fake).push_frames(1, 2, clip))
    assert [result.score_int8 for result in results[:4]] == [None] * 4
    for number in range(4, 30):
        assert results[number].score_int8 == window_score(b"".join(clip[number - 4 : number + 1]))


@pytest.mark.parametrize("seed", range(3))
def test_a_window_slides_over_a_line_that_loses_frames(seed: int) -> None:
    fake = FakeDevice()
    source = random.Random(seed)
    fake.to_device = fake.to_host = lambda data: b"" if source.random() < 0.2 else data
    clip = frames(30)
    results = list(Device(fake).push_frames(1, 2, clip))
    assert results[29].score_int8 == window_score(b"".join(clip[25:]))
    pushed = (MessageType.PUSH_FRAME, MessageType.PUSH_STAGED)
    assert sum(fake.served.count(kind) for kind in pushed) == 30


def test_a_reset_in_a_clip_is_said() -> None:
    fake = FakeDevice()
    device = Device(fake)
    pushed = device.push_frames(1, 2, frames(30))
    next(pushed)
    fake.boot()
    with pytest.raises(DeviceResetError):
        list(pushed)
    device.connection.restore()
    assert len(list(device.push_frames(1, 2, frames(30)))) == 30
