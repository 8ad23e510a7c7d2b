from pathlib import Path

import numpy as np
import pytest
import soundfile

from host.data.wav import read_wav
from host.errors import DataError


def _write(path: Path, samples: np.ndarray, rate: int = 16000, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, samples, rate, subtype=subtype, format="WAV")
    return path


def test_sixteen_bits_become_fractions_of_32768(tmp_path: Path) -> None:
    samples = np.array([0, 1, -1, 32767, -32768, 12345], dtype=np.int16)
    recording = read_wav(_write(tmp_path / "a.wav", samples))
    assert recording.rate == 16000
    assert recording.samples.dtype == np.float32
    np.testing.assert_array_equal(recording.samples, samples / np.float32(32768))


@pytest.mark.parametrize(
    ("channels", "rate", "subtype", "message"),
    [
        (1, 44100, "PCM_16", "sample rate 44100 Hz: 16000 Hz is needed"),
        (1, 8000, "PCM_16", "sample rate 8000 Hz"),
        (2, 16000, "PCM_16", "2 channels"),
        (1, 16000, "FLOAT", "coded as WAV FLOAT"),
        (1, 16000, "ULAW", "coded as WAV ULAW"),
    ],
)
def test_other_formats_are_refused_by_name(
    tmp_path: Path, channels: int, rate: int, subtype: str, message: str
) -> None:
    path = _write(tmp_path / "a.wav", np.zeros((100, channels)), rate, subtype)
    with pytest.raises(DataError, match=message):
        read_wav(path)


def test_a_missing_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        read_wav(tmp_path / "none.wav")
    with pytest.raises(DataError, match="directory"):
        read_wav(tmp_path)


@pytest.mark.parametrize("keep", [0, 3, 8, 12, 30, 43, 44, 1000, 2043])
def test_a_file_cut_short_is_an_error(tmp_path: Path, keep: int) -> None:
    path = _write(tmp_path / "a.wav", np.zeros(1000))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DataError):
        read_wav(path)


def test_an_empty_and_a_truncated_file_are_called_so(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.wav", np.zeros(1000))
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DataError, match="truncated: 2034 bytes of 2044"):
        read_wav(path)
    path.write_bytes(b"")
    with pytest.raises(DataError, match="empty: the file has 0 bytes"):
        read_wav(path)


def test_a_cut_file_whose_outer_length_was_mended_is_truncated(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.wav", np.zeros(1000))
    data = bytearray(path.read_bytes()[:-100])
    data[4:8] = (len(data) - 8).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(DataError, match="truncated: 1944 bytes of 2044"):
        read_wav(path)


@pytest.mark.parametrize(("subtype", "scale"), [("PCM_24", 1 << 23), ("PCM_32", 1 << 31), ("PCM_U8", 1 << 7)])
def test_other_widths_are_fractions_of_their_full_scale(tmp_path: Path, subtype: str, scale: int) -> None:
    steps = np.array([0, 1, -1, 100, -128], dtype=np.int64) * max(1, scale >> 12)
    path = _write(
        tmp_path / "a.wav",
        (steps * ((1 << 31) // scale)).clip(-(2**31), 2**31 - 1).astype(np.int32),
        subtype=subtype,
    )
    np.testing.assert_array_equal(read_wav(path).samples, (steps / scale).astype(np.float32))


def test_a_file_of_unknown_length_is_read(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.wav", np.zeros(1000))
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert read_wav(path).samples.size == 1000


def test_noise_and_text_are_errors(tmp_path: Path) -> None:
    for content in (b"hello " * 100, np.random.default_rng(0).bytes(5000)):
        (tmp_path / "a.wav").write_bytes(content)
        with pytest.raises(DataError, match="not a readable WAV file"):
            read_wav(tmp_path / "a.wav")
