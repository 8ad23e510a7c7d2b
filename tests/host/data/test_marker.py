import json
from pathlib import Path
from typing import Any

import pytest

from host.data import marker
from host.errors import DataError

DOCUMENT = {"name": "synthetic", "ids": ["01", "03"], "train": 3, "test_normal": 2, "test_anomaly": 1}


def _read(folder: Path, document: Any) -> marker.Marker:
    (folder / "dataset.json").write_text(json.dumps(document))
    return marker.read(folder / "dataset.json")


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("train/normal_id_01_00000002.wav", True),
        ("train/normal_id_01_00000003.wav", False),
        ("train/normal_id_02_00000000.wav", False),
        ("train/anomaly_id_01_00000000.wav", False),
        ("test/normal_id_03_00000001.wav", True),
        ("test/anomaly_id_03_00000000.wav", True),
        ("test/anomaly_id_03_00000001.wav", False),
        ("test/normal_id_03_1.wav", False),
        ("normal_id_03_00000000.wav", False),
        ("train/deeper/normal_id_01_00000000.wav", False),
    ],
)
def test_made_clips_are_told_from_others_by_name(tmp_path: Path, name: str, made: bool) -> None:
    assert _read(tmp_path, DOCUMENT).made(name) is made


def test_every_name_that_is_given_is_one_that_was_made(tmp_path: Path) -> None:
    found = _read(tmp_path, DOCUMENT)
    names = [
        *(marker.clip_name("train", 0, i, n) for i in ("01", "03") for n in range(3)),
        *(marker.clip_name("test", 0, i, n) for i in ("01", "03") for n in range(2)),
        *(marker.clip_name("test", 1, i, 0) for i in ("01", "03")),
    ]
    assert len(names) == found.clips == 12
    assert all(found.made(name) for name in names)


def test_a_short_marker_names_no_clips(tmp_path: Path) -> None:
    found = _read(tmp_path, {"name": "synthetic", "seed": 1})
    assert (found.name, found.clips) == ("synthetic", 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": 5}, "its name is 5, not a text"),
        ({"name": {"a": "b"}}, "its name is "),
        ({"ids": "01"}, "ids"),
        ({"ids": [1]}, "ids"),
        ({"train": -1}, "its train is -1, not a count"),
        ({"train": True}, "its train is true"),
        ({"test_normal": 1.5}, "its test_normal is 1.5"),
        ({"faults": {"clip": 1}}, "faults"),
        ({"faults": [{"clip": "a", "fault": 3}]}, "fault"),
        ({"faults": [{"clip": "a", "severity": "high"}]}, "severity"),
    ],
)
def test_odd_values_are_one_line(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        _read(tmp_path, {**DOCUMENT, **change})
    assert "\n" not in str(caught.value)
    assert "dataset.json" in str(caught.value)


def test_nested_without_end_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "dataset.json").write_text("[" * 100_000)
    with pytest.raises(DataError, match="cannot read"):
        marker.read(tmp_path / "dataset.json")
