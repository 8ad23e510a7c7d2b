"""A model in netron, the viewer of the package of that name, served to this computer only."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from host import atomic
from host.errors import HostError
from host.tflite.reader import Model

HOST = "127.0.0.1"

_POLL_S = 0.2


@contextmanager
def served(model: Model, port: int = 0) -> Iterator[str]:
    """Serve a model for as long as the body runs; yield the address of its page.

    Args:
        model: The model.
        port: TCP port on 127.0.0.1; 0: one that is free.

    Raises:
        HostError: netron is not installed, or the port cannot be had.
    """
    netron = _netron()
    logging.getLogger("netron").setLevel(logging.WARNING)
    # netron serves the whole folder of its file: one with nothing but the model.
    with atomic.work_folder() as folder:
        path = folder / f"{model.name}.tflite"
        path.write_bytes(model.data)
        try:
            address = netron.serve(str(path), None, address=(HOST, port), browse=False)
        except (OSError, ValueError) as error:
            raise HostError(
                f"cannot serve on {HOST} port {port} ({error}): name another with --port"
            ) from error
        try:
            yield f"http://{HOST}:{address[1]}"
        finally:
            netron.stop(address)


def wait() -> None:
    """Wait until a signal ends the command."""
    while True:
        time.sleep(_POLL_S)


def _netron() -> Any:
    try:
        import netron  # type: ignore[import-untyped]
    except ImportError:
        raise HostError(
            "the package netron is not installed: run tools/setup, or draw the graph with --out FILE.svg"
        ) from None
    return netron
