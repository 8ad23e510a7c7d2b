"""One step of the autoencoder's training: Adam on the mean squared error, with schedule and averaging.

The whole state, averaged weights included, is in the optimizer's variables: what reads and writes those can
interrupt and continue a training bit by bit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host.errors import ModelError
from host.model import tensorflow_adapter
from host.model.autoencoder import Array, Autoencoder
from host.model.settings import Schedule

LAST_OF_EXPONENTIAL = 0.01
"""What an exponential schedule leaves of the learning rate after its last step."""


@dataclass(frozen=True)
class Optimization:
    """How the weights move.

    Attributes:
        learning_rate: of Adam at the first step.
        schedule: how it falls until step `steps`.
        steps: of the whole training; unused by the constant schedule.
        ema: share that the averaged weights keep in each step; 0: none are kept.
    """

    learning_rate: float
    schedule: Schedule = "constant"
    steps: int = 1
    ema: float = 0.0


class Trainer:
    """Trains one autoencoder step by step; its whole state can be read and put back bit by bit."""

    def __init__(self, autoencoder: Autoencoder, optimization: Optimization) -> None:
        keras = tensorflow_adapter.keras(autoencoder.threads)
        self.autoencoder = autoencoder
        averaging = {"use_ema": True, "ema_momentum": optimization.ema} if optimization.ema else {}
        self._optimizer: Any = keras.optimizers.Adam(_learning_rate(keras, optimization), **averaging)
        self._optimizer.build(autoencoder.model.trainable_variables)
        self._step = _compiled(autoencoder, self._optimizer)

    def step(self, windows: Array) -> float:
        """Take one optimizer step on float32 [batch, 640]; return the loss before it, in dB²."""
        return float(self._step(self.autoencoder.shaped(windows)))

    def averaged_weights(self) -> list[Array]:
        """Return copies of all weights with the averaged ones in the place of the trained ones.

        The moving statistics are those of the last steps: batch_statistics.renewed gives what fits.

        Raises:
            ModelError: the optimization does not average.
        """
        if not self._optimizer.use_ema:
            raise ModelError("this training does not average weights: ask for it with --ema")
        trained = self.autoencoder.weights()
        # Keras gives its averages by writing them over the weights.
        self._optimizer.finalize_variable_values(self.autoencoder.model.trainable_variables)
        averaged = self.autoencoder.weights()
        self.autoencoder.set_weights(trained)
        return averaged

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


def _learning_rate(keras: Any, optimization: Optimization) -> Any:
    """Return a number or a Keras schedule, a function of the optimizer's own step counter."""
    rate, steps = optimization.learning_rate, optimization.steps
    if optimization.schedule == "cosine":
        return keras.optimizers.schedules.CosineDecay(rate, steps)
    if optimization.schedule == "exponential":
        return keras.optimizers.schedules.ExponentialDecay(rate, steps, LAST_OF_EXPONENTIAL)
    return rate


def _compiled(autoencoder: Autoencoder, optimizer: Any) -> Callable[[Array], Any]:
    """Return the training step as a TensorFlow graph for any batch size."""
    tf = tensorflow_adapter.tensorflow(autoencoder.threads)
    model = autoencoder.model

    def step(windows: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(windows, training=True) - windows))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    graph: Callable[[Array], Any] = tf.function(
        step, input_signature=[tf.TensorSpec(model.input_shape, tf.float32)]
    )
    return graph
