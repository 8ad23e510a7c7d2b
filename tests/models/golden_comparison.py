"""A model in tflite-micro and in the firmware's reference kernels: every byte of every output."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tflite_micro import runtime

from host import atomic, native, native_executable
from host.tflite import reader
from host.tflite.silence import hold_output

ARENA_BYTES = 1 << 23
TIMEOUT_S = 60.0


def random_inputs(model: bytes, count: int, seed: int) -> list[NDArray[np.generic]]:
    """Return `count` items [count, *shape] for each input: whole range of integers, floats of deviation 3."""
    random = np.random.default_rng(seed)
    graph = reader.parse(model, "model")
    batches: list[NDArray[np.generic]] = []
    for index in graph.inputs:
        tensor = graph.tensors[index]
        shape = (count, *tensor.shape)
        if tensor.dtype.kind == "f":
            batches.append(random.normal(0, 3, shape).astype(tensor.dtype))
        else:
            bits = 8 * tensor.dtype.itemsize
            batches.append(random.integers(-(1 << bits - 1), 1 << bits - 1, shape, tensor.dtype))
    return batches


def compare(
    model: bytes, inputs: int | Sequence[NDArray[np.generic]], executable: Path, seed: int = 0
) -> NDArray[np.uint8]:
    """Assert that both answer alike, and return their answers [items, bytes of all outputs].

    Args:
        model: The bytes of a .tflite file.
        inputs: For each input of the model its items [n, *shape]; or n, for random ones.
        executable: The host build, best the one with sanitizers.
        seed: Of random inputs.
    """
    batches = random_inputs(model, inputs, seed) if isinstance(inputs, int) else list(inputs)
    expected = golden_outputs(model, batches)
    actual = firmware_outputs(model, batches, executable)
    assert actual.shape == expected.shape
    differing = np.argwhere(actual != expected)
    assert len(differing) == 0, (
        f"{len(differing)} of {expected.size} bytes differ, the first is byte {differing[0][1]} of item "
        f"{differing[0][0]}: {actual[tuple(differing[0])]}, tflite-micro has {expected[tuple(differing[0])]}"
    )
    return actual


def golden_outputs(model: bytes, batches: Sequence[NDArray[np.generic]]) -> NDArray[np.uint8]:
    """Return what tflite-micro answers, [items, bytes of all outputs]."""
    outputs = len(reader.parse(model, "model").outputs)
    with hold_output():
        interpreter = runtime.Interpreter.from_bytes(model, arena_size=len(model) + ARENA_BYTES)
    rows = []
    for item in zip(*batches, strict=True):
        for index, values in enumerate(item):
            interpreter.set_input(np.array(values), index)
        interpreter.invoke()
        rows.append(b"".join(interpreter.get_output(index).tobytes() for index in range(outputs)))
    return np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1)


def firmware_outputs(
    model: bytes, batches: Sequence[NDArray[np.generic]], executable: Path
) -> NDArray[np.uint8]:
    """Return what the host build answers, [items, bytes of all outputs]; FirmwareError if it refuses."""
    count = len(batches[0])
    with atomic.work_folder() as folder:
        (folder / "model.tflite").write_bytes(model)
        items = zip(*batches, strict=True)
        (folder / "inputs").write_bytes(b"".join(values.tobytes() for item in items for values in item))
        command = [str(executable), "run", str(folder / "model.tflite"), "--kernel", native.REFERENCE_KERNEL]
        command += ["--cycle-model", native.DEFAULT_CYCLE_MODEL, "--count", str(count)]
        command += ["--inputs", str(folder / "inputs"), "--outputs", str(folder / "outputs")]
        command += ["--arena", str(ARENA_BYTES)]
        native_executable.call(command, TIMEOUT_S)
        return np.frombuffer(native_executable.read(folder / "outputs"), np.uint8).reshape(count, -1)
