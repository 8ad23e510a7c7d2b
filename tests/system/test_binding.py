"""The same programs through the Python binding and the host build's firmware: same bytes, same cycles."""

from pathlib import Path

import numpy as np
import pytest
import tflite_models
from tflite_models import Layer

from host import native
from host.mvp import Mvp, prepared
from host.tflite import reader

RAM, FLASH = 0x20000000, 0x08000000
OUTPUT, SCRATCH = RAM + 0x4000, RAM + 0x8000
BIAS, MULTIPLIERS = FLASH + 0x200000, FLASH + 0x300000
INPUT_ARRAY, WEIGHTS_ARRAY, OUTPUT_ARRAY, BIAS_ARRAY, MULTIPLIER_ARRAY = range(5)


def replay(
    block: prepared.Prepared, weights: np.ndarray, x: np.ndarray, outputs: int
) -> tuple[np.ndarray, int]:
    """Launch a layer's images in order; a prescaled input goes through scratch memory."""
    memory = np.zeros(0x10000, np.uint8)
    memory[: x.size] = x.view(np.uint8).reshape(-1)
    mvp = Mvp("device-flash")
    mvp.add_ram(RAM, memory)
    mvp.add_flash(FLASH, weights)
    for table in block.tables:
        mvp.add_flash(BIAS if table.role == "bias" else MULTIPLIERS, table.values)
    cycles = 0
    for part in block.images:
        words = np.frombuffer(part.image, "<u4").copy()
        addresses = {
            "whole layer": (RAM, FLASH, OUTPUT, BIAS, MULTIPLIERS),
            "clamp": (OUTPUT, 0, OUTPUT, 0, 0),
            "prescale": (RAM, 0, SCRATCH, 0, 0),
            "rows": (SCRATCH, FLASH, OUTPUT, BIAS, MULTIPLIERS),
        }[part.role]
        words[8:28:4] = addresses
        cycles += mvp.launch(words)
    return memory[OUTPUT - RAM :][:outputs].view(np.int8), cycles


@pytest.mark.parametrize(
    ("kernel", "depth", "layer"),
    [
        ("baseline", 640, Layer(128, activation="none")),
        ("baseline", 33, Layer(5, activation="none")),
        ("fast", 640, Layer(128, activation="none")),
        ("fast", 8, Layer(128)),
        ("fast", 96, Layer(7, activation="none", per_channel=True)),
    ],
)
def test_the_same_bytes(kernel: str, depth: int, layer: Layer, sanitized_host: Path) -> None:
    model = reader.parse(tflite_models.chain(depth, [layer], seed=depth), "one layer")
    data = native.prepare(model, kernel, sanitized_host, layout="tflite")
    block = prepared.read(data)
    inputs = np.random.default_rng(1).integers(-128, 128, (3, depth), np.int8)
    run = native.run(model, inputs, kernel=kernel, executable=sanitized_host, prepared=data, layout="tflite")
    fully_connected = next(op for op in model.operators if op.opcode == "FULLY_CONNECTED")
    weights = np.frombuffer(model.tensors[fully_connected.inputs[1]].data, np.uint8)
    for x, expected in zip(inputs, run.outputs, strict=True):
        output, cycles = replay(block, weights, x, layer.outputs)
        np.testing.assert_array_equal(output, expected.reshape(-1))
        assert cycles == run.layers[fully_connected.index].accelerator_cycles[0]
