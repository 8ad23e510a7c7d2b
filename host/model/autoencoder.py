"""The dense autoencoder of MLPerf Tiny's anomaly detection as a Keras graph.

640-128-128-128-128-8-128-128-128-128-640: nine hidden layers of Dense, BatchNormalization and ReLU, then
a linear Dense; settings may name other hidden layers and windows of more or fewer frames. Besides this file
only trainer.py and quantization.py touch Keras objects.
"""

import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from host.data.features import MEL_BANDS
from host.errors import ModelError
from host.model import tensorflow_adapter
from host.model.run_folder import REPAIR
from host.model.seeding import Stream, generator
from host.model.settings import HIDDEN_UNITS as HIDDEN_UNITS
from host.model.settings import Precision, TrainingSettings

Form = Literal["image", "flat"]
"""`image`: windows [batch, 5, 128, 1], the seed's shape. `flat`: windows [batch, 640], the benchmark's."""

EPSILON = 1e-3
"""What batch normalization adds to a variance."""

Array = NDArray[np.float32]


class Autoencoder:
    """A Keras autoencoder, reduced to arrays in and arrays out.

    Attributes:
        model: the Keras model; only trainer.py and quantization.py may reach for it.
        threads: TensorFlow's threads.
    """

    def __init__(self, model: Any, threads: int) -> None:
        self.model = model
        self.threads = threads

    def weights(self) -> list[Array]:
        """Return copies of all weights, moving statistics included, in Keras' order."""
        return [np.array(weight, dtype=np.float32) for weight in self.model.get_weights()]

    def set_weights(self, weights: list[Array]) -> None:
        """Replace all weights.

        Raises:
            ModelError: their number or shapes are those of another graph.
        """
        try:
            self.model.set_weights(weights)
        except ValueError as error:
            raise ModelError(f"the weights do not fit the autoencoder: {_first_line(error)}") from error

    def predict(self, windows: Array) -> Array:
        """Return the reconstruction of `windows`, with the same shape; moving statistics normalize."""
        outputs = self.model(self.shaped(windows), training=False)
        return np.asarray(outputs, dtype=np.float32).reshape(windows.shape)

    def loss(self, windows: Array) -> float:
        """Return the mean squared error over float32 [batch, 640] without training, in dB²."""
        return float(self._loss(self.shaped(windows)))

    def save(self, path: Path) -> None:
        """Write the model as a .keras archive to exactly `path`.

        Raises:
            OSError: the file cannot be written.
        """
        with tensorflow_adapter.quiet():
            self.model.save(path)

    def shaped(self, windows: Array) -> Array:
        """Return `windows` in the shape of the model's input."""
        return windows.reshape(-1, *self.model.input_shape[1:])

    @cached_property
    def _loss(self) -> Callable[[Array], Any]:
        tf = tensorflow_adapter.tensorflow(self.threads)
        signature = [tf.TensorSpec(self.model.input_shape, tf.float32)]

        def mean_squared_error(windows: Any) -> Any:
            return tf.reduce_mean(tf.square(self.model(windows, training=False) - windows))

        graph: Callable[[Array], Any] = tf.function(mean_squared_error, input_signature=signature)
        return graph


