"""Batches on a device, and what its accelerator failed at meanwhile."""

import random

import numpy as np
import pytest
from fake_device import FakeDevice

from host.default_model import PRETRAINED
from host.errors import FirmwareError
from host.link import device_run
from host.link.device import Device
from host.link.message import MessageType
from host.tflite import reader

MODEL = reader.read(PRETRAINED)
SIZE = MODEL.input.bytes
BATCH = np.random.default_rng(1).normal(size=(3, 5, 128, 1)).astype(np.float32)


def fake() -> FakeDevice:
    device = FakeDevice(model=bytes.fromhex(MODEL.sha256))
    device.input_bytes = device.output_bytes = SIZE
    device.infer = lambda data: data[::-1]
    device.boot()
    return device


def test_a_batch() -> None:
    done: list[int] = []
    result = device_run.run(Device(fake(), MODEL), MODEL, BATCH, done.append)
    assert [item.tobytes() for item in result.outputs] == [item.tobytes()[::-1] for item in BATCH]
    assert (result.faults, done) == (0, [1, 2, 3])


def failing(device: FakeDevice, before: int) -> None:
    """Let a program of each inference fail, and `before` have failed earlier."""
    device.faults = before

    def fail(kind: int) -> None:
        device.faults += kind == MessageType.INVOKE

    device.before_request = fail


def test_faults_are_counted_from_the_batch_on() -> None:
    device = fake()
    failing(device, before=7)
    assert device_run.run(Device(device, MODEL), MODEL, BATCH).faults == 3


def test_faults_are_counted_from_a_reset_on() -> None:
    device = fake()
    failing(device, before=7)
    connected = Device(device, MODEL)

    def reset(done: int) -> None:
        if done == 2:
            device.boot()
            device.faults = 0

    assert device_run.run(connected, MODEL, BATCH, reset).faults == 1


def test_other_tensors_are_said() -> None:
    device = fake()
    device.input_bytes = 640
    with pytest.raises(FirmwareError, match=f"tensors have .640, {SIZE}. bytes, those of"):
        device_run.run(Device(device, MODEL), MODEL, BATCH)


def test_a_batch_over_a_bad_line() -> None:
    device = fake()
    source = random.Random(1)

    def spoil(data: bytes) -> bytes:
        return bytes(byte ^ 1 << source.randrange(8) if source.random() < 0.01 else byte for byte in data)

    device.to_device = device.to_host = spoil
    connected = Device(device, MODEL)
    start = device.now()
    result = device_run.run(connected, MODEL, BATCH)
    assert [item.tobytes() for item in result.outputs] == [item.tobytes()[::-1] for item in BATCH]
    assert (device.now() - start) / len(BATCH) < 4.0  # its line is half-duplex: a clean one takes 0.5 s
    assert connected.session.sessions == 1
