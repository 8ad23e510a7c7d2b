import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from host.errors import ModelError
from host.model import model_card, run_folder
from host.model.run_folder import PackageVersion, RunDataset, RunFolder, RunRecord
from host.model.settings import TrainingSettings

RECORD = RunRecord(
    TrainingSettings(epochs=3, recipe="mlperf", ema=0.99),
    RunDataset("synthetic", "/data", "ab" * 32, synthetic=True, training_clips=6),
    (PackageVersion("keras", "3.15.1"),),
    "python -m host.train --data /data",
)
FIGURES = {"clips": 8, "auc": 0.875, "auc_ci95": [0.75, 1.0], "pauc": 0.625, "pauc_ci95": [0.5, 0.75]}
NOTHING = {"clips": 4, "auc": None, "auc_ci95": None, "pauc": None}


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    folder = RunFolder(tmp_path / "run")
    run_folder.write_record(folder, RECORD)
    return folder


def test_a_run_without_results_says_what_is_missing(folder: RunFolder) -> None:
    text = model_card.render(folder)
    assert "Not quantized yet: `python -m host.quantize`" in text
    assert "Not measured yet" in text
    assert "weights averaged (EMA 0.99)" in text
    assert "python -m host.train --data /data" in text


def test_accuracy_comes_with_its_interval_per_machine(folder: RunFolder) -> None:
    document = {
        "dataset": {"clips": 12, "synthetic": True},
        "results": {
            "float": None,
            "int8": {**FIGURES, "per_id": {"01": FIGURES, "02": NOTHING}},
        },
    }
    folder.evaluation.write_text(json.dumps(document))
    folder.int8_model.write_bytes(bytes(1234))
    files = {"model_int8.tflite": hashlib.sha256(bytes(1234)).hexdigest()}
    quantization = {"settings": {"per_channel": True, "equalize": False}, "files": files}
    folder.quantization.write_text(json.dumps(quantization))
    text = model_card.render(folder)
    assert (
        "| int8, golden interpreter | all | 8 | 0.8750 | 0.7500 to 1.0000 | 0.6250 | 0.5000 to 0.7500 |"
        in text
    )
    assert "| int8, golden interpreter | 02 | 4 | n/a | n/a | n/a | n/a |" in text
    assert "says nothing about a real machine" in text
    assert "| model_int8.tflite | 1,234 | int8: per channel True, equalize False |" in text


def test_each_file_has_the_settings_that_it_was_made_with(folder: RunFolder) -> None:
    folder.int8_model.write_bytes(b"new")
    for form in ("float", "int8", "strange"):
        folder.int8_model_with(form).write_bytes(form.encode())
    made = {"model_sha256": "aa", "settings": {"per_channel": False}, "calibration_windows": 50}
    document = {
        "model_sha256": "aa",
        "settings": {"per_channel": True},
        "calibration_windows": 1000,
        "files": {"model_int8.tflite": hashlib.sha256(b"new").hexdigest()},
        "earlier_files": {
            "model_int8_float_io.tflite": {**made, "sha256": hashlib.sha256(b"float").hexdigest()},
            "model_int8_int8_io.tflite": {
                **made,
                "model_sha256": "bb",
                "sha256": hashlib.sha256(b"int8").hexdigest(),
            },
            "model_int8_strange_io.tflite": {**made, "sha256": hashlib.sha256(b"other").hexdigest()},
        },
    }
    folder.quantization.write_text(json.dumps(document))
    lines = [line for line in model_card.render(folder).splitlines() if line.startswith("| model_")]
    assert [line.split(" | ")[2].rstrip(" |") for line in lines] == [
        "int8: per channel True, ranges from 1000 windows",
        "made earlier, int8: per channel False, ranges from 50 windows",
        "made earlier from other weights, int8: per channel False, ranges from 50 windows",
        "not made by the last `host.quantize`: settings unknown",
    ]


@pytest.mark.parametrize(
    "text", ["{", '{"files": []}', '{"files": {}, "earlier_files": {"model_int8.tflite": {}}}']
)
def test_a_damaged_record_of_the_quantization(folder: RunFolder, text: str) -> None:
    folder.int8_model.write_bytes(b"new")
    folder.quantization.write_text(text)
    with pytest.raises(ModelError, match=r"quantization\.json is"):
        model_card.render(folder)


def test_figures_of_files_that_were_made_anew_are_left_out(folder: RunFolder) -> None:
    folder.int8_model.write_bytes(b"new")
    result = {**FIGURES, "model_sha256": hashlib.sha256(b"old").hexdigest(), "per_id": {}}
    document = {"dataset": {"clips": 8, "synthetic": True}, "results": {"int8": result}}
    folder.evaluation.write_text(json.dumps(document))
    assert "Not measured yet" in model_card.render(folder)
    folder.int8_model.write_bytes(b"old")
    assert "| 0.8750 | 0.7500 to 1.0000 |" in model_card.render(folder)


def test_the_kept_epoch_has_the_smallest_number_not_text(folder: RunFolder) -> None:
    folder.history_csv.write_text("epoch,loss,validation_loss\n1,900,100.0\n2,9,9.5\n3,8,10.1\n")
    assert "3 epochs trained; kept: epoch 2, validation loss 9.50 dB²" in model_card.render(folder)


@pytest.mark.parametrize(
    ("name", "synthetic", "licence"),
    [("synthetic", True, "ours"), ("ToyCar", False, "CC BY-NC-SA 4.0"), ("pump", False, "Not known")],
)
def test_licence_follows_the_recordings(folder: RunFolder, name: str, synthetic: bool, licence: str) -> None:
    dataset = replace(RECORD.dataset, name=name, synthetic=synthetic)
    run_folder.write_record(folder, replace(RECORD, dataset=dataset))
    assert licence in model_card.render(folder).split("Licence:")[1].split("\n")[0]


@pytest.mark.parametrize("text", ["{", '{"results": {"int8": {"auc": 1}}}', '{"dataset": {}}'])
def test_damaged_documents(folder: RunFolder, text: str) -> None:
    folder.evaluation.write_text(text)
    with pytest.raises(ModelError, match=r"evaluation\.json is"):
        model_card.write(folder)
    assert not folder.card.exists()
