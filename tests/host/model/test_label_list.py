from pathlib import Path

import pytest

from host.data.layout import Clip
from host.errors import DataError
from host.model import label_list

CLIPS = tuple(
    Clip(Path("test") / name, "01", "test", 1 if name.startswith("anomaly") else 0)
    for name in ("anomaly_id_01_00000003.wav", "normal_id_01_00000003.wav", "normal_id_01_00000004.wav")
)


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_only_listed_clips_remain_in_their_order(tmp_path: Path) -> None:
    # As the benchmark writes them: names of feature files, blanks after the commas.
    text = "normal_id_01_00000003_hist_librosa.bin, 2, 0, 2560, 512\nanomaly_id_01_00000003.wav,2,1\n"
    assert label_list.listed(write(tmp_path / "y.csv", text), CLIPS) == CLIPS[:2]


def test_the_benchmarks_lists_can_be_read(shared: Path) -> None:
    for name, normal, anomalous in (("y_labels.csv", 140, 108), ("y_labels_alt.csv", 36, 36)):
        path = shared / "data" / "mlperf_tiny" / name
        names = [line.split(",")[0].replace("_hist_librosa.bin", ".wav") for line in path.read_text().split()]
        clips = tuple(
            Clip(Path(name), "01", "test", 1 if name.startswith("anomaly") else 0)
            for name in names
            if ".wav" in name
        )
        found = label_list.listed(path, clips)
        assert (sum(not clip.label for clip in found), sum(clip.label for clip in found)) == (
            normal,
            anomalous,
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("normal_id_09_00000003.wav,2,0\n", "1 of 1 clips that .* names are not among the test clips"),
        ("normal_id_01_00000003.wav,2,1\n", "labels normal_id_01_00000003.wav 1, its name says 0"),
        ("normal_id_01_00000003.wav,2\n", "line 1, has no label 0 or 1"),
        ("normal_id_01_00000003.wav,2,normal\n", "line 1, has no label 0 or 1"),
        ("\n", "names no clips"),
        ("\x00\n", "line 1"),
    ],
)
def test_lists_that_do_not_fit(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        label_list.listed(write(tmp_path / "y.csv", text), CLIPS)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot read .*: No such file"):
        label_list.listed(tmp_path / "none.csv", CLIPS)
