"""The mailbox in the firmware's image: outputs equal the host build's, and failures are named."""

from pathlib import Path

import numpy as np
import pytest
import tflite_models

from host import native, native_profile
from host.default_model import PRETRAINED
from host.errors import DataError, FirmwareError
from host.sim import image_file, inference, injection
from host.sim.board import VirtualBoard
from host.sim.mailbox import Mailbox
from host.tflite import reader

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")


@pytest.fixture
def board(simulator_image: Path) -> VirtualBoard:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    return board


def test_an_inference_is_what_the_host_build_computes(board: VirtualBoard, sanitized_host: Path) -> None:
    model = reader.read(PRETRAINED)
    batch = native_profile.random_batch(model, 3, 7)
    mailbox = Mailbox(board)
    assert mailbox.model_sha256 == model.sha256
    assert (mailbox.kernel, mailbox.accelerator) == ("fast", "MVP")
    assert mailbox.clock_hz == 78_000_000
    results = mailbox.invoke_all([item.tobytes() for item in batch])
    expected = native.run(model, batch, "fast", executable=sanitized_host)
    assert b"".join(result.output for result in results) == expected.outputs.tobytes()
    for result in results:
        assert [layer.opcode for layer in result.layers] == [each.opcode for each in model.operators]
        total = sum(layer.cpu_cycles + layer.wait_cycles for layer in result.layers)
        assert 0.99 * result.invoke_cycles < total <= result.invoke_cycles
        assert [layer.launches for layer in result.layers] == [layer.launches for layer in expected.layers]
    # The accelerator's cycles are those of one model; where operands lie may cost it single cycles.
    measured = [layer.accelerator_cycles for layer in results[0].layers]
    assert measured == pytest.approx([layer.accelerator_cycles[0] for layer in expected.layers], abs=8)


def test_cycles_are_the_same_each_time(board: VirtualBoard) -> None:
    mailbox = Mailbox(board)
    data = bytes(mailbox.input_bytes)
    mailbox.invoke(data)
    second, third = mailbox.invoke(data), mailbox.invoke(data)
    assert second.output == third.output
    for one, other in zip(second.layers, third.layers, strict=True):
        assert abs(one.cpu_cycles - other.cpu_cycles) <= 64
        assert one.accelerator_cycles == other.accelerator_cycles


def test_a_stuck_accelerator_is_survived_and_reported(board: VirtualBoard, sanitized_host: Path) -> None:
    model = reader.read(PRETRAINED)
    batch = native_profile.random_batch(model, 1, 7)
    mailbox = Mailbox(board)
    board.inject(injection.parse("mvp-stuck@0"))
    result = mailbox.invoke(batch.tobytes())
    assert sum(layer.faults for layer in result.layers) >= 1
    expected = native.run(model, batch, "reference", executable=sanitized_host)
    assert result.output == expected.outputs.tobytes()


def test_an_input_of_another_size_is_refused(board: VirtualBoard) -> None:
    with pytest.raises(FirmwareError, match="takes 2560 bytes, not 4"):
        Mailbox(board).invoke(b"1234")


def test_a_power_cut_within_a_run_is_named(board: VirtualBoard) -> None:
    mailbox = Mailbox(board)
    board.inject(injection.parse(f"power-cut@{board.now + 50_000}"))
    with pytest.raises(FirmwareError, match="did not run the model: the power was cut, at cycle"):
        mailbox.invoke(bytes(mailbox.input_bytes))


def test_a_firmware_that_does_not_start_is_named(board: VirtualBoard) -> None:
    board.inject(injection.parse("uart-stuck@0"))
    board.inject(injection.parse("power-cut@500000"))
    with pytest.raises(FirmwareError, match="the firmware did not start: the power was cut"):
        Mailbox(board)


def test_images_without_a_mailbox_are_refused(tmp_path: Path, simulator_image: Path) -> None:
    with pytest.raises(FirmwareError, match="the board has no mailbox"):
        Mailbox(VirtualBoard())
    elf = image_file.read(simulator_image)
    data = bytearray(elf.segments[-1].end - 0x0800_0000)
    for part in elf.segments:
        data[part.address - 0x0800_0000 : part.end - 0x0800_0000] = part.data
    (tmp_path / "x.bin").write_bytes(data)
    board = VirtualBoard()
    board.load(image_file.read(tmp_path / "x.bin"))
    with pytest.raises(FirmwareError, match=r"x\.bin has no mailbox"):
        Mailbox(board)


def test_an_image_of_another_model_is_refused_with_both_hashes(simulator_image: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.tflite"
    path.write_bytes(tflite_models.autoencoder_float())
    model = reader.read(path)
    batch = native_profile.random_batch(model, 1, 1)
    with pytest.raises(FirmwareError) as caught:
        inference.run(model, batch, simulator_image)
    assert model.sha256 in str(caught.value)
    assert reader.read(PRETRAINED).sha256 in str(caught.value)
    with pytest.raises(DataError, match="shape"):
        inference.run(model, np.zeros((1, 3), np.float32), simulator_image)
