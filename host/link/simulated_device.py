"""A device that is a virtual board in this process, with an image of the model: --simulator over the link."""

from pathlib import Path

from host import native
from host.link.device import Device
from host.link.transports import BoardTransport
from host.sim import image_file, inference
from host.sim.board import VirtualBoard
from host.tflite.reader import Model

BAUD = 921_600


def start(model: Model, path: Path, kernel: str = native.DEFAULT_KERNEL) -> Device:
    """Build the model's image where the cache lacks it, switch a virtual board on, and open a session.

    Args:
        model: A model.
        path: Its file.
        kernel: Which kernels the image has, one of native.KERNELS.

    Raises:
        BuildError: the image cannot be built, or the simulator is not installed.
        ModelError: the firmware cannot have the model.
        FirmwareError: the image does not run the model.
        LinkError: it does not answer.
    """
    image = inference.build(model, path, kernel)
    board = VirtualBoard()
    board.load(image_file.read(image.elf))
    return Device(BoardTransport(board), model, BAUD)
