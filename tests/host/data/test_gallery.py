from pathlib import Path

import numpy as np
import pytest
import soundfile

from host.data import check, gallery
from host.data.check import DatasetCheck


def _set(root: Path, machines: int) -> DatasetCheck:
    for number in range(1, machines + 1):
        for name in ("train/normal", "test/normal", "test/anomaly"):
            path = root / f"{name}_id_{number:02d}_00000000.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, 0.1 * np.random.default_rng(number).standard_normal(128_000), 16000)
    return check.check(root)


def test_each_machine_has_a_row_and_each_picture_a_name(tmp_path: Path) -> None:
    figure = gallery.gallery(_set(tmp_path, 2))
    titles = [ax.get_title() for ax in figure.axes if ax.images]
    assert titles == [
        f"{name}_id_{number}_00000000"
        for number in ("01", "02")
        for name in ("train/normal", "test/normal", "test/anomaly")
    ]
    labels = {ax.get_ylabel() for ax in figure.axes} | {figure.get_supxlabel(), figure.get_supylabel()}
    assert {"dB", "time in s", "frequency in Hz, mel scale"} <= labels


def test_the_picture_is_what_the_model_sees(tmp_path: Path) -> None:
    rate, hz = 16000, 1000.0
    path = tmp_path / "train" / "normal_id_01_00000000.wav"
    path.parent.mkdir()
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * hz * np.arange(130_000) / rate), rate)
    (image,) = gallery.gallery(check.check(tmp_path)).axes[0].images
    pixels = image.get_array()
    assert pixels is not None
    assert pixels.shape == (128, 200)
    # 1 kHz is 15 mel of the Slaney scale's 45.2 at 8 kHz, with 129 steps between them.
    band = int(np.argmax(pixels.mean(axis=1)))
    assert band == pytest.approx(15 / 45.245 * 129 - 1, abs=1)
    assert image.get_extent() == pytest.approx([1.6, 8.0, 0, 128])


def test_many_machines_are_cut_and_that_is_said(tmp_path: Path) -> None:
    figure = gallery.gallery(_set(tmp_path, 9))
    assert "the first 8 of 9 machines" in figure.get_suptitle()


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_formats(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    gallery.save(_set(tmp_path / "set", 1), path)
    begin = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}[suffix]
    assert path.read_bytes().startswith(begin)
