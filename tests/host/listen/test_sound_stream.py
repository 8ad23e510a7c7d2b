"""Streams of bytes as recorders write them, cut anywhere, against soundfile."""

import io
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from host.errors import DataError
from host.listen import sound_stream

SAMPLES = np.random.default_rng(1).uniform(-1, 0.99, 3001).astype(np.float32)


def wav(subtype: str = "PCM_16", rate: int = 16_000, channels: int = 1, kind: str = "WAV") -> bytes:
    file = io.BytesIO()
    samples = np.repeat(SAMPLES[:, np.newaxis], channels, axis=1)
    soundfile.write(file, samples, rate, subtype, format=kind)
    return file.getvalue()


def reader(data: bytes, piece: int = 1000) -> Callable[[int], bytes]:
    stream = io.BytesIO(data)
    return lambda count: stream.read(min(count, piece))


def read(data: bytes, piece: int = 1000) -> np.ndarray:
    return np.concatenate([np.empty(0, np.float32), *sound_stream.samples(reader(data, piece))])


@pytest.mark.parametrize("kind", ["WAV", "WAVEX"])
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32"])
@pytest.mark.parametrize("piece", [1, 7, 4096])
def test_samples_are_those_of_soundfile(subtype: str, kind: str, piece: int) -> None:
    data = wav(subtype, kind=kind)
    expected, _ = soundfile.read(io.BytesIO(data), dtype="float32")
    np.testing.assert_array_equal(read(data, piece), expected)


@given(st.binary(max_size=50).filter(lambda data: data[:4] != b"RIFF"), st.integers(1, 9))
def test_anything_else_is_16_bit_samples(data: bytes, piece: int) -> None:
    whole = data[: len(data) // 2 * 2]
    np.testing.assert_array_equal(read(data, piece), np.frombuffer(whole, "<i2") / 32768)


@pytest.mark.parametrize("length", [0, 0x7FFF_F000, 0xFFFF_FFFF])
def test_recorders_do_not_know_the_length(length: int) -> None:
    data = bytearray(wav())
    start = data.index(b"data") + 4
    data[start : start + 4] = struct.pack("<I", length)
    assert len(read(bytes(data))) == len(SAMPLES)


def test_samples_come_before_the_stream_has_ended() -> None:
    arrived: list[bytes] = []

    def pieces() -> Iterator[bytes]:
        for _ in range(6):
            arrived.append(b"")
            yield b"\x01\x02" * 500
        pytest.fail("waited for the end")

    source = pieces()
    first = next(sound_stream.samples(lambda _: next(source)))
    assert len(first) == 500
    assert len(arrived) == 1


def test_what_follows_the_samples_is_not_sound() -> None:
    assert len(read(wav() + b"LIST\x04\x00\x00\x00INFO")) == len(SAMPLES)


def test_chunks_before_the_format_are_passed_over() -> None:
    data = wav()
    extra = b"JUNK\x03\x00\x00\x00abc\x00"  # odd lengths are padded
    assert len(read(data[:12] + extra + data[12:])) == len(SAMPLES)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (wav(rate=44_100), "sample rate 44100 Hz: 16000 Hz is needed"),
        (wav(channels=2), "2 channels: a mono recording is needed"),
        (wav("FLOAT"), "coded as 32 bits of format 3: a WAV file with PCM samples is needed"),
        (wav("ULAW"), "coded as 8 bits of format 7"),
        (wav()[:30], "ends within its header"),
        (wav()[:-1000], r"damaged: 5002 bytes of samples of 6002 are there"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "a RIFF file, but no WAV file"),
        (b"RIFF\x00\x00\x00\x00WAVEdata\x00\x00\x00\x00", "a WAV file without a format"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt \x04\x00\x00\x00\x01\x00\x01\x00data\x00\x00\x00\x00", "is cut"),
        (b"RIFF\x00\x00\x00\x00WAVEJUNK\xff\xff\xff\xff", "ends within its header"),
    ],
)
def test_streams_that_cannot_be_scored(data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(data)


def test_a_file_of_the_data_set_is_read_alike(tiny_data: Path) -> None:
    path = next((tiny_data / "test").iterdir())
    expected, _ = soundfile.read(path, dtype="float32")
    np.testing.assert_array_equal(read(path.read_bytes()), expected)
