"""The one door to TensorFlow and Keras: loads them late, quietly and with a fixed number of threads.

Importing takes 3 to 10 s, so nothing here runs before a command really trains or converts. What comes
through this door is untyped; autoencoder.py and quantization.py, its only users, give it types.
"""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from host.errors import ModelError
from host.tflite.silence import hold_output

ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
}
"""Read by the libraries when they are imported. GPUs are left out: their sums have no fixed order."""


def tensorflow(threads: int) -> Any:
    """Return the module tensorflow, imported quietly, computing with `threads` threads.

    Raises:
        ModelError: TensorFlow is not installed, or already computes with another number of threads.
    """
    os.environ.update(ENVIRONMENT)
    try:
        with quiet():
            import tensorflow as module
    except ImportError as error:
        raise ModelError("TensorFlow is not installed: run tools/setup") from error
    # It warns of many graphs, which a process that trains several models needs.
    module.get_logger().setLevel("ERROR")
    threading = module.config.threading
    try:
        if threading.get_intra_op_parallelism_threads() != threads:
            threading.set_intra_op_parallelism_threads(threads)
            threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError as error:
        raise ModelError(
            f"TensorFlow already runs in this process with other threads than {threads}"
        ) from error
    return module


def keras(threads: int) -> Any:
    """Return the module keras on TensorFlow; raises as `tensorflow` does."""
    tensorflow(threads)
    with quiet():
        import keras as module
    return module


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back warnings and what the C++ side prints: import notices, lists of saved variables."""
    with warnings.catch_warnings(), hold_output():
        warnings.simplefilter("ignore")
        yield
