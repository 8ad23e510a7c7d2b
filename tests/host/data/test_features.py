from pathlib import Path

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.data import features
from host.errors import DataError

SAMPLE = "data/mlperf_tiny/normal_id_01_00000000_hist_librosa.bin"


def _librosa(samples: np.ndarray, rate: int) -> np.ndarray:
    """The benchmark's recipe, word by word, with librosa: [200, 128] dB."""
    mel = librosa.feature.melspectrogram(
        y=samples, sr=rate, n_fft=1024, hop_length=512, n_mels=128, power=2.0, center=True
    )
    return (10.0 * np.log10(mel + np.finfo(float).eps))[:, 50:250].T


def _clip(kind: str, length: int, rate: int) -> np.ndarray:
    rng = np.random.default_rng(5)
    time = np.arange(length) / rate
    return {
        "noise": 0.1 * rng.standard_normal(length),
        "loud tone": 0.9 * np.sin(2 * np.pi * 440.0 * time),
        "clipped": np.sign(np.sin(2 * np.pi * 95.0 * time)),
        "impulses": (np.arange(length) % 511 == 0) * 1.0,
        "lowest bit": rng.integers(-1, 2, length) / 32768,
        "silence": np.zeros(length),
    }[kind]


@pytest.mark.parametrize("kind", ["noise", "loud tone", "clipped", "impulses", "lowest bit", "silence"])
@pytest.mark.parametrize("length", [128_000, 128_001, 160_000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equals_librosa(kind: str, length: int, dtype: type[np.floating]) -> None:
    samples = _clip(kind, length, 16000).astype(dtype)
    np.testing.assert_allclose(features.log_mel(samples, 16000), _librosa(samples, 16000), rtol=0, atol=1e-4)


def test_equals_librosa_at_the_rate_of_the_file() -> None:
    samples = _clip("noise", 200_000, 48000)
    np.testing.assert_allclose(features.log_mel(samples, 48000), _librosa(samples, 48000), rtol=0, atol=1e-4)


def test_float32_samples_give_the_features_of_the_same_samples_in_float64() -> None:
    samples = _clip("noise", 160_000, 16000).astype(np.float32)
    np.testing.assert_array_equal(
        features.log_mel(samples, 16000), features.log_mel(samples.astype(np.float64), 16000)
    )


def test_silence_is_at_the_floor() -> None:
    frames = features.log_mel(np.zeros(128_000, dtype=np.float32), 16000)
    assert frames.shape == (200, 128)
    assert frames.dtype == np.float32
    np.testing.assert_allclose(frames, 10 * np.log10(2.220446e-16), rtol=1e-6)


@pytest.mark.parametrize("length", [0, 1, 1023, 127_487, 127_999])
def test_a_short_clip_is_an_error_with_the_limit(length: int) -> None:
    with pytest.raises(DataError, match=rf"too short: {length} samples .* at least 128000"):
        features.log_mel(np.zeros(length, dtype=np.float32), 16000)


def test_two_channels_are_an_error() -> None:
    with pytest.raises(DataError, match="mono"):
        features.log_mel(np.zeros((160_000, 2), dtype=np.float32), 16000)


@given(st.integers(0, 195), st.integers(0, 4), st.integers(0, 127))
@settings(deadline=None)
def test_windows_are_frame_major(k: int, t: int, m: int) -> None:
    frames = np.arange(200 * 128, dtype=np.float32).reshape(200, 128)
    vectors = features.windows(frames)
    assert vectors.shape == (196, 640)
    assert vectors[k, t * 128 + m] == frames[k + t, m]


def test_windows_are_a_view_also_of_many_clips() -> None:
    frames = np.random.default_rng(0).random((3, 200, 128)).astype(np.float32)
    vectors = features.windows(frames)
    assert vectors.shape == (3, 196, 640)
    assert np.shares_memory(vectors, frames)
    np.testing.assert_array_equal(vectors[2], features.windows(frames[2]))


def test_sample_of_the_benchmark(shared: Path) -> None:
    frames = features.read_bin(shared / SAMPLE)
    np.testing.assert_allclose(frames[0, :4], [-52.97255, -30.98074, -13.41936, -5.73048], atol=5e-6)
    assert (round(float(frames.min()), 3), round(float(frames.max()), 3)) == (-66.899, 2.054)
    assert round(float(frames.mean(dtype=np.float64)), 3) == -28.145


def test_window_k_of_the_sample_is_at_byte_512_k(shared: Path) -> None:
    data = (shared / SAMPLE).read_bytes()
    vectors = features.windows(features.read_bin(shared / SAMPLE))
    for k in (0, 1, 100, 195):
        assert vectors[k].tobytes() == data[512 * k : 512 * k + 2560]


@pytest.mark.parametrize("size", [0, 102_399, 102_404])
def test_a_feature_file_of_another_size_is_an_error(tmp_path: Path, size: int) -> None:
    (tmp_path / "a.bin").write_bytes(bytes(size))
    with pytest.raises(DataError, match=f"{size} bytes.*102400"):
        features.read_bin(tmp_path / "a.bin")


def test_a_feature_file_with_nan_is_an_error(tmp_path: Path) -> None:
    frames = np.zeros((200, 128), dtype="<f4")
    frames[3, 4] = np.nan
    (tmp_path / "a.bin").write_bytes(frames.tobytes())
    with pytest.raises(DataError, match="infinite or undefined"):
        features.read_bin(tmp_path / "a.bin")


def test_a_missing_feature_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        features.read_bin(tmp_path / "a.bin")
