"""A run folder with everything that a report shows, its figures made up but for the scores of the clips."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from host import default_model
from host.data import features, layout, wav
from host.model import evaluation, evaluation_document, run_folder, scoring
from host.model.evaluation import ScoredClips, ScoredModel
from host.model.operating_point import FalsePositiveRate
from host.model.run_folder import RunFolder
from host.model.settings import TrainingSettings
from host.tflite import operators, reader

ERROR = "within 7 cycles"


@pytest.fixture(scope="session")
def filled_run(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder. Tests that change it take a copy."""
    folder = RunFolder(tmp_path_factory.mktemp("filled") / "demo")
    folder.path.mkdir()
    shutil.copy(default_model.PRETRAINED, folder.int8_model)
    dataset = layout.scan(tiny_data)
    record = run_folder.record(TrainingSettings(), dataset, 6, "python -m host.train --data tiny")
    run_folder.write_record(folder, record)
    folder.history_csv.write_text("epoch,loss,validation_loss,seconds\n1,90.5,80.25,2\n2,9.5,11,2\n")
    _evaluate(folder, dataset)
    _profile(folder)
    (folder.path / "build.json").write_text(json.dumps(BUILD))
    folder.comparison.write_text(json.dumps(COMPARISON))
    return folder.path


@pytest.fixture
def run(filled_run: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(filled_run, tmp_path / "demo"))


def _evaluate(folder: RunFolder, dataset: layout.Dataset) -> None:
    recordings = [wav.read_wav(clip.path) for clip in dataset.test]
    frames = np.stack([features.log_mel(each.samples, each.rate) for each in recordings])
    content = folder.int8_model.read_bytes()
    scores = scoring.score_clips(content, frames, processes=1)
    sha256 = reader.parse(content, "model").sha256
    models = (
        ScoredModel("float", "f" * 64, scores * 1.01, "tflite-micro 1"),
        ScoredModel("int8", sha256, scores, "tflite-micro 1"),
        ScoredModel("simulated", sha256, scores * 0.99, "image 12", "fast"),
    )
    scored = ScoredClips(dataset.test, 0, models)
    criterion = FalsePositiveRate()
    evaluation_document.write(folder, dataset, scored, evaluation.measure(scored, criterion), criterion)


def _profile(folder: RunFolder) -> None:
    model = reader.read(folder.int8_model)
    for kernel, factor in (("fast", 1), ("baseline", 2), ("reference", 10)):
        layers = [
            {
                "index": layer.index,
                "opcode": layer.opcode,
                "macs": layer.work.macs,
                "ops": layer.work.ops,
                "accelerator_cycles": 0 if kernel == "reference" else factor * layer.work.macs,
                "cpu_cycles": 100,
                "total_cycles": 100 + factor * layer.work.macs,
                "energy_uj": None if kernel == "reference" else 0.5,
                "output_shapes": [list(tensor.shape) for tensor in layer.outputs],
                "max_error": 1,
            }
            for layer in operators.layers(model)
        ]
        document = {
            "schema": "profile/1",
            "source": "simulated",
            "board": "brd2601b",
            "clock_hz": 78_000_000,
            "kernel": kernel,
            "cycle_model": None if kernel == "reference" else "device-flash",
            "cycle_model_error": None if kernel == "reference" else ERROR,
            "cpu_cycles_error": "about ±20 %",
            "error_inputs": 64,
            "notes": [],
            "energy_uj": None if kernel == "reference" else 4.5 * factor,
            "energy_basis": None if kernel == "reference" else "estimate, not measured",
            "model": {"name": "demo", "sha256": model.sha256, "file_bytes": len(model.data)},
            "summary": {
                "macs": 264_192,
                "ops": 535_960,
                "accelerator_cycles": 264_192 * factor,
                "cpu_cycles": 1_700,
                "total_cycles": 1_700 + 264_192 * factor,
                "time_s": 0.0034 * factor,
                "inferences_per_s": 290 / factor,
            },
            "layers": layers,
        }
        name = "profile.json" if kernel == "fast" else f"profile_{kernel}.json"
        (folder.path / name).write_text(json.dumps(document))


BUILD = {
    "schema": "build/1",
    "board": "brd2601b",
    "kernel": "fast",
    "build_id": "2e0d8362",
    "flash_bytes": 350_000,
    "flash_available_bytes": 1_572_864,
    "ram_bytes": 22_284,
    "ram_available_bytes": 262_144,
    "parts": [
        {"memory": "flash", "name": "model", "bytes": 280_160},
        {"memory": "ram", "name": "arena", "bytes": 12_224},
    ],
}

_INTERVAL = {"low": 0.8, "high": 0.95}

COMPARISON = {
    "schema": "quantization-comparison/1",
    "calibration": "50 windows",
    "test_clips": 16,
    "models": [
        {
            "settings": None,
            "name": "float",
            "file_bytes": 1_071_224,
            "auc": 0.9,
            "auc_ci95": _INTERVAL,
            "score_shift": None,
            "score_deviation": None,
            "signal_to_noise": [],
        },
        {
            "settings": {"per_channel": False, "equalize": False, "correct_bias": False},
            "name": "per tensor",
            "file_bytes": 280_160,
            "auc": 0.89,
            "auc_ci95": _INTERVAL,
            "score_shift": 0.012,
            "score_deviation": 0.004,
            "signal_to_noise": [35.5, 37.5, None, 30.25],
        },
    ],
}
