import json
from dataclasses import replace
from pathlib import Path

import pytest

from host.errors import ModelError
from host.model import run_folder
from host.model.run_folder import PackageVersion, RunDataset, RunFolder, RunRecord
from host.model.settings import TrainingSettings

RECORD = RunRecord(
    TrainingSettings(epochs=3),
    RunDataset("synthetic", "/data", "ab" * 32, synthetic=True, training_clips=6),
    (PackageVersion("keras", "3.15.1"),),
    "python -m host.train",
)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path / "run")


def test_record_reads_back(folder: RunFolder) -> None:
    run_folder.write_record(folder, RECORD)
    assert run_folder.read_record(folder) == RECORD
    assert json.loads(folder.settings.read_text())["schema"] == "run/1"


def test_new_and_empty_folders_are_claimed(folder: RunFolder) -> None:
    assert run_folder.claim(folder, RECORD) == ()
    assert run_folder.claim(folder, RECORD) == ()
    empty = RunFolder(folder.path.with_name("empty"))
    empty.path.mkdir()
    assert run_folder.claim(empty, RECORD) == ()


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (replace(RECORD, settings=TrainingSettings(epochs=4)), "epochs 3 there, 4 asked for"),
        (replace(RECORD, settings=TrainingSettings(epochs=3, batch_size=8)), "batch size 512 there, 8 asked"),
        (replace(RECORD, dataset=replace(RECORD.dataset, fingerprint="cd" * 32)), "other recordings, from"),
        (replace(RECORD, dataset=replace(RECORD.dataset, training_clips=5)), "6 usable clips there, 5 now"),
    ],
)
def test_another_training_is_refused_with_the_difference(
    folder: RunFolder, wanted: RunRecord, message: str
) -> None:
    run_folder.claim(folder, RECORD)
    with pytest.raises(ModelError, match=message):
        run_folder.claim(folder, wanted)
    assert run_folder.read_record(folder) == RECORD
    assert wanted.recipe != RECORD.recipe


def test_moved_data_is_the_same_training(folder: RunFolder) -> None:
    run_folder.claim(folder, RECORD)
    moved = replace(RECORD, dataset=replace(RECORD.dataset, root="/elsewhere"), command="another")
    assert run_folder.claim(folder, moved) == ()
    assert moved.recipe == RECORD.recipe


def test_other_versions_are_a_warning(folder: RunFolder) -> None:
    run_folder.claim(folder, RECORD)
    (warning,) = run_folder.claim(folder, replace(RECORD, versions=(PackageVersion("keras", "4.0"),)))
    assert "keras 4.0 instead of 3.15.1" in warning


def test_a_folder_of_something_else_is_left_alone(folder: RunFolder) -> None:
    folder.path.mkdir()
    (folder.path / "thesis.tex").touch()
    with pytest.raises(ModelError, match="not empty and no run folder"):
        run_folder.claim(folder, RECORD)
    assert [path.name for path in folder.path.iterdir()] == ["thesis.tex"]


def test_missing_record_says_what_to_run(folder: RunFolder) -> None:
    with pytest.raises(ModelError, match=r"no run folder .* python -m host.train"):
        run_folder.read_record(folder)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"settings": {"epochs": 0}}', '{"settings": {"x": 1}}']
)
def test_damaged_record(folder: RunFolder, text: str) -> None:
    folder.path.mkdir()
    folder.settings.write_text(text)
    with pytest.raises(ModelError, match="damaged or of another version"):
        run_folder.read_record(folder)
