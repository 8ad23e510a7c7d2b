"""The dense autoencoder of MLPerf Tiny's anomaly detection as a Keras graph, and one step of its training.

640-128-128-128-128-8-128-128-128-128-640: nine hidden layers of Dense, BatchNormalization and ReLU, then
a linear Dense. The only file besides quantization.py that touches Keras objects.
"""

import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from host.data.features import MEL_BANDS, WINDOW_FRAMES, WINDOW_SIZE
from host.errors import ModelError
from host.model import tensorflow_adapter
from host.model.run_folder import REPAIR
from host.model.seeding import Stream, generator
from host.model.settings import TrainingSettings

Form = Literal["image", "flat"]
"""`image`: windows [batch, 5, 128, 1], the seed's shape. `flat`: windows [batch, 640], the benchmark's."""

HIDDEN_UNITS = (128, 128, 128, 128, 8, 128, 128, 128, 128)

Array = NDArray[np.float32]


class Autoencoder:
    """A Keras autoencoder with its Adam optimizer, reduced to arrays in and arrays out.

    Attributes:
        model: the Keras model; only quantization.py may reach for it.
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
        outputs = self.model(self._shaped(windows), training=False)
        return np.asarray(outputs, dtype=np.float32).reshape(windows.shape)

    def save(self, path: Path) -> None:
        """Write the model as a .keras archive to exactly `path`.

        Raises:
            OSError: the file cannot be written.
        """
        with tensorflow_adapter.quiet():
            self.model.save(path)

    def _shaped(self, windows: Array) -> Array:
        return windows.reshape(-1, *self.model.input_shape[1:])


class Trainer:
    """Trains one autoencoder step by step; its whole state can be read and put back bit by bit."""

    def __init__(self, autoencoder: Autoencoder, learning_rate: float) -> None:
        keras = tensorflow_adapter.keras(autoencoder.threads)
        self.autoencoder = autoencoder
        self._optimizer: Any = keras.optimizers.Adam(learning_rate)
        self._optimizer.build(autoencoder.model.trainable_variables)
        self._step, self._loss = _compiled(autoencoder, self._optimizer)

    def step(self, windows: Array) -> float:
        """Take one optimizer step on float32 [batch, 640]; return the loss before it, in dB²."""
        return float(self._step(self.autoencoder._shaped(windows)))

    def loss(self, windows: Array) -> float:
        """Return the loss, the mean squared error, over float32 [batch, 640] without training, in dB²."""
        return float(self._loss(self.autoencoder._shaped(windows)))

    def optimizer_state(self) -> list[NDArray[Any]]:
        """Return copies of the optimizer's variables: the step counter, the learning rate, all moments."""
        return [np.array(variable.numpy()) for variable in self._optimizer.variables]

    def set_optimizer_state(self, state: list[NDArray[Any]]) -> None:
        """Put back what `optimizer_state` returned.

        Raises:
            ModelError: it belongs to another graph.
        """
        variables = self._optimizer.variables
        if [v.shape for v in variables] != [array.shape for array in state]:
            raise ModelError("the optimizer's state does not fit the autoencoder")
        for variable, array in zip(variables, state, strict=True):
            variable.assign(array)


def build(settings: TrainingSettings, form: Form = "image") -> Autoencoder:
    """Return an untrained autoencoder whose initial weights follow from `settings.seed` alone.

    The conversion keeps the order of operators of the graph. With `image`, a plain reshape at the entry and a
    Reshape layer at the exit give the seed's list: QUANTIZE, RESHAPE, ten FULLY_CONNECTED, then SHAPE,
    STRIDED_SLICE, PACK, RESHAPE (the layer asks for the batch size at run time), DEQUANTIZE.
    """
    keras = tensorflow_adapter.keras(settings.threads)
    shape = (WINDOW_FRAMES, MEL_BANDS, 1) if form == "image" else (WINDOW_SIZE,)
    inputs = keras.Input(shape, name="window")
    values = keras.ops.reshape(inputs, (-1, WINDOW_SIZE)) if form == "image" else inputs
    for index, units in enumerate(HIDDEN_UNITS):
        values = _dense(keras, settings.seed, index, units)(values)
        values = keras.layers.BatchNormalization(name=f"normalization_{index}")(values)
        values = keras.layers.ReLU(name=f"relu_{index}")(values)
    outputs = _dense(keras, settings.seed, len(HIDDEN_UNITS), WINDOW_SIZE)(values)
    if form == "image":
        outputs = keras.layers.Reshape(shape, name="reconstruction")(outputs)
    return Autoencoder(keras.Model(inputs, outputs, name="autoencoder"), settings.threads)


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


def _dense(keras: Any, seed: int, index: int, units: int) -> Any:
    # A seed per layer, given explicitly: no global random state to restore after an interruption.
    layer_seed = int(generator(seed, Stream.WEIGHTS, index).integers(2**31))
    initializer = keras.initializers.GlorotUniform(seed=layer_seed)
    return keras.layers.Dense(units, kernel_initializer=initializer, name=f"dense_{index}")


def _compiled(
    autoencoder: Autoencoder, optimizer: Any
) -> tuple[Callable[[Array], Any], Callable[[Array], Any]]:
    """Return the training step and the loss as TensorFlow graphs for any batch size."""
    tf = tensorflow_adapter.tensorflow(autoencoder.threads)
    model = autoencoder.model
    signature = [tf.TensorSpec(model.input_shape, tf.float32)]

    def mean_squared_error(windows: Any, training: bool) -> Any:
        return tf.reduce_mean(tf.square(model(windows, training=training) - windows))

    def step(windows: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = mean_squared_error(windows, training=True)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    def validation(windows: Any) -> Any:
        return mean_squared_error(windows, training=False)

    return (
        tf.function(step, input_signature=signature),
        tf.function(validation, input_signature=signature),
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
