import hashlib
import json
from pathlib import Path

import pytest

from host.data import layout
from host.errors import DataError


def _touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())


@pytest.mark.parametrize("chain", ["", "ToyCar", "dev_data/ToyCar", "dev_data"])
def test_scan_finds_the_clips_wherever_the_archive_put_them(tmp_path: Path, chain: str) -> None:
    base = tmp_path / chain
    _touch(base, "train/normal_id_05_00000007.wav", "test/normal_id_01_00000000.wav")
    _touch(base, "test/anomaly_id_03_00000012.wav")
    dataset = layout.scan(tmp_path)
    assert dataset.root == base
    assert not dataset.synthetic
    assert [(c.machine_id, c.split, c.label) for c in dataset.train] == [("05", "train", 0)]
    assert [(c.machine_id, c.split, c.label) for c in dataset.test] == [("03", "test", 1), ("01", "test", 0)]


def test_same_name_in_train_and_test_is_two_clips(tmp_path: Path) -> None:
    _touch(tmp_path, "train/normal_id_01_00000000.wav", "test/normal_id_01_00000000.wav")
    assert len({clip.path for clip in layout.scan(tmp_path).clips}) == 2


def test_names_that_tell_no_label_are_listed_not_guessed(tmp_path: Path) -> None:
    _touch(tmp_path, "train/normal_id_01_00000000.wav", "test/id_05_00000000.wav", "test/readme.txt")
    _touch(tmp_path, "train/anomaly_id_01_00000000.wav")
    dataset = layout.scan(tmp_path)
    assert len(dataset.clips) == 1
    assert {path.name for path in dataset.unusable} == {"id_05_00000000.wav", "anomaly_id_01_00000000.wav"}


@pytest.mark.parametrize(
    ("names", "message"),
    [((), "neither train/ nor test/"), (("train/readme.txt",), "no clips"), (("train/a.wav",), "no clips")],
)
def test_a_folder_without_clips_is_an_error(tmp_path: Path, names: tuple[str, ...], message: str) -> None:
    _touch(tmp_path, *names)
    with pytest.raises(DataError, match=message):
        layout.scan(tmp_path)


def test_a_missing_folder_is_an_error_that_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"python -m host\.data synth"):
        layout.scan(tmp_path / "nowhere")


def test_marker_makes_a_set_synthetic_and_names_faults(tmp_path: Path) -> None:
    _touch(tmp_path, "test/anomaly_id_01_00000000.wav", "test/normal_id_01_00000000.wav")
    fault = {"clip": "test/anomaly_id_01_00000000.wav", "fault": "rubbing", "severity": 0.5}
    (tmp_path / "dataset.json").write_text(json.dumps({"name": "synthetic", "seed": 1, "faults": [fault]}))
    dataset = layout.scan(tmp_path)
    assert (dataset.name, dataset.synthetic) == ("synthetic", True)
    assert [(c.fault, c.severity) for c in dataset.clips] == [("rubbing", 0.5), (None, None)]


def test_missing_clips_of_a_synthetic_set_are_counted(tmp_path: Path) -> None:
    document = {"name": "synthetic", "ids": ["01", "02"], "train": 2, "test_normal": 1, "test_anomaly": 1}
    (tmp_path / "dataset.json").write_text(json.dumps(document))
    _touch(tmp_path, "train/normal_id_01_00000000.wav", "train/normal_id_01_00000001.wav")
    _touch(tmp_path, "train/normal_id_02_00000000.wav", "test/normal_id_02_00000000.wav")
    _touch(tmp_path, "train/normal_id_02_00000099.wav")  # Not made: it does not make up for another one.
    dataset = layout.scan(tmp_path)
    assert dataset.missing == 4
    assert dataset.remarks == (
        f"4 clips are missing in {tmp_path} that its dataset.json names: make the dataset again",
    )


def test_a_set_without_a_marker_misses_nothing(tmp_path: Path) -> None:
    _touch(tmp_path, "train/normal_id_01_00000000.wav", "train/odd.wav")
    dataset = layout.scan(tmp_path)
    assert dataset.missing == 0
    assert dataset.remarks == (f"1 files are no clips of this layout, as {tmp_path / 'train/odd.wav'}",)


def test_test_clips_without_labels_are_told_apart_from_other_files(tmp_path: Path) -> None:
    _touch(tmp_path, "test/normal_id_01_00000000.wav", "test/id_05_00000000.wav", "train/id_05_00000000.wav")
    dataset = layout.scan(tmp_path)
    assert dataset.unlabelled == (tmp_path / "test/id_05_00000000.wav",)
    (test_clip,) = dataset.unlabelled
    assert dataset.remarks == (
        f"1 test clips have no label in their names, as {test_clip}: they are left out",
        f"1 files are no clips of this layout, as {tmp_path / 'train/id_05_00000000.wav'}",
    )


@pytest.mark.parametrize("text", ["{", "[]", '{"faults": [1]}', '{"faults": [{}]}', "\xff"])
def test_a_damaged_marker_is_an_error(tmp_path: Path, text: str) -> None:
    _touch(tmp_path, "train/normal_id_01_00000000.wav")
    (tmp_path / "dataset.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=r"dataset\.json"):
        layout.scan(tmp_path)


def test_fingerprint_is_of_names_and_contents_not_of_the_place(tmp_path: Path) -> None:
    for place in ("a", "b"):
        _touch(tmp_path / place, "train/normal_id_01_00000000.wav")
    first = layout.scan(tmp_path / "a").fingerprint
    assert first == layout.scan(tmp_path / "b").fingerprint
    content = hashlib.sha256(b"train/normal_id_01_00000000.wav").hexdigest()
    line = f"{content}  train/normal_id_01_00000000.wav\n"
    assert first == hashlib.sha256(line.encode()).hexdigest()
    (tmp_path / "b/train/normal_id_01_00000000.wav").write_bytes(b"other")
    assert first != layout.scan(tmp_path / "b").fingerprint


def test_equal_contents_with_both_labels_contradict(tmp_path: Path) -> None:
    for name in (
        "train/normal_id_01_00000000.wav",
        "train/normal_id_01_00000001.wav",
        "test/normal_id_01_00000002.wav",
        "test/anomaly_id_01_00000003.wav",
        "test/anomaly_id_02_00000004.wav",
        "test/anomaly_id_02_00000005.wav",
    ):
        _touch(tmp_path, name)
    assert layout.scan(tmp_path).contradicting == ()
    for name, content in (
        ("train/normal_id_01_00000001.wav", b"one"),
        ("test/anomaly_id_02_00000004.wav", b"one"),
        # Alike with the same label, and empty: neither contradicts anything.
        ("test/anomaly_id_01_00000003.wav", b"two"),
        ("test/anomaly_id_02_00000005.wav", b"two"),
        ("train/normal_id_01_00000000.wav", b""),
        ("test/anomaly_id_02_00000006.wav", b""),
    ):
        (tmp_path / name).write_bytes(content)
    (same,) = layout.scan(tmp_path).contradicting
    assert [clip.path.name for clip in same] == ["normal_id_01_00000001.wav", "anomaly_id_02_00000004.wav"]
