import numpy as np
import pytest

from host.model import autoencoder, batch_statistics
from host.model.settings import TrainingSettings


@pytest.mark.parametrize("count", [64])
def test_renewed_statistics_are_those_that_training_normalizes_with(count: int) -> None:
    # Keras normalizes a training batch with its own statistics: with these in the place of the moving ones
    # the model must compute the same without training.
    windows = np.random.default_rng(0).normal(-29, 10, (count, 640)).astype(np.float32)
    model = autoencoder.build(TrainingSettings(seed=3))
    weights = model.weights()
    trained = np.asarray(model.model(model.shaped(windows), training=True)).reshape(count, 640)
    model.set_weights(batch_statistics.renewed(weights, windows, autoencoder.EPSILON))
    np.testing.assert_allclose(model.predict(windows), trained, atol=1e-3)
    renewed = model.weights()
    changed = [i for i, (a, b) in enumerate(zip(weights, renewed, strict=True)) if not np.array_equal(a, b)]
    assert changed == [6 * layer + place for layer in range(9) for place in (4, 5)]