def build(settings: TrainingSettings, form: Form = "image", precision: Precision = "float32") -> Autoencoder:
    """Return an untrained autoencoder whose initial weights follow from `settings.seed` alone.

    With `mixed` precision the hidden layers compute in bfloat16; the last one computes and all variables stay
    in float32, so that weights move freely between both.

    The conversion keeps the order of operators of the graph. With `image`, a plain reshape at the entry and a
    Reshape layer at the exit give the seed's list: QUANTIZE, RESHAPE, ten FULLY_CONNECTED, then SHAPE,
    STRIDED_SLICE, PACK, RESHAPE (the layer asks for the batch size at run time), DEQUANTIZE.
    """
    keras = tensorflow_adapter.keras(settings.threads)
    shape, size = _ends(settings.window_frames, form)
    inputs = keras.Input(shape, name="window")
    dtype = "mixed_bfloat16" if precision == "mixed" else "float32"
    values = keras.ops.reshape(inputs, (-1, size)) if form == "image" else inputs
    for index, units in enumerate(settings.hidden_units):
        values = _dense(keras, settings.seed, index, units, dtype)(values)
        values = keras.layers.BatchNormalization(epsilon=EPSILON, name=f"normalization_{index}", dtype=dtype)(
            values
        )
        values = keras.layers.ReLU(name=f"relu_{index}", dtype=dtype)(values)
    outputs = _dense(keras, settings.seed, len(settings.hidden_units), size, "float32")(values)
    if form == "image":
        outputs = keras.layers.Reshape(shape, name="reconstruction")(outputs)
    return Autoencoder(keras.Model(inputs, outputs, name="autoencoder"), settings.threads)


def build_folded(weights: Sequence[Array], threads: int, form: Form) -> Autoencoder:
    """Return the autoencoder without batch normalization: Dense layers with ReLU, the last one linear.

    The conversion keeps the order of operators as with `build`.

    Args:
        weights: kernel and bias of each layer, as host.quantization.dense_layers.arrays gives them.
        threads: of TensorFlow.
        form: shape of both ends.
    """
    keras = tensorflow_adapter.keras(threads)
    hidden = [len(bias) for bias in weights[1:-2:2]]
    shape, size = _ends(weights[0].shape[0] // MEL_BANDS, form)
    inputs = keras.Input(shape, name="window")
    values = keras.ops.reshape(inputs, (-1, size)) if form == "image" else inputs
    for index, units in enumerate(hidden):
        values = keras.layers.Dense(units, activation="relu", name=f"dense_{index}")(values)
    outputs = keras.layers.Dense(size, name=f"dense_{len(hidden)}")(values)
    if form == "image":
        outputs = keras.layers.Reshape(shape, name="reconstruction")(outputs)
    folded = Autoencoder(keras.Model(inputs, outputs, name="folded_autoencoder"), threads)
    folded.set_weights(list(weights))
    return folded


def is_intact(path: Path) -> bool:
    """Return whether `path` is a whole .keras archive by its checksums; that takes no TensorFlow."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "model.weights.h5" in archive.namelist() and archive.testzip() is None
    # Besides BadZipFile: what damaged lengths, methods, flags and names lead to.
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError):
        return False


def load(path: Path, threads: int) -> Autoencoder:
    """Return the autoencoder in the .keras archive at `path`.

    Raises:
        ModelError: there is none, or it cannot be read.
    """
    if not path.is_file():
        raise ModelError(f"no {path}: train first, python -m host.train --data DIR --out {path.parent}")
    if not is_intact(path):
        raise ModelError(f"{path} is damaged: {REPAIR}")
    keras = tensorflow_adapter.keras(threads)
    try:
        with tensorflow_adapter.quiet():
            model = keras.saving.load_model(path, compile=False)
    # Keras passes on whatever json and h5py raise for the contents, in many lines of its own.
    except Exception as error:
        raise ModelError(f"{path} is no Keras model that can be read here: remove it and {REPAIR}") from error
    return Autoencoder(model, threads)


def _ends(window_frames: int, form: Form) -> tuple[tuple[int, ...], int]:
    """Return the shape of the model's ends without the batch, and how many values they have."""
    size = window_frames * MEL_BANDS
    return ((window_frames, MEL_BANDS, 1) if form == "image" else (size,)), size


def _dense(keras: Any, seed: int, index: int, units: int, dtype: str) -> Any:
    # A seed per layer, given explicitly: no global random state to restore after an interruption.
    layer_seed = int(generator(seed, Stream.WEIGHTS, index).integers(2**31))
    initializer = keras.initializers.GlorotUniform(seed=layer_seed)
    return keras.layers.Dense(units, kernel_initializer=initializer, name=f"dense_{index}", dtype=dtype)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
