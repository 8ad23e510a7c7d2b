import numpy as np
import pytest

from host.errors import ModelError
from host.model import autoencoder
from host.model.settings import TrainingSettings
from host.model.trainer import Optimization, Trainer

SETTINGS = TrainingSettings(seed=3)


@pytest.fixture(scope="module")
def windows() -> np.ndarray:
    return np.random.default_rng(0).normal(-29, 10, (16, 640)).astype(np.float32)


def trainer(optimization: Optimization, seed: int = 3) -> Trainer:
    return Trainer(autoencoder.build(TrainingSettings(seed=seed)), optimization)


def test_step_lowers_the_loss_it_reports(windows: np.ndarray) -> None:
    one = trainer(Optimization(0.01))
    losses = [one.step(windows) for _ in range(30)]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(
    "optimization",
    [Optimization(0.01), Optimization(0.01, "exponential", 10, ema=0.9)],
)
def test_restored_trainer_goes_on_with_the_same_bits(windows: np.ndarray, optimization: Optimization) -> None:
    first = trainer(optimization)
    for _ in range(3):
        first.step(windows)
    second = trainer(optimization, seed=9)
    second.autoencoder.set_weights(first.autoencoder.weights())
    second.set_optimizer_state(first.optimizer_state())
    assert first.step(windows) == second.step(windows)
    pairs = zip(first.autoencoder.weights(), second.autoencoder.weights(), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)


def moved(schedule: str, steps: int, windows: np.ndarray) -> list[float]:
    """How far each step moves the output bias, which Adam moves by about the learning rate."""
    one = trainer(Optimization(0.01, schedule, steps))  # type: ignore[arg-type]
    distances = []
    for _ in range(steps + 1):
        before = one.autoencoder.weights()[-1]
        one.step(windows)
        distances.append(float(np.abs(one.autoencoder.weights()[-1] - before).max()))
    return distances


def test_schedules_end_where_they_say(windows: np.ndarray) -> None:
    cosine = moved("cosine", 6, windows)
    assert cosine[0] == pytest.approx(0.01, rel=0.01)
    assert cosine[-1] == pytest.approx(0, abs=1e-6)
    exponential = moved("exponential", 6, windows)
    assert exponential[0] == pytest.approx(0.01, rel=0.01)
    assert exponential[-1] == pytest.approx(0.01 * 0.01, rel=0.2)


def test_averages_follow_the_recurrence(windows: np.ndarray) -> None:
    one = trainer(Optimization(0.01, ema=0.75))
    expected = None
    for _ in range(4):
        one.step(windows)
        now = one.autoencoder.weights()[-1].astype(np.float64)
        expected = now if expected is None else 0.75 * expected + 0.25 * now
    before = one.autoencoder.weights()
    np.testing.assert_allclose(one.averaged_weights()[-1], expected, rtol=1e-5)
    assert all(np.array_equal(a, b) for a, b in zip(before, one.autoencoder.weights(), strict=True))


def test_what_does_not_fit_is_refused(windows: np.ndarray) -> None:
    one = trainer(Optimization(0.01))
    with pytest.raises(ModelError, match="optimizer's state does not fit"):
        one.set_optimizer_state(one.optimizer_state()[:-1])
    with pytest.raises(ModelError, match="ask for it with --ema"):
        one.averaged_weights()
