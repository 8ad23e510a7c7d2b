from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.errors import DataError, ModelError
from host.model import training
from host.model.checkpoint import Checkpoint, Epoch
from host.model.settings import TrainingSettings

SETTINGS = TrainingSettings(epochs=3, batch_size=64, seed=2)


@pytest.fixture(scope="module")
def frames() -> training.Frames:
    return np.random.default_rng(1).normal(-29, 10, (4, 200, 128)).astype(np.float32)


@dataclass(frozen=True)
class Recorded:
    """A training of three epochs with all that it reported."""

    states: list[Checkpoint]
    steps: list[training.Progress]
    final: Checkpoint


@pytest.fixture(scope="module")
def undisturbed(frames: training.Frames) -> Recorded:
    states: list[Checkpoint] = []
    steps: list[training.Progress] = []
    final = training.train(
        frames, SETTINGS, "recipe", callbacks=training.Callbacks(steps.append, states.append)
    )
    return Recorded(states, steps, final)


@given(st.integers(2, 200), st.integers(0, 5))
def test_split_takes_every_clip_once(clips: int, seed: int) -> None:
    split = training.split_clips(clips, TrainingSettings(seed=seed))
    assert sorted([*split.train, *split.validation]) == list(range(clips))
    assert len(split.validation) == min(max(1, round(clips / 10)), clips - 1)


def test_split_needs_two_clips() -> None:
    with pytest.raises(DataError, match="1 usable training clip: at least 2"):
        training.split_clips(1, SETTINGS)


def test_representative_windows_come_from_all_clips() -> None:
    # Every value tells its clip, frame and band.
    numbers = np.arange(5 * 200 * 128, dtype=np.float32).reshape(5, 200, 128)
    windows = training.representative_windows(numbers, SETTINGS, 200)
    assert windows.shape == (200, 640)
    np.testing.assert_array_equal(windows - windows[:, :1], np.tile(np.arange(640.0), (200, 1)))
    starts = windows[:, 0].astype(int)
    clips, frame, band = starts // 25600, starts % 25600 // 128, starts % 128
    assert set(clips) == set(range(5))
    assert frame.max() <= 195
    assert band.max() == 0
    assert len(set(starts)) == 200
    assert len(training.representative_windows(numbers, SETTINGS, 10_000)) == 980


def test_learns_and_writes_its_history(undisturbed: Recorded) -> None:
    history = undisturbed.final.history
    assert [epoch.number for epoch in history] == [1, 2, 3]
    assert history[-1].loss < history[0].loss
    assert undisturbed.final.best_epoch.validation_loss == min(e.validation_loss for e in history)
    assert [len(state.history) for state in undisturbed.states] == [1, 2, 3]


def test_every_step_is_reported(undisturbed: Recorded) -> None:
    # 3 of 4 clips train: 588 windows, ten batches of at most 64.
    expected = [(epoch, step) for epoch in (1, 2, 3) for step in range(1, 11)]
    assert [(p.epoch, p.step) for p in undisturbed.steps] == expected
    assert {(p.epochs, p.steps) for p in undisturbed.steps} == {(3, 10)}


def test_resumed_training_gives_the_same_bits(frames: training.Frames, undisturbed: Recorded) -> None:
    resumed = training.train(frames, SETTINGS, "recipe", resume=undisturbed.states[0])
    for group in ("weights", "optimizer", "best_weights"):
        pairs = zip(getattr(resumed, group), getattr(undisturbed.final, group), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs), group
    losses = [(e.loss, e.validation_loss) for e in resumed.history]
    assert losses == [(e.loss, e.validation_loss) for e in undisturbed.final.history]


def test_random_windows_are_one_per_clip_and_epoch() -> None:
    clips = np.array([0, 2, 5])
    settings = replace(SETTINGS, training_windows="random")
    orders = [training.epoch_order(clips, settings, epoch) for epoch in range(1, 1500)]
    assert all(sorted(order // 196) == [0, 2, 5] for order in orders)
    starts = np.concatenate([order % 196 for order in orders])
    assert (starts.min(), starts.max()) == (0, 195)
    assert len({tuple(order) for order in orders}) > 1400
    np.testing.assert_array_equal(orders[0], training.epoch_order(clips, settings, 1))


def test_every_epoch_has_its_own_order_of_all_windows() -> None:
    orders = [training.epoch_order(np.array([1, 3]), SETTINGS, epoch) for epoch in (1, 2)]
    assert all(sorted(order) == [*range(196, 392), *range(588, 784)] for order in orders)
    assert not np.array_equal(*orders)


def test_the_middle_window_starts_at_the_middle_frame() -> None:
    # 10 s at 16 kHz: 1 + 160000 // 512 = 313 frames; of them 50 to 249 are kept.
    assert training.evaluated_positions("middle").tolist() == [313 // 2 - 50]
    assert training.evaluated_positions("all").tolist() == list(range(196))


@pytest.mark.parametrize(
    ("losses", "finished"),
    [([3.0, 2.0], False), ([3.0, 2.0, 2.1], False), ([3.0, 2.0, 2.1, 2.2], True), ([3.0] * 3, True)],
)
def test_early_stopping_counts_epochs_without_a_better_one(losses: list[float], finished: bool) -> None:
    history = [Epoch(number, 1.0, loss, 1.0) for number, loss in enumerate(losses, start=1)]
    settings = TrainingSettings(epochs=100, early_stopping=2)
    assert training.is_finished(history, settings) == finished
    assert not training.is_finished(history, replace(settings, early_stopping=0))
    assert training.is_finished(history, replace(settings, epochs=len(losses), early_stopping=0))


def test_averaged_training_is_resumed_with_the_same_bits(frames: training.Frames) -> None:
    settings = replace(
        SETTINGS, epochs=2, batch_size=294, ema=0.5, schedule="cosine", precision="mixed", early_stopping=1
    )
    states: list[Checkpoint] = []
    final = training.train(frames, settings, "", callbacks=training.Callbacks(on_epoch=states.append))
    # What is kept are the averaged weights with statistics of their own, not the trained ones.
    assert not np.array_equal(states[0].best_weights[0], states[0].weights[0])
    resumed = training.train(frames, settings, "", states[0], pipeline="tf.data")
    for group in ("weights", "optimizer", "best_weights"):
        pairs = zip(getattr(resumed, group), getattr(final, group), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs), group


def test_divergence_is_an_error(frames: training.Frames) -> None:
    with pytest.raises(ModelError, match=r"loss is .* in epoch 1: give a smaller --learning-rate"):
        training.train(frames * np.float32(1e30), SETTINGS, "recipe")
