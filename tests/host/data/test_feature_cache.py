import errno
import mmap
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from host.data import content_index, feature_cache, features, wav
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


def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds later: what was just written counts as unchanged."""
    later = time.time_ns() + 10_000_000_000
    monkeypatch.setattr(content_index.time, "time_ns", lambda: later)


def test_the_second_run_reads_no_recording_and_keeps_no_features_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = _clips(tmp_path, 100)
    feature_cache.load(clips, tmp_path / "cache")
    _settled(monkeypatch)
    first = feature_cache.load(clips, tmp_path / "cache")
    monkeypatch.setattr(wav, "read_bytes", None)
    calls: list[tuple[int, int]] = []
    tracemalloc.start()
    second = feature_cache.load(clips, tmp_path / "cache", lambda done, total: calls.append((done, total)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert calls == [(100, 100)]
    np.testing.assert_array_equal(second.frames, first.frames)
    # All features have 10 MB.
    assert peak < 1_000_000
    base = second.frames
    while isinstance(base, np.ndarray) and base.base is not None:
        base = base.base
    assert isinstance(base, mmap.mmap)


def test_assembling_holds_one_clip_at_a_time(tmp_path: Path) -> None:
    clips = _clips(tmp_path, 60)
    feature_cache.load(clips, tmp_path / "cache")
    tracemalloc.start()
    feature_cache.load(clips[::-1], tmp_path / "cache")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_windows_of_mapped_features_are_views(tmp_path: Path) -> None:
    found = feature_cache.load(_clips(tmp_path, 2), tmp_path / "cache")
    vectors = features.windows(found.frames)
    assert vectors.shape == (2, 196, 640)
    assert np.shares_memory(vectors, found.frames)
    with pytest.raises(ValueError, match="read-only"):
        found.frames[0] = 0.0


def test_several_processes_give_what_one_gives(tmp_path: Path) -> None:
    clips = _clips(tmp_path, 70)
    clips[69].path.write_bytes(b"")
    one = feature_cache.load(clips, tmp_path / "one", workers=1)
    two = feature_cache.load(clips, tmp_path / "two", workers=2)
    np.testing.assert_array_equal(one.frames, two.frames)
    assert (one.clips, one.skipped) == (two.clips, two.skipped)
    assert "0 bytes" in two.skipped[0].reason


def test_a_recording_that_changes_after_it_is_known_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = _clips(tmp_path, 1)
    _settled(monkeypatch)
    assert float(feature_cache.load(clips, tmp_path / "cache").frames.max()) > -100
    soundfile.write(clips[0].path, np.zeros(128_000), 16000)
    assert float(feature_cache.load(clips, tmp_path / "cache").frames.max()) < -156


def test_sets_that_were_not_used_for_long_are_removed(tmp_path: Path) -> None:
    clips = _clips(tmp_path, 12)
    for count in range(1, 13):
        feature_cache.load(clips[:count], tmp_path / "cache")
    sizes = sorted(path.stat().st_size // 102_400 for path in (tmp_path / "cache").rglob("*.f32"))
    assert sizes == list(range(5, 13))


def test_an_interruption_of_several_processes_loses_nothing_that_was_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = _clips(tmp_path, 150)
    _settled(monkeypatch)

    def interrupt(done: int, total: int) -> None:
        if done == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        feature_cache.load(clips, tmp_path / "cache", interrupt, workers=2)
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    entries = [path for path in files if path.suffix == ".bin"]
    assert {path.stat().st_size for path in entries} == {102_400}
    assert len(entries) >= 40
    assert {path.suffix for path in files} == {".bin", ".json"}
    calls: list[int] = []
    feature_cache.load(clips, tmp_path / "cache", lambda done, total: calls.append(done))
    assert calls[0] >= 40


def test_a_killed_extraction_leaves_whole_entries_which_the_next_uses(tmp_path: Path) -> None:
    _clips(tmp_path, 400)
    script = (
        "import sys; from pathlib import Path; from host.data import feature_cache; "
        "from host.data.layout import Clip\n"
        "if __name__ == '__main__':\n"
        "    paths = sorted(Path(sys.argv[1]).glob('*.wav'))\n"
        "    feature_cache.load([Clip(p, '01', 'train', 0) for p in paths], Path(sys.argv[2]), workers=1)\n"
    )
    cache = tmp_path / "cache"
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path), str(cache)]) as process:
        deadline = time.monotonic() + 30
        while len(_entries(cache)) < 20 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
    whole = [path for path in _entries(cache) if ".earshot-" not in str(path)]
    assert 20 <= len(whole) < 400
    assert {path.stat().st_size for path in whole} == {102_400}
    before = {path: path.stat().st_mtime_ns for path in whole}
    clips = [Clip(path, "01", "train", 0) for path in sorted(tmp_path.glob("*.wav"))]
    assert len(feature_cache.load(clips, cache).clips) == 400
    assert {path: path.stat().st_mtime_ns for path in whole} == before


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


def test_each_kind_of_reason_is_a_line_with_its_count(tmp_path: Path) -> None:
    folder = tmp_path / "a set" / "train"
    folder.mkdir(parents=True)
    clips = _clips(folder, 6)
    for clip, samples in ((clips[1], 1000), (clips[3], 2000)):
        soundfile.write(clip.path, np.zeros(samples), 16000)
    clips[2].path.write_bytes(b"no sound")
    os.truncate(clips[4].path, 256_000)
    assert feature_cache.load(clips, tmp_path / "cache").remarks == (
        f"2 clips left out: too short (first: {clips[1].path}: 1000 samples (0.06 s), at least 128000 "
        "(8.00 s) are needed)",
        f"1 clip left out: not a readable WAV file (first: {clips[2].path}: damaged or of another kind)",
        f"1 clip left out: truncated (first: {clips[4].path}: 256000 bytes of 256044 are there "
        "(copy it again))",
        f"for all defects of the data set: python -m host.data check '{tmp_path}/a set'",
    )
    assert feature_cache.load(clips[:1], tmp_path / "cache").remarks == ()


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
