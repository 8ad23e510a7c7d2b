import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.errors import UsageError
from host.model.settings import TrainingSettings, quick, steps_per_epoch, validation_clips


def test_defaults_are_the_reference() -> None:
    settings = TrainingSettings()
    assert (settings.epochs, settings.batch_size) == (100, 512)
    assert (settings.learning_rate, settings.validation_split) == (0.001, 0.1)


# 600 clips: 540 train, 540 x 196 / 512 = 206.7 steps per epoch.
@pytest.mark.parametrize(("clips", "epochs"), [(600, 15), (7000, 2), (2, 100), (60, 100)])
def test_quick_takes_about_3000_steps(clips: int, epochs: int) -> None:
    assert quick(TrainingSettings(), clips).epochs == epochs


def test_one_window_per_clip_makes_few_steps() -> None:
    mltk = TrainingSettings(batch_size=40, training_windows="random")
    assert steps_per_epoch(mltk, 600) == 14  # 540 windows
    assert steps_per_epoch(TrainingSettings(), 600) == 207
    assert quick(mltk, 7000).epochs == 19  # 6,300 windows, 158 steps


def test_later_fields_count_only_where_they_are_set() -> None:
    # Checkpoints of runs that were begun before a field existed must stay theirs.
    first = ["epochs", "batch_size", "learning_rate", "validation_split", "seed", "threads"]
    assert list(TrainingSettings().hashed) == first
    assert list(TrainingSettings(recipe="mltk").hashed) == first
    assert TrainingSettings(ema=0.9).hashed["ema"] == 0.9
    assert TrainingSettings(evaluation_windows="middle").hashed["evaluation_windows"] == "middle"


def test_layers_and_windows_count_only_where_they_are_set() -> None:
    other = TrainingSettings(hidden_units=(16, 4, 16), window_frames=3)
    assert other.hashed["hidden_units"] == (16, 4, 16)
    assert other.hashed["window_frames"] == 3
    assert other.windows == 198
    # As they come back from JSON.
    assert TrainingSettings(hidden_units=[16, 4, 16], window_frames=3) == other  # type: ignore[arg-type]


def test_quick_never_adds_epochs() -> None:
    assert quick(TrainingSettings(epochs=3), 60).epochs == 3


@given(st.integers(2, 10_000), st.floats(0.001, 0.999))
def test_at_least_one_clip_on_each_side(clips: int, part: float) -> None:
    assert 1 <= validation_clips(TrainingSettings(validation_split=part), clips) < clips


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("epochs", 0, "--epochs is 0: give 1 or more"),
        ("batch_size", -1, "--batch-size is -1"),
        ("threads", 0, "--threads is 0"),
        ("seed", -1, "--seed is -1"),
        ("learning_rate", 0.0, "--learning-rate is 0.0"),
        ("learning_rate", float("nan"), "--learning-rate is nan"),
        ("validation_split", 1.0, "--validation-split is 1.0"),
        ("early_stopping", -1, "--early-stopping is -1: give 0 or more"),
        ("ema", 1.0, "--ema is 1.0: give 0 or more and less than 1"),
        ("ema", float("nan"), "--ema is nan"),
        ("schedule", "linear", "--schedule is linear: give constant or cosine or exponential"),
        ("hidden_units", (), "give one layer or more, each of 1 or more"),
        ("hidden_units", (8, 0), "give one layer or more, each of 1 or more"),
        ("window_frames", 201, "a window has 201 frames: 1 to 200 are possible"),
        ("precision", "int4", "--precision is int4"),
    ],
)
def test_impossible_settings(name: str, value: float, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        TrainingSettings(**{name: value})
