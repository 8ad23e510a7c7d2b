"""A batch through the model of a device, over the link."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host import native
from host.errors import FirmwareError
from host.link.description import AcceleratorFacts
from host.link.device import Device
from host.tflite.reader import Model


@dataclass(frozen=True)
class DeviceRun:
    """What a batch gave: outputs [N, ...output shape without its batch], and how many programs failed.

    `faults` are the accelerator's, since the device's last start if it was reset in between.
    """

    outputs: NDArray[np.generic]
    faults: int


def run(
    device: Device,
    model: Model,
    inputs: NDArray[np.generic],
    on_input: Callable[[int], object] = lambda done: None,
) -> DeviceRun:
    """Run a batch.

    Args:
        device: A device that runs the model.
        model: A model with one input and one output.
        inputs: [N, ...input shape without its batch] or [N, elements], of the input's type.
        on_input: Called after each inference with the number of those done.

    Raises:
        DataError: shape or type of `inputs` do not fit the model.
        ModelError: the model has several inputs or outputs.
        FirmwareError: the device refuses or fails, or its tensors are not the model's.
        LinkError: no answer.
    """
    batch = native.check_batch(model, inputs)
    _check_tensors(device, model)
    before, boot = device.accelerator(), device.boot_id
    outputs = []
    for done, item in enumerate(batch, 1):
        outputs.append(device.infer(item.tobytes()).output)
        on_input(done)
    after = device.accelerator()
    if device.boot_id != boot:
        before = AcceleratorFacts(0, 0)
    shape = (len(batch), *native.item_shape(model.output))
    values = np.frombuffer(b"".join(outputs), model.output.dtype).reshape(shape).copy()
    return DeviceRun(values, after.faults - before.faults)


def _check_tensors(device: Device, model: Model) -> None:
    sizes = [tensor.bytes for tensor in device.tensors]
    if sizes != [model.input.bytes, model.output.bytes]:
        raise FirmwareError(
            f"the device's tensors have {sizes} bytes, those of {model.name} "
            f"{[model.input.bytes, model.output.bytes]}: flash an image that was built with it"
        )
