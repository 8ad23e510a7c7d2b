import json
from pathlib import Path

import librosa
import numpy as np
import pytest
import soundfile

from host.data import benchmark_export, features, layout
from host.data.__main__ import main
from host.data.benchmark_export import Selection
from host.data.layout import Clip
from host.errors import DataError


def _toycar() -> list[Clip]:
    """The test clips of the real set by the numbers in the benchmark document, without their sound."""
    clips = []
    for machine in ("01", "02", "03", "04"):
        counts = {"anomaly": 264 if machine == "01" else 265, "normal": 350}
        for kind, count in counts.items():
            for number in range(count):
                path = Path(f"ToyCar/test/{kind}_id_{machine}_{number:08d}.wav")
                clips.append(Clip(path, machine, "test", 1 if kind == "anomaly" else 0))
    return clips


def test_the_published_list_comes_out_byte_for_byte(shared: Path) -> None:
    published = shared / "data" / "mlperf_tiny" / "y_labels.csv"
    chosen = benchmark_export.selected(_toycar(), Selection.BENCHMARK)
    assert benchmark_export.labels_text(chosen).encode() == published.read_bytes()
    assert benchmark_export.listed(_toycar(), published) == chosen


def test_a_given_list_comes_out_byte_for_byte(shared: Path) -> None:
    published = shared / "data" / "mlperf_tiny" / "y_labels_alt.csv"
    chosen = benchmark_export.listed(_toycar(), published)
    assert benchmark_export.labels_text(chosen).encode() == published.read_bytes()


def test_all_are_all() -> None:
    assert len(benchmark_export.selected(_toycar(), Selection.ALL)) == 2459


def test_the_published_feature_file_is_written_as_it_is(shared: Path) -> None:
    path = shared / "data" / "mlperf_tiny" / "normal_id_01_00000000_hist_librosa.bin"
    assert features.to_bytes(features.read_bin(path)) == path.read_bytes()
    clip = Clip(Path("test/normal_id_01_00000000.wav"), "01", "test", 0)
    assert benchmark_export.file_name(clip) == path.name


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in (
        "normal_id_01_00000003",
        "normal_id_01_00000013",
        "anomaly_id_01_00000003",
        "normal_id_01_00000004",
    ):
        path = tmp_path / "data" / "test" / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = 0.1 * np.random.default_rng(len(name)).standard_normal(160_000)
        soundfile.write(path, noise, 16000, subtype="PCM_16")
    return tmp_path / "data"


def _export(data: Path, out: Path, *more: str) -> int:
    return main(
        ["export-benchmark", "--data", str(data), "--out", str(out), "--cache", str(out) + "-c", *more]
    )


def test_files_are_those_of_the_runner(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "ad01"
    assert _export(data, out) == 0
    captured = capsys.readouterr()
    assert "2 normal and 1 anomalous clips" in captured.out
    assert "performance mode needs at least 5" in captured.err
    names = ["normal_id_01_00000003", "normal_id_01_00000013", "anomaly_id_01_00000003"]
    rows = [f"{name}_hist_librosa.bin,2,{int(name[0] == 'a')},2560,512\n" for name in names]
    assert (out / "y_labels.csv").read_bytes() == "".join(rows).encode()
    assert sorted(path.name for path in out.iterdir()) == sorted(
        ["y_labels.csv", *(f"{name}_hist_librosa.bin" for name in names)]
    )
    for name in names:
        samples, rate = soundfile.read(data / "test" / f"{name}.wav")
        power = librosa.feature.melspectrogram(y=samples, sr=rate, n_fft=1024, hop_length=512, n_mels=128)
        expected = (10 * np.log10(power + np.finfo(float).eps))[:, 50:250]
        content = (out / f"{name}_hist_librosa.bin").read_bytes()
        assert len(content) == 102_400
        # Value m of frame t is at byte 4 (128 t + m).
        values = np.frombuffer(content, "<f4")
        np.testing.assert_allclose(values, expected.ravel(order="F"), rtol=0, atol=1e-4)


def test_an_earlier_export_is_replaced_and_json_says_where(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "ad01"
    assert _export(data, out, "--select", "all") == 0
    assert len(list(out.iterdir())) == 5
    capsys.readouterr()
    assert _export(data, out, "--json", "-") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["normal"], document["anomalous"], document["path"]) == (2, 1, str(out))
    assert len(list(out.iterdir())) == 4


def test_the_clips_of_a_given_list(data: Path, tmp_path: Path) -> None:
    labels = tmp_path / "mine.csv"
    text = "".join(
        f"{name}_hist_librosa.bin,2,{k},2560,512\n"
        for k, name in ((1, "anomaly_id_01_00000003"), (0, "normal_id_01_00000004"))
    )
    labels.write_text(text)
    assert _export(data, tmp_path / "out", "--labels", str(labels)) == 0
    assert (tmp_path / "out" / "y_labels.csv").read_text() == text


ROW = "normal_id_01_00000003_hist_librosa.bin,2,0,2560,512\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "lists no clips"),
        ("file,classes\n", "line 1: 'file,classes' is not NAME"),
        (ROW.replace("2560", "640"), "line 1"),
        (ROW + ROW, "line 2: normal_id_01_00000003 is listed twice"),
        (ROW.replace(",0,", ",1,"), "class 1 for normal_id_01_00000003, whose name says otherwise"),
        (ROW.replace("id_01", "id_09"), r"1 of the 1 clips .* not among the test clips, as normal_id_09"),
        (ROW, "all 1 chosen test clips .* are normal: the runner's AUC needs both"),
    ],
)
def test_a_list_that_does_not_fit_is_one_line(data: Path, tmp_path: Path, text: str, message: str) -> None:
    labels = tmp_path / "mine.csv"
    labels.write_text(text)
    with pytest.raises(DataError, match=message):
        _export(data, tmp_path / "out", "--labels", str(labels))
    assert not (tmp_path / "out").exists()


def test_a_bad_clip_stops_the_export(data: Path, tmp_path: Path) -> None:
    soundfile.write(data / "test" / "normal_id_01_00000013.wav", np.zeros(200_000), 44100)
    with pytest.raises(
        DataError, match=r"1 of 3 clips cannot be used, so nothing was written; the first, .*44100 Hz"
    ):
        _export(data, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_files_is_left_alone(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(DataError, match=r"holds thesis\.txt, which is no feature file"):
        _export(data, out)
    assert (out / "thesis.txt").read_text() == "mine"
    with pytest.raises(DataError, match="cannot write to"):
        _export(data, out / "thesis.txt")


def test_nothing_chosen_is_an_error(data: Path, tmp_path: Path) -> None:
    for path in (data / "test").glob("*3.wav"):
        path.unlink()
    with pytest.raises(DataError, match="take all with --select all"):
        _export(data, tmp_path / "out")
    assert layout.scan(data).test
