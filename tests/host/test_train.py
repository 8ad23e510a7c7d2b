import io
import json
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path

import numpy as np
import pytest
import soundfile

from host.errors import DataError, ModelError, UsageError
from host.model import autoencoder, checkpoint, run_folder
from host.model.run_folder import RunFolder
from host.train import main

from .conftest import TinyRun

EPOCHS = 5


def kill_after_epoch(run: TinyRun, out: Path, epoch: int, number: signal.Signals) -> tuple[int, str]:
    """Start the training and send it `number` once `epoch` is finished, in the middle of the next one."""
    history = out / "history.csv"
    with subprocess.Popen(
        run.command(out), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 120
        while f"\n{epoch}," not in (history.read_text() if history.exists() else ""):
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    return process.returncode, errors


def assert_same_training(left: Path, right: Path) -> None:
    first, second = checkpoint.load(left / "checkpoint"), checkpoint.load(right / "checkpoint")
    assert len(first.history) == len(second.history) == EPOCHS
    for group in ("weights", "optimizer", "best_weights"):
        pairs = zip(getattr(first, group), getattr(second, group), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs), group


def test_interrupted_and_killed_training_ends_with_the_same_weights(
    tiny_run: TinyRun, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    status, errors = kill_after_epoch(tiny_run, out, 1, signal.SIGINT)
    assert status == 130, errors
    kept = len(checkpoint.load(out / "checkpoint").history)
    assert errors == f"interrupted: {kept} of 5 epochs are kept; the same command goes on from there\n"
    status, _ = kill_after_epoch(tiny_run, out, 3, signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert len(checkpoint.load(out / "checkpoint").history) < EPOCHS
    # The newest checkpoint is damaged too: the one before it is used.
    content = bytearray((out / "checkpoint").read_bytes())
    content[len(content) // 2] ^= 1
    (out / "checkpoint").write_bytes(content)
    finished = subprocess.run(tiny_run.command(out), capture_output=True, text=True, check=True)
    assert "is damaged: its checksum differs; the one before it is used" in finished.stderr.replace("\n", " ")
    assert "going on after" in finished.stdout
    assert_same_training(out, tiny_run.path)
    assert (out / "representative.npy").read_bytes() == (tiny_run.path / "representative.npy").read_bytes()


def test_folder_has_all_files(tiny_run: TinyRun) -> None:
    assert sorted(path.name for path in tiny_run.path.iterdir()) == [
        "checkpoint",
        "checkpoint.previous",
        "history.csv",
        "history.png",
        "model.keras",
        "model.md",
        "representative.npy",
        "settings.json",
    ]
    lines = (tiny_run.path / "history.csv").read_text().splitlines()
    assert lines[0] == "epoch,loss,validation_loss,seconds,input_seconds"
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "2", "3", "4", "5"]


def test_finished_training_is_not_repeated(
    tiny_run: TinyRun, run_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in run_copy.iterdir()}
    assert main([*tiny_run.arguments, "--out", str(run_copy)]) == 0
    assert "already trained: 5 epochs" in capsys.readouterr().out
    assert {path.name: path.stat().st_mtime_ns for path in run_copy.iterdir()} == before


def test_missing_results_are_made_again_from_the_checkpoint(tiny_run: TinyRun, run_copy: Path) -> None:
    (run_copy / "model.keras").unlink()
    (run_copy / "representative.npy").unlink()
    main([*tiny_run.arguments, "--out", str(run_copy)])
    assert (run_copy / "model.keras").is_file()
    kept = (tiny_run.path / "representative.npy").read_bytes()
    assert (run_copy / "representative.npy").read_bytes() == kept


@pytest.mark.parametrize("name", ["model.keras", "representative.npy"])
@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_damaged_results_are_noticed_and_made_again(
    tiny_run: TinyRun, run_copy: Path, name: str, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = run_copy / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content if damage == "changed" else content[:1000])
    arguments = [*tiny_run.arguments, "--out", str(run_copy)]
    assert main(arguments) == 0
    expected = f"warning: {path} is missing or damaged: it is written again from the checkpoint"
    assert expected in capsys.readouterr().err
    model = autoencoder.load(run_copy / "model.keras", threads=2)
    best = checkpoint.load(run_copy / "checkpoint").best_weights
    assert all(np.array_equal(a, b) for a, b in zip(model.weights(), best, strict=True))
    kept = (tiny_run.path / "representative.npy").read_bytes()
    assert (run_copy / "representative.npy").read_bytes() == kept
    assert main(arguments) == 0
    assert capsys.readouterr().err == ""


def test_a_training_that_cannot_begin_claims_no_folder(
    tiny_run: TinyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data/train").mkdir(parents=True)
    clip = min((tiny_run.data / "train").iterdir())
    (tmp_path / "data/train" / clip.name).symlink_to(clip)
    arguments = ["--data", str(tmp_path / "data"), "--cache", str(tiny_run.cache)]
    with pytest.raises(DataError, match="1 usable training clip: at least 2 are needed"):
        main([*arguments, "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()
    assert "training 100 epochs" not in capsys.readouterr().out


def test_other_settings_in_the_same_folder(tiny_run: TinyRun, run_copy: Path) -> None:
    with pytest.raises(ModelError, match="seed 3 there, 4 asked for"):
        main([*tiny_run.arguments, "--seed", "4", "--out", str(run_copy)])


def test_bad_clips_are_counted_and_left_out(tiny_run: TinyRun, run_copy: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "train").mkdir(parents=True)
    for path in (tiny_run.data / "train").iterdir():
        (data / "train" / path.name).symlink_to(path)
    for number in (97, 98):
        soundfile.write(data / "train" / f"normal_id_01_{number:08}.wav", np.zeros((130_000, 2)), 16_000)
    (data / "train" / "normal_id_01_00000099.wav").write_bytes(b"")
    (data / "test").mkdir()
    (data / "test" / "anomaly_id_01_00000000.wav").symlink_to(data / "train" / "normal_id_01_00000000.wav")
    # Of no use to anybody, whatever their labels.
    (data / "test" / "anomaly_id_01_00000001.wav").write_bytes(b"")
    (data / "test" / "anomaly_id_01_00000002.wav").symlink_to(data / "train" / "normal_id_01_00000097.wav")
    arguments = ["--data", str(data), "--cache", str(tiny_run.cache), "--epochs", "1", "--batch-size", "512"]
    with redirect_stderr(io.StringIO()) as errors:
        assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    warnings = [line for line in errors.getvalue().splitlines() if line.startswith("warning: ")]
    train, test = data / "train", data / "test"
    assert warnings == [
        "warning: recordings labelled both normal and anomalous: 1 "
        f"(first: {train}/normal_id_01_00000000.wav and {test}/anomaly_id_01_00000000.wav)",
        f"warning: 2 clips left out: 2 channels (first: {train}/normal_id_01_00000097.wav: "
        "a mono recording is needed)",
        f"warning: 1 clip left out: empty (first: {train}/normal_id_01_00000099.wav: "
        "the file has 0 bytes (copy it again))",
        f"warning: for all defects of the data set: python -m host.data check {data}",
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda data: None, "no dataset folder"),
        (lambda data: data.mkdir(), "neither train/ nor test/"),
        (lambda data: (data / "train").mkdir(parents=True), "no clips in"),
    ],
)
def test_no_data(tmp_path: Path, make: Callable[[Path], None], message: str) -> None:
    make(tmp_path / "data")
    with pytest.raises(DataError, match=message):
        main(["--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_impossible_settings_are_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--epochs is 0"):
        main(["--data", str(tmp_path), "--out", str(tmp_path / "out"), "--epochs", "0"])


def test_seeds_and_machines_have_folders_and_a_spread(
    tiny_run: TinyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, figures = tmp_path / "many", tmp_path / "figures.json"
    data = ("--data", str(tiny_run.data), "--cache", str(tiny_run.cache))
    arguments = [*data, "--recipe", "mltk", "--epochs", "1", "--seed", "4", "--seeds", "2"]
    arguments += ["--machine-id", "02", "--out", str(out)]
    assert main([*arguments, "--json", str(figures)]) == 0
    shown = capsys.readouterr().out
    assert "one random 5-frame window per clip and epoch" in shown
    document = json.loads((out / "trainings.json").read_text())
    assert document == json.loads(figures.read_text())
    trainings = document["trainings"]
    assert [(t["machine_id"], t["seed"]) for t in trainings] == [("02", 4), ("02", 5)]
    assert all(t["test_clips"] == 8 and 0 <= t["auc"] <= 1 for t in trainings)
    spread, aucs = document["auc"]["02"], [t["auc"] for t in trainings]
    assert spread["mean"] == pytest.approx(sum(aucs) / 2)
    assert spread["deviation"] == pytest.approx(abs(aucs[0] - aucs[1]) / 2**0.5)
    record = run_folder.read_record(RunFolder(out / "id_02" / "seed_5"))
    assert (record.dataset.machine_id, record.dataset.training_clips) == ("02", 3)
    assert (record.settings.recipe, record.settings.batch_size) == ("mltk", 40)
    settings = json.loads((out / "id_02/seed_5/settings.json").read_text())
    assert {line["aspect"]: line["run"] for line in settings["recipe"]}["batch size"] == "40"
    assert main(arguments) == 0
    assert capsys.readouterr().out.count("already trained: 1 epochs") == 2


def test_several_trainings_do_not_go_into_the_folder_of_one(tiny_run: TinyRun, run_copy: Path) -> None:
    with pytest.raises(ModelError, match="holds one training: name another folder"):
        main([*tiny_run.arguments, "--seeds", "2", "--out", str(run_copy)])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--seeds", "0"], "--seeds is 0: give 1 or more"),
        (["--machine-id", "09"], "no training clip of machine 09: there are 01, 02"),
    ],
)
def test_impossible_sets_of_trainings(
    tiny_run: TinyRun, tmp_path: Path, arguments: list[str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        main([*tiny_run.arguments, *arguments, "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_no_room_for_the_checkpoint(tiny_run: TinyRun, tmp_path: Path) -> None:
    out = tmp_path / "run"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(DataError, match=r"cannot write .*checkpoint: File too large"):
            main([*tiny_run.arguments, "--batch-size", "512", "--out", str(out)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in out.iterdir()] == ["settings.json"]
