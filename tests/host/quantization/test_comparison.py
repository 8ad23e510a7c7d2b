import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from host.data.layout import Clip
from host.model import evaluation, metrics, quantization, scoring
from host.model.autoencoder import Autoencoder
from host.model.evaluation import ScoredClips, ScoredModel
from host.model.quantization import QuantizationSettings
from host.model.run_folder import RunFolder
from host.quantization import comparison
from host.quantization.calibration_set import CalibrationSet
from host.quantization.comparison import LabelledClips
from host.tflite.golden import GoldenInterpreter

from .conftest import TRAINING


@pytest.fixture
def two_ways(monkeypatch: pytest.MonkeyPatch, plain: bytes, equalized: bytes, unquantized: bytes) -> None:
    """Two combinations, converted already: what is tested is how they are measured."""
    ways = (QuantizationSettings(), QuantizationSettings(equalize=True))
    files = dict(zip(ways, (plain, equalized), strict=True))
    monkeypatch.setattr(comparison, "COMBINATIONS", ways)
    monkeypatch.setattr(quantization, "to_float", lambda model: unquantized)
    monkeypatch.setattr(quantization, "to_int8", lambda *arguments: files[arguments[-1]])


def test_some_clips_are_of_all_machines_and_both_kinds() -> None:
    clips = [
        Clip(Path(f"{machine}{label}{number}.wav"), machine, "test", label)
        for machine in ("01", "02")
        for label in (0, 1)
        for number in range(1 if machine == "02" else 5)
    ]
    chosen = comparison.choose(clips, 6)
    kinds = [("01", 0), ("01", 1), ("02", 0), ("02", 1), ("01", 0), ("01", 1)]
    assert [(clip.machine_id, clip.label) for clip in chosen] == kinds
    assert len(set(chosen)) == 6
    assert comparison.choose(clips, 6) == chosen
    assert comparison.choose(clips, 99) != comparison.choose(clips, None) == tuple(clips)
    assert len(comparison.choose(clips, 99)) == len(clips)


def test_all_eight_combinations_are_compared() -> None:
    assert len(set(comparison.COMBINATIONS)) == 8
    assert comparison.COMBINATIONS[0] == QuantizationSettings()
    names = [comparison.describe(settings) for settings in comparison.COMBINATIONS]
    assert names[0] == "per tensor"
    assert names[-1] == "per channel, equalized, bias corrected"


@pytest.mark.usefixtures("two_ways")
def test_each_model_has_its_figures(uneven: Autoencoder, windows: np.ndarray, tmp_path: Path) -> None:
    frames = np.random.default_rng(2).normal(-29, 10, (4, 200, 128)).astype(np.float32)
    frames[2:] += 5
    test = LabelledClips(np.array([0, 0, 1, 1]), np.full(4, "01"), frames, slice(100, 104), 9)
    done: list[int] = []
    calibration = CalibrationSet(windows, "96 windows")
    found = comparison.compare(
        uneven, TRAINING, calibration, "float", test, lambda what, units: done.append(units)
    )
    assert sum(done) == comparison.work(test) == 3 * 5
    exact, plain, equalized = found.models
    assert (exact.settings, exact.signal_to_noise, exact.score_shift) == (None, (), None)
    assert (plain.auc, equalized.auc) == (1.0, 1.0)  # the louder clips are reconstructed worse
    assert equalized.file_bytes < exact.file_bytes / 3
    assert equalized.score_deviation is not None
    assert np.mean(equalized.signal_to_noise) > np.mean(plain.signal_to_noise)  # type: ignore[arg-type]
    comparison.write(RunFolder(tmp_path), found)
    document = json.loads((tmp_path / "quantization_comparison.json").read_text())
    assert document["schema"] == "quantization-comparison/1"
    assert (document["test_clips"], document["all_test_clips"]) == (4, 9)
    assert [model["name"] for model in document["models"]] == ["float", "per tensor", "per tensor, equalized"]
    assert document["models"][2]["settings"] == {
        "per_channel": False,
        "equalize": True,
        "correct_bias": False,
    }


@pytest.mark.usefixtures("two_ways")
def test_intervals_are_those_of_the_evaluation(uneven: Autoencoder, windows: np.ndarray) -> None:
    frames = np.random.default_rng(2).normal(-29, 10, (16, 200, 128)).astype(np.float32)
    machines = ("01", "01", "02", "02") * 4
    labels = (0, 1) * 8
    clips = tuple(
        Clip(Path(f"{number}.wav"), machine, "test", label)
        for number, (machine, label) in enumerate(zip(machines, labels, strict=True))
    )
    calibration = CalibrationSet(windows, "96 windows")
    test = LabelledClips.of(clips, frames, slice(100, 104), len(clips))
    compared = comparison.compare(uneven, TRAINING, calibration, "float", test).models[0]
    scores = scoring.score_windows(
        partial(GoldenInterpreter, quantization.to_float(uneven)), frames, slice(100, 104)
    ).mean(axis=1)
    model = ScoredModel("float", "0" * 64, scores)
    evaluated = evaluation.measure(ScoredClips(clips, 0, (model,)))[0].overall
    assert (compared.auc, compared.auc_ci95) == (evaluated.auc, evaluated.auc_ci95)
    assert evaluated.auc_ci95 != metrics.measure(np.array(labels), scores).auc_ci95, "machines matter"


@pytest.mark.usefixtures("two_ways")
def test_without_test_clips_accuracy_is_unknown(uneven: Autoencoder, windows: np.ndarray) -> None:
    found = comparison.compare(uneven, TRAINING, CalibrationSet(windows, "96 windows"), "float", None)
    assert found.test_clips == 0
    assert {(m.auc, m.auc_ci95, m.score_shift) for m in found.models} == {(None, None, None)}
    assert len(found.models[1].signal_to_noise) == 10
