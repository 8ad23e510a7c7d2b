import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from host.data import clip_facts, layout
from host.data.__main__ import main
from host.data.check import DatasetCheck, check
from host.data.findings import Finding, Severity
from host.errors import DataError, UsageError

RATE = 16000


def _noise(seed: int, seconds: float = 8.0, rate: int = RATE) -> np.ndarray:
    return np.asarray(0.1 * np.random.default_rng(seed).standard_normal(int(seconds * rate)))


def _write(path: Path, samples: np.ndarray, rate: int = RATE, subtype: str = "PCM_16") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate, subtype=subtype, format="WAV")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A set without a fault: of two machines two training, a normal and an anomalous test clip."""
    root = tmp_path / "set"
    seed = 0
    for machine in ("01", "02"):
        for name in ("train/normal", "train/normal", "test/normal", "test/anomaly"):
            seed += 1
            _write(root / f"{name}_id_{machine}_{seed:08d}.wav", _noise(seed))
    return root


def _of(found: DatasetCheck, kind: str) -> Finding:
    (finding,) = [finding for finding in found.findings if finding.kind == kind]
    return finding


def test_a_sound_set_is_counted_and_nothing_is_wrong(data: Path) -> None:
    calls: list[tuple[int, int]] = []
    found = check(data, lambda done, total: calls.append((done, total)))
    assert calls[-1] == (8, 8)
    assert found.findings == ()
    assert [(g.machine_id, g.split, g.label, g.clips, g.usable) for g in found.groups] == [
        ("01", "train", 0, 2, 2), ("01", "test", 0, 1, 1), ("01", "test", 1, 1, 1),
        ("02", "train", 0, 2, 2), ("02", "test", 0, 1, 1), ("02", "test", 1, 1, 1),
    ]  # fmt: skip
    assert {(group.rates, group.seconds) for group in found.groups} == {((RATE,), (8.0, 8.0, 8.0))}
    # Noise of standard deviation 0.1 is 20 dB below full scale.
    assert all(group.level_db == pytest.approx(-20.0, abs=0.1) for group in found.groups)


Spoil = Callable[[Path], object]


@pytest.mark.parametrize(
    ("spoil", "kind", "severity", "words"),
    [
        (lambda p: _write(p, _noise(1, rate=44100), 44100), "unusable", "error", "sample rate 44100 Hz"),
        (
            lambda p: _write(p, _noise(1, rate=8000), 8000),
            "mixed-sample-rates",
            "error",
            "8000 Hz (1 clips), 16000 Hz (7 clips); resample them to 16000 Hz",
        ),
        (lambda p: _write(p, np.stack([_noise(1)] * 2, 1)), "unusable", "error", "2 channels: a mono"),
        (lambda p: _write(p, _noise(1), subtype="PCM_24"), "coding", "warning", "1 clip coded as PCM_24"),
        (lambda p: _write(p, _noise(1, 2.0)), "unusable", "error", "too short: 32000 samples (2.00 s)"),
        (
            lambda p: p.write_bytes(p.read_bytes()[:-9]),
            "unusable",
            "error",
            "truncated: 256035 bytes of 256044",
        ),
        (lambda p: p.write_bytes(b""), "unusable", "error", "empty: the file has 0 bytes"),
        (lambda p: _write(p, np.zeros(0)), "unusable", "error", "too short: 0 samples"),
        (lambda p: p.write_bytes(b"no sound"), "unusable", "error", "not a readable WAV file"),
        (lambda p: (p.unlink(), p.mkdir()), "unusable", "error", "Is a directory"),
        (
            lambda p: _write(p, np.append(_noise(1), [np.nan, np.inf]), subtype="FLOAT"),
            "undefined-samples",
            "error",
            "1 clip with samples that are NaN or infinite",
        ),
        (
            lambda p: _write(p, np.append(_noise(1), np.nan), subtype="FLOAT"),
            "unusable",
            "error",
            "coded as WAV FLOAT: a WAV file with PCM samples is needed; 1 samples are NaN",
        ),
        (lambda p: _write(p, np.zeros(130_000)), "silence", "warning", "RMS below -70 dB"),
        (
            lambda p: _write(p, np.concatenate([_noise(1), np.zeros(1700), _noise(2)])),
            "dropout",
            "warning",
            "at one value for 0.1 s or longer",
        ),
        (lambda p: _write(p, np.clip(30 * _noise(1), -1, 1)), "clipping", "warning", "samples in a row"),
    ],
)
def test_each_bad_clip_is_named(data: Path, spoil: Spoil, kind: str, severity: str, words: str) -> None:
    path = data / "test" / "normal_id_02_00000007.wav"
    spoil(path)
    finding = _of(check(data), kind)
    assert finding.severity == severity
    assert words in finding.text
    assert finding.paths == (path,)


def test_like_reasons_are_one_finding(data: Path) -> None:
    for seconds, path in zip((1.0, 2.0), sorted((data / "train").iterdir()), strict=False):
        _write(path, _noise(1, seconds))
    finding = _of(check(data), "unusable")
    assert len(finding.paths) == 2
    assert finding.text.startswith("2 clips cannot be used; the first, ")


@pytest.mark.parametrize(
    ("first", "second", "kind", "severity"),
    [
        ("train/normal_id_01_00000001", "train/normal_id_01_00000002", "duplicates", "warning"),
        ("train/normal_id_01_00000001", "test/normal_id_01_00000003", "train-in-test", "error"),
        ("test/anomaly_id_01_00000004", "test/normal_id_01_00000003", "contradicting-labels", "error"),
    ],
)
def test_equal_contents_are_found(data: Path, first: str, second: str, kind: str, severity: str) -> None:
    paths = {data / f"{name}.wav" for name in (first, second)}
    (data / f"{second}.wav").write_bytes((data / f"{first}.wav").read_bytes())
    found = check(data)
    assert set(_of(found, kind).paths) == paths
    assert _of(found, kind).severity == severity
    assert sum(group.duplicates for group in found.groups) == 2


def test_names_that_differ_in_case_only_are_found(data: Path) -> None:
    _write(data / "train" / "NORMAL_id_01_00000001.wav", _noise(50))
    assert "upper and lower case" in _of(check(data), "duplicate-names").text


def test_test_clips_without_labels_are_found(data: Path) -> None:
    _write(data / "test" / "id_05_00000000.wav", _noise(50))
    finding = _of(check(data), "no-label")
    assert finding.severity is Severity.ERROR
    assert "1 clip of the test set without a label in the name" in finding.text


def test_a_set_of_unlabelled_test_clips_only_is_an_error(tmp_path: Path) -> None:
    _write(tmp_path / "test" / "id_05_00000000.wav", _noise(1))
    with pytest.raises(DataError, match="no labels: none of the 1 test clips"):
        check(tmp_path)


def test_one_class_is_an_error_and_of_one_machine_a_warning(data: Path) -> None:
    next((data / "test").glob("anomaly_id_02*")).unlink()
    finding = _of(check(data), "one-class")
    assert finding.severity is Severity.WARNING
    assert "only one class of machine 02: its usable test clips are all normal" in finding.text
    next((data / "test").glob("anomaly*")).unlink()
    finding = _of(check(data), "one-class")
    assert finding.severity is Severity.ERROR
    assert "all 2 usable test clips are normal, so AUC is undefined" in finding.text


def test_no_test_clips_are_a_warning(data: Path) -> None:
    for path in (data / "test").iterdir():
        path.unlink()
    assert _of(check(data), "no-test-clips").severity is Severity.WARNING


def test_an_unreadable_folder_is_one_line(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.iterdir

    def forbidden(self: Path) -> object:
        if self.name == "train":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self)

    monkeypatch.setattr(Path, "iterdir", forbidden)
    with pytest.raises(DataError, match=r"cannot read .*train: Permission denied; make the folder readable"):
        layout.scan(data)


def test_an_unreadable_file_is_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: Path) -> bytes:
        raise DataError("cannot read it: Permission denied")

    monkeypatch.setattr(clip_facts.wav, "read_bytes", forbidden)
    assert _of(check(data), "unusable").text.endswith("cannot read it: Permission denied")


def test_clipping_counts_samples_in_rows_only(tmp_path: Path) -> None:
    samples = np.zeros(200_000, dtype=np.int16)
    samples[::2] = 5
    samples[[10, 12, 14]] = 32767
    samples[100:104], samples[200:205] = 32767, -32768
    sound = clip_facts.inspect(_write(tmp_path / "a.wav", samples)).sound
    assert sound is not None
    assert sound.clipped == 9
    assert sound.peak == 1.0


def test_silence_has_no_level(tmp_path: Path) -> None:
    sound = clip_facts.inspect(_write(tmp_path / "a.wav", np.zeros(160_000))).sound
    assert sound is not None
    assert (sound.rms_db, sound.silent, sound.flat_s, sound.seconds) == (-math.inf, True, 10.0, 10.0)


def test_the_command_prints_a_table_a_document_and_a_figure(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figure = tmp_path / "gallery.png"
    assert main(["check", str(data), "--plot", str(figure)]) == 0
    captured = capsys.readouterr()
    assert "nothing is wrong with it" in captured.out
    assert f"figure: {figure}" in captured.err
    assert figure.read_bytes()[:4] == b"\x89PNG"
    (data / "test" / "normal_id_02_00000007.wav").write_bytes(b"")
    assert main(["check", str(data), "--json", "-"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["clips"], document["usable"], document["errors"]) == (
        "data-check/1", 8, 7, 1,
    )  # fmt: skip
    assert document["groups"][4]["level_db"] is None
    assert document["groups"][4]["seconds"] == {"min": None, "median": None, "max": None}
    assert main(["check", str(data)]) == 1
    text = capsys.readouterr().out
    assert "empty: the file has 0 bytes" in text
    assert "only one class of machine 02: its usable test clips are all anomalous" in text


def test_a_figure_of_another_kind_is_refused_before_anything_is_read(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.png"):
        main(["check", str(data), "--plot", str(tmp_path / "a.txt")])


def test_a_figure_without_a_usable_clip_is_one_line(tmp_path: Path) -> None:
    _write(tmp_path / "set" / "train" / "normal_id_01_00000000.wav", np.zeros(10))
    with pytest.raises(DataError, match="none can be used"):
        main(["check", str(tmp_path / "set"), "--plot", str(tmp_path / "a.png")])
    assert not (tmp_path / "a.png").exists()
