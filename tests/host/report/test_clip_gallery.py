import base64
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from host.errors import DataError
from host.report import clip_gallery, run_contents


def pixels(url: str) -> np.ndarray:
    head, content = url.split(",")
    assert head == "data:image/png;base64"
    return imread(io.BytesIO(base64.b64decode(content)))


def test_clips_at_both_ends_by_score(filled_run: Path) -> None:
    contents = run_contents.read(filled_run)
    gallery = clip_gallery.gallery(contents)
    assert contents.scores is not None
    expected = sorted(contents.scores.by_source["int8"].tolist())
    assert gallery.source == "int8"
    assert [clip.score for clip in gallery.least] == expected[:3]
    assert [clip.score for clip in gallery.most] == expected[:-4:-1]
    for clip in (*gallery.most, *gallery.least):
        assert clip.anomalous == ("anomaly" in clip.name)
        for picture in (clip.spectrogram, clip.reconstruction, clip.residual):
            assert pixels(picture).shape == (128, 200, 4)


def test_high_bands_are_on_top(filled_run: Path) -> None:
    # A tone of 3 kHz is all that anomalous clips have more; on the mel scale (HTK's formula serves as a
    # measure here) 3 kHz lies at 0.66 of the height of 8 kHz.
    gallery = clip_gallery.gallery(run_contents.read(filled_run))
    loudest = next(clip for clip in gallery.most if clip.anomalous)
    brightness = pixels(loudest.spectrogram)[..., :3].sum(axis=(1, 2))
    height = 1 - brightness.argmax() / 128
    assert height == pytest.approx(np.log10(1 + 3000 / 700) / np.log10(1 + 8000 / 700), abs=0.05)


def test_frames_are_means_over_the_windows_that_hold_them() -> None:
    random = np.random.default_rng(1)
    by_window = random.standard_normal((6, 3 * 128))
    expected = np.empty((8, 128))
    for frame in range(8):
        held = [by_window[w].reshape(3, 128)[frame - w] for w in range(6) if 0 <= frame - w < 3]
        expected[frame] = np.mean(held, axis=0)
    assert clip_gallery.by_frame(by_window) == pytest.approx(expected, abs=1e-6)


def test_other_recordings_of_the_same_names_are_refused(run: Path, tiny_data: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(tiny_data, tmp_path / "data"))
    for path in (other / "test").glob("*.wav"):
        shutil.copy(other / "train" / "normal_id_01_00000000.wav", path)
    with pytest.raises(DataError, match=r"scores .* now, not .*host\.evaluate again"):
        clip_gallery.gallery(run_contents.read(run), other)


def test_recordings_that_moved_can_be_named(run: Path, tiny_data: Path) -> None:
    settings = json.loads((run / "settings.json").read_text())
    settings["dataset"]["root"] = "/nowhere"
    (run / "settings.json").write_text(json.dumps(settings))
    contents = run_contents.read(run)
    with pytest.raises(DataError, match=r"/nowhere/test/.*name the recordings with --data"):
        clip_gallery.gallery(contents)
    assert clip_gallery.gallery(contents, tiny_data).most


def test_model_made_anew_is_refused(run: Path) -> None:
    with (run / "model_int8.tflite").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(DataError, match=r"made anew since the evaluation"):
        clip_gallery.gallery(run_contents.read(run))


def test_without_a_model_in_the_golden_interpreter_there_are_no_pictures(run: Path) -> None:
    evaluation = json.loads((run / "evaluation.json").read_text())
    evaluation["results"] |= {"float": None, "int8": None}
    (run / "evaluation.json").write_text(json.dumps(evaluation))
    with pytest.raises(DataError, match=r"golden interpreter"):
        clip_gallery.gallery(run_contents.read(run))
