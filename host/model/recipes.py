"""The two published recipes of this autoencoder by name, and what distinguishes them, line by line.

`mlperf` is MLPerf Tiny's reference training, `mltk` the anomaly_detection model of Silicon Labs' MLTK. What
of mltk depends on its recordings (ToyADMOS at 48 kHz, features from 0 to 237) cannot be followed with other
data; the table says so in the column of the run.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from host.model.settings import TrainingSettings

RecipeName = Literal["mlperf", "mltk"]

NAMES: tuple[RecipeName, ...] = get_args(RecipeName)

RECIPES: dict[RecipeName, TrainingSettings] = {
    "mlperf": TrainingSettings(recipe="mlperf"),
    "mltk": TrainingSettings(
        recipe="mltk", batch_size=40, training_windows="random", evaluation_windows="middle"
    ),
}
"""Everything that a recipe decides; single options change it further."""


@dataclass(frozen=True)
class Difference:
    """One line of the comparison: what it is about, both recipes as published, and what the run does."""

    aspect: str
    mlperf: str
    mltk: str
    run: str


def differences(settings: TrainingSettings) -> tuple[Difference, ...]:
    """Return what distinguishes the published recipes, with what a run of `settings` does about it.

    The published columns are those of the benchmark document, section 2.3.
    """
    every, one = "all 196 per clip", "one random 5-frame window per clip and epoch"
    mean, single = "mean over 196 windows", "one window per clip, at the middle frame"
    return (
        Difference(
            "model input",
            "1 x 640 int8",
            "1 x 5 x 128 x 1 float32, converted inside the graph",
            "both: host.quantize --io int8, --io float",
        ),
        Difference(
            "recordings",
            "DCASE 2020 ToyCar, ids 01-07, 16 kHz",
            "ToyADMOS features, 48 kHz",
            "of --data",
        ),
        Difference(
            "spectrogram",
            "64 ms / 32 ms, 128 bands to 8 kHz",
            "64 ms / 32 ms, 128 bands to 24 kHz",
            "mlperf's, to half the recordings' rate",
        ),
        Difference(
            "feature values",
            "dB below full scale, about -84.8 to 14.9",
            "0 to 237",
            "mlperf's: dB below full scale",
        ),
        Difference("training windows", every, one, every if settings.training_windows == "all" else one),
        Difference(
            "random start",
            "-",
            "frames 50 to 49 + clip frames - 104",
            "-" if settings.training_windows == "all" else "frames 50 to 245, those of mlperf's features",
        ),
        Difference("evaluation", mean, single, mean if settings.evaluation_windows == "all" else single),
        Difference("batch size", "512", "40", str(settings.batch_size)),
        Difference("epochs", "100", "100", str(settings.epochs)),
        Difference("validation split", "0.1", "0.1", f"{settings.validation_split:g}, whole clips"),
        Difference(
            "int8 weights", "one scale per tensor", "one scale per tensor", "host.quantize, --per-channel"
        ),
        Difference(
            "graph (int8)",
            "10 FULLY_CONNECTED",
            "17 operators, float ends",
            "both: host.quantize --io int8, --io float",
        ),
    )
