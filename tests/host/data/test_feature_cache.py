import errno
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from host.data import feature_cache, features
from host.data.layout import Clip
from host.errors import DataError


def _clips(folder: Path, count: int, seconds: float = 8.0) -> list[Clip]:
    clips = []
    for number in range(count):
        path = folder / f"normal_id_01_{number:08d}.wav"
        noise = 0.1 * np.random.default_rng(number).standard_normal(int(16000 * seconds))
        soundfile.write(path, noise, 16000, subtype="PCM_16")
        clips.append(Clip(path, "01", "train", 0))
    return clips


def _entries(cache: Path) -> list[Path]:
    return sorted(cache.rglob("*.bin"))


def test_features_come_in_the_order_of_the_clips(tmp_path: Path) -> None:
    clips = _clips(tmp_path, 5)
    calls: list[tuple[int, int]] = []
    found = feature_cache.load(clips, tmp_path / "cache", lambda done, total: calls.append((done, total)))
    assert found.clips == tuple(clips)
    assert found.skipped == ()
    assert calls == [(k, 5) for k in range(1, 6)]
    for clip, frames in zip(clips, found.frames, strict=True):
        samples, rate = soundfile.read(clip.path)
        np.testing.assert_array_equal(frames, features.log_mel(samples, rate))


def test_second_load_reads_the_cache_and_the_content_is_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = _clips(tmp_path, 2)
    first = feature_cache.load(clips, tmp_path / "cache")
    monkeypatch.setattr(features, "log_mel", None)
    moved = Clip(clips[0].path.rename(tmp_path / "moved.wav"), "01", "train", 0)
    second = feature_cache.load([moved, clips[1]], tmp_path / "cache")
    np.testing.assert_array_equal(first.frames, second.frames)


def test_a_changed_recording_and_a_damaged_entry_are_computed_again(tmp_path: Path) -> None:
    clips = _clips(tmp_path, 1)
    first = feature_cache.load(clips, tmp_path / "cache")
    (entry,) = _entries(tmp_path / "cache")
    entry.write_bytes(b"short")
    np.testing.assert_array_equal(feature_cache.load(clips, tmp_path / "cache").frames, first.frames)
    soundfile.write(clips[0].path, np.zeros(128_000), 16000)
    assert float(feature_cache.load(clips, tmp_path / "cache").frames.max()) < -156


def test_bad_clips_are_skipped_with_their_reason(tmp_path: Path) -> None:
    clips = _clips(tmp_path, 6)
    clips[1].path.write_bytes(b"no sound")
    soundfile.write(clips[2].path, np.zeros(1000), 16000)
    soundfile.write(clips[3].path, np.zeros(400_000), 44100)
    clips[4].path.unlink()
    found = feature_cache.load(clips, tmp_path / "cache")
    assert found.clips == (clips[0], clips[5])
    assert found.frames.shape == (2, 200, 128)
    reasons = [skipped.reason for skipped in found.skipped]
    assert [skipped.path for skipped in found.skipped] == [clip.path for clip in clips[1:5]]
    for reason, word in zip(reasons, ["readable", "too short", "44100 Hz", "No such file"], strict=True):
        assert word in reason


def test_only_bad_clips_are_an_error(tmp_path: Path) -> None:
    clips = _clips(tmp_path, 2, seconds=1.0)
    with pytest.raises(DataError, match=r"none of 2 clips can be used; the first.*too short"):
        feature_cache.load(clips, tmp_path / "cache")


def test_no_clips_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no clips"):
        feature_cache.load([], tmp_path / "cache")


def test_a_full_disk_is_an_error_and_leaves_no_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clips = _clips(tmp_path, 3)

    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DataError, match="disk full"):
        feature_cache.load(clips, tmp_path / "cache")
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_interruption_leaves_only_whole_entries(tmp_path: Path) -> None:
    clips: Sequence[Clip] = _clips(tmp_path, 4)

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        feature_cache.load(clips, tmp_path / "cache", interrupt)
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert files
    assert all(path.stat().st_size == 102_400 for path in files)
    assert len(feature_cache.load(clips, tmp_path / "cache").clips) == 4
