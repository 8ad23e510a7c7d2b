from pathlib import Path

import numpy as np
import pytest

from host.data.layout import Clip
from host.errors import DataError, UsageError
from host.quantization import calibration_set

CLIPS = tuple(
    Clip(Path(f"/data/train/normal_id_01_{number:08}.wav"), "01", "train", 0) for number in range(4)
)


def test_a_list_names_clips_by_their_file(tmp_path: Path) -> None:
    path = tmp_path / "calibration.txt"
    path.write_text(
        "dev_data/ToyCar/train/normal_id_01_00000002.wav\r\n\n"
        "train\\normal_id_01_00000000.wav\nnormal_id_01_00000002.wav\n"
    )
    assert calibration_set.listed(path, CLIPS) == (CLIPS[2], CLIPS[0])


def test_the_benchmarks_list_is_read(shared: Path) -> None:
    path = shared / "data" / "mlperf_tiny" / "calibration.txt"
    # As the document states: 1,400 training clips, each fifth one, of all seven ids with 1,000 clips each.
    clips = tuple(
        Clip(Path(f"/data/train/normal_id_{machine:02}_{number:08}.wav"), f"{machine:02}", "train", 0)
        for machine in range(1, 8)
        for number in range(1000)
    )
    chosen = calibration_set.listed(path, clips)
    assert len(chosen) == 1400
    assert chosen == clips[::5]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "names no clip"),
        (b"\xff\xfe", "is not text"),
        (
            b"normal_id_01_00000009.wav\nnormal_id_01_00000001.wav\n",
            "1 of 2 clips of .* normal_id_01_00000009",
        ),
        (b"a" * (1 << 21), "larger than 1048576 bytes"),
    ],
)
def test_lists_that_cannot_be_used(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        calibration_set.listed(path, CLIPS)


def test_a_missing_list(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot read .*: No such file"):
        calibration_set.listed(tmp_path / "none.txt", CLIPS)


def test_drawn_windows_come_from_all_listed_clips() -> None:
    # Every value tells its clip.
    frames = np.repeat(np.arange(5, dtype=np.float32), 200 * 128).reshape(5, 200, 128)
    drawn = calibration_set.drawn(Path("list.txt"), frames, 100, seed=1)
    assert drawn.windows.shape == (100, 640)
    assert set(drawn.windows[:, 0]) == set(range(5))
    assert drawn.source == "100 windows drawn over the 5 clips of list.txt"
    again = calibration_set.drawn(Path("list.txt"), frames, 100, seed=1)
    assert drawn.sha256 == again.sha256
    assert calibration_set.drawn(Path("list.txt"), frames, 100, seed=2).sha256 != drawn.sha256


def test_kept_windows_are_counted() -> None:
    windows = np.zeros((10, 640), np.float32)
    assert len(calibration_set.kept(windows, None).windows) == 10
    assert len(calibration_set.kept(windows, 4).windows) == 4
    for count in (0, 11):
        with pytest.raises(UsageError, match=f"--calibration is {count}: give 1 to 10"):
            calibration_set.kept(windows, count)
