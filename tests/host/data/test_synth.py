import errno
import json
import os
import wave
from pathlib import Path
from typing import Any

import pytest

from host.data import layout, synth
from host.data.synth import Settings
from host.errors import DataError, UsageError

SMALL = Settings(seed=3, ids=("01", "12"), train=2, test_normal=1, test_anomaly=6, seconds=(8.0, 8.2))


def _contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("synth") / "set"
    synth.generate(out, SMALL)
    return out


def test_layout_is_that_of_the_real_set(made: Path) -> None:
    dataset = layout.scan(made)
    assert dataset.synthetic
    assert (len(dataset.train), len(dataset.test), dataset.unusable) == (4, 14, ())
    assert {clip.machine_id for clip in dataset.clips} == {"01", "12"}
    assert (made / "train/normal_id_01_00000000.wav").is_file()
    assert (made / "test/anomaly_id_12_00000005.wav").is_file()


def test_files_are_16_khz_16_bit_mono_of_the_asked_length(made: Path) -> None:
    for clip in layout.scan(made).clips:
        with wave.open(str(clip.path)) as wav:
            assert (wav.getframerate(), wav.getsampwidth(), wav.getnchannels()) == (16000, 2, 1)
            assert 8.0 <= wav.getnframes() / 16000 <= 8.2


def test_every_faulty_clip_has_fault_and_severity_in_the_marker(made: Path) -> None:
    dataset = layout.scan(made)
    assert all((clip.fault is not None) == (clip.label == 1) for clip in dataset.clips)
    faulty = [clip for clip in dataset.test if clip.label and clip.machine_id == "01"]
    assert [clip.fault for clip in faulty] == [
        "imbalance", "chipped-tooth", "worn-bearing", "looseness", "rubbing", "imbalance",
    ]  # fmt: skip
    assert [clip.severity for clip in faulty] == [0.5] * 5 + [0.75]
    assert json.loads((made / "dataset.json").read_text())["seed"] == 3


def test_same_settings_give_the_same_bytes_with_any_number_of_workers(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for workers in (1, 3):
        monkeypatch.setattr(os, "cpu_count", lambda workers=workers: workers)
        synth.generate(tmp_path / str(workers), SMALL)
        assert _contents(tmp_path / str(workers)) == _contents(made)


def test_a_larger_set_holds_the_smaller_and_another_seed_none_of_it(made: Path, tmp_path: Path) -> None:
    larger = Settings(3, ("12",), 3, 0, 0, (8.0, 8.2))
    synth.generate(tmp_path / "larger", larger)
    name = "train/normal_id_12_00000001.wav"
    assert (tmp_path / "larger" / name).read_bytes() == (made / name).read_bytes()
    synth.generate(tmp_path / "other", Settings(4, ("12",), 3, 0, 0, (8.0, 8.2)))
    assert (tmp_path / "other" / name).read_bytes() != (made / name).read_bytes()


def test_no_two_clips_are_equal(made: Path) -> None:
    clips = [data for name, data in _contents(made).items() if name.endswith(".wav")]
    assert len(set(clips)) == len(clips)


def test_an_equal_set_is_kept_another_is_replaced_a_lost_clip_made_again(tmp_path: Path) -> None:
    out = tmp_path / "set"
    tiny = Settings(0, ("01",), 1, 0, 0, (8.0, 8.0))
    assert not synth.generate(out, tiny).kept
    assert synth.generate(out, tiny).kept
    (out / "train/normal_id_01_00000000.wav").unlink()
    assert not synth.generate(out, tiny).kept
    assert not synth.generate(out, Settings(1, ("01",), 1, 0, 0, (8.0, 8.0))).kept
    assert len(layout.scan(out).clips) == 1


@pytest.mark.parametrize("name", ["notes.txt", "dataset.json", "train/normal_id_01_00000000.wav"])
def test_a_folder_with_anything_else_is_refused_and_untouched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(DataError, match="not a synthetic dataset"):
        synth.generate(tmp_path, SMALL)
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("keep", [0, 44, -2])
def test_a_clip_that_lost_a_part_is_made_again(tmp_path: Path, keep: int) -> None:
    tiny = Settings(0, ("01",), 1, 0, 0, (8.0, 8.2))
    synth.generate(tmp_path, tiny)
    clip = tmp_path / "train/normal_id_01_00000000.wav"
    whole = clip.read_bytes()
    clip.write_bytes(whole[:keep])
    assert not synth.generate(tmp_path, tiny).kept
    assert clip.read_bytes() == whole
    assert synth.generate(tmp_path, tiny).kept


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    "name",
    [
        "results.csv",
        "train/normal_id_01_00000001.wav",
        "train/anomaly_id_01_00000000.wav",
        "test/normal_id_05_00000000.wav",
        "test/notes/mine.txt",
    ],
)
def test_a_synthetic_set_with_a_file_of_ones_own_in_it_is_refused(
    tmp_path: Path, name: str, seed: int
) -> None:
    synth.generate(tmp_path, Settings(0, ("01",), 1, 0, 0, (8.0, 8.0)))
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    before = _contents(tmp_path)
    with pytest.raises(DataError, match=f"holds {name}, not of its synthetic dataset"):
        synth.generate(tmp_path, Settings(seed, ("01",), 1, 0, 0, (8.0, 8.0)))
    assert _contents(tmp_path) == before


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set").write_text("mine")
    with pytest.raises(DataError, match="is a file"):
        synth.generate(tmp_path / "set", SMALL)


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": (7.9, 10.0)}, {"seconds": (10.0, 9.0)}, {"seconds": (float("nan"), 10.0)},
        {"ids": ()}, {"ids": ("01", "01")}, {"ids": ("1",)}, {"ids": ("00",)}, {"ids": ("..",)},
        {"ids": ("٠١",)},
        {"train": -1}, {"train": 0, "test_normal": 0, "test_anomaly": 0}, {"seed": -1},
    ],
)  # fmt: skip
def test_settings_that_make_no_dataset_are_usage_errors(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        synth.generate(tmp_path / "set", Settings(**wrong))
    assert not (tmp_path / "set").exists()


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: wave.Wave_write, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(wave.Wave_write, "writeframes", full)
    with pytest.raises(DataError, match=r"disk full while writing .*set: free some space"):
        synth.generate(tmp_path / "set", SMALL)
    assert list(tmp_path.iterdir()) == []


def test_interruption_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synth.generate(tmp_path / "set", SMALL, interrupt)
    assert list(tmp_path.iterdir()) == []
