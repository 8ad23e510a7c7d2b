"""Records of trials: what decides their key, and that only whole ones of the same trial count."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sweep_records

from host.errors import DataError
from host.sweep import records
from host.sweep.records import SweepFolder


def test_key_is_of_settings_and_data_not_of_places() -> None:
    task = sweep_records.task()
    elsewhere = replace(task, recordings=sweep_records.recordings(Path("/elsewhere")))
    assert elsewhere.key == task.key
    others = [
        sweep_records.task(16),
        replace(task, training=replace(task.training, seed=2)),
        replace(task, training=replace(task.training, evaluation_windows="middle")),
        replace(task, trial=replace(task.trial, quantization="per-channel")),
        replace(task, measurement=replace(task.measurement, kernel="baseline")),
        replace(task, recordings=sweep_records.recordings(fingerprint="cd" * 32)),
    ]
    assert len({task.key, *(other.key for other in others)}) == 7


def test_task_goes_through_json() -> None:
    task = sweep_records.task()
    again = records.task_of(json.loads(json.dumps(records.task_document(task))))
    assert again == task
    assert again.key == task.key
    assert task.training.hidden_units == (8, 4, 8)
    assert task.training.window_frames == 2


def test_written_and_read(tmp_path: Path) -> None:
    folder, task = SweepFolder(tmp_path), sweep_records.task()
    assert records.read(folder, task) is None
    output = sweep_records.output(notes=("one",))
    records.write(folder, task, output)
    assert records.read(folder, task) == output.figures
    assert folder.model(task).read_bytes() == sweep_records.MODEL
    document = json.loads(folder.trial(task).read_text())
    assert document["sources"]["total_cycles"] == "simulated: virtual board"
    assert document["sources"]["energy_uj"] == "estimated from simulated time"


def test_damaged_or_foreign_records_do_not_count(tmp_path: Path) -> None:
    folder, task = SweepFolder(tmp_path), sweep_records.task()
    records.write(folder, task, sweep_records.output())
    text = folder.trial(task).read_text()
    for damaged in (text[:50], text.replace("sweep-trial/1", "sweep-trial/0"), text.replace('"auc"', '"a"')):
        folder.trial(task).write_text(damaged)
        with pytest.raises(DataError, match=r"\.json cannot be used"):
            records.read(folder, task)
    folder.trial(task).write_text(text)
    folder.model(task).write_bytes(b"another")
    with pytest.raises(DataError, match="the model beside it is another one"):
        records.read(folder, task)
