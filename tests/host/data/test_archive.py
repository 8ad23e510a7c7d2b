import stat
import zipfile
from pathlib import Path

import pytest

from host.data import archive
from host.errors import DataError

CLIP = "ToyCar/train/normal_id_01_00000000.wav"
LIMIT = 10**6


def _zip(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members:
            opened.writestr(name, data)
    return path


def _link(name: str, kind: int = stat.S_IFLNK) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    return info


def test_clips_are_unpacked_without_the_archives_top_folder(tmp_path: Path) -> None:
    names = [CLIP, "ToyCar/test/anomaly_id_04_00000264.wav", "test/normal_id_02_00000003.wav"]
    calls: list[tuple[int, int]] = []
    path = _zip(tmp_path / "a.zip", ("ToyCar/", b""), *((name, name.encode()) for name in names))
    count = archive.unpack(path, tmp_path / "out", LIMIT, lambda done, total: calls.append((done, total)))
    assert count == 3
    assert calls == [(1, 3), (2, 3), (3, 3)]
    files = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.wav")}
    assert files == {name.removeprefix("ToyCar/") for name in names}
    assert (tmp_path / "out/train/normal_id_01_00000000.wav").read_bytes() == CLIP.encode()


def test_what_is_no_clip_stays_inside(tmp_path: Path) -> None:
    others = [
        "ToyCar/train/run.sh",
        "ToyCar/a.wav",
        "ToyCar/train/.wav",
        "deep/er/train/normal_id_01_00000000.wav",
    ]
    path = _zip(tmp_path / "a.zip", (CLIP, b"x"), *((name, b"y") for name in others))
    assert archive.unpack(path, tmp_path / "out", LIMIT) == 1
    assert [p.name for p in (tmp_path / "out").rglob("*") if p.is_file()] == ["normal_id_01_00000000.wav"]


@pytest.mark.parametrize(
    ("member", "message"),
    [
        ("../normal_id_01_00000000.wav", "unsafe name"),
        ("ToyCar/train/../../../evil.wav", "unsafe name"),
        ("/etc/normal_id_01_00000000.wav", "unsafe name"),
        ("ToyCar\\..\\evil.wav", "unsafe name"),
        ("C:/evil.wav", "unsafe name"),
        (_link("ToyCar/train/normal_id_01_00000009.wav"), "link or device"),
        (_link("ToyCar/train"), "link or device"),
        (_link("ToyCar/train/normal_id_01_00000009.wav", stat.S_IFIFO), "link or device"),
    ],
)
def test_a_hostile_member_stops_everything(
    tmp_path: Path, member: str | zipfile.ZipInfo, message: str
) -> None:
    path = _zip(tmp_path / "a.zip", (CLIP, b"x"), (member, b"/etc/passwd"))
    with pytest.raises(DataError, match=message):
        archive.unpack(path, tmp_path / "out", LIMIT)
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_a_bomb_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    bomb = _zip(
        tmp_path / "a.zip", *((CLIP.replace("00000000", f"{k:08d}"), bytes(300_000)) for k in range(4))
    )
    assert bomb.stat().st_size < 10_000
    with pytest.raises(DataError, match="unpack to 1200000 bytes, at most 1000000"):
        archive.unpack(bomb, tmp_path / "out", LIMIT)
    large = _zip(tmp_path / "b.zip", (CLIP, bytes(archive.MAX_CLIP_BYTES + 1)))
    with pytest.raises(DataError, match="4194305 bytes, at most 4194304"):
        archive.unpack(large, tmp_path / "out", 10**9)
    assert not (tmp_path / "out").exists()


def test_a_member_that_lies_about_its_size_is_not_unpacked(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", (CLIP, bytes(100_000)))
    data = path.read_bytes().replace((100_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    path.write_bytes(data)
    with pytest.raises(DataError, match="damaged"):
        archive.unpack(path, tmp_path / "out", LIMIT)


def test_two_members_for_one_place_are_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", (CLIP, b"x"), (CLIP.removeprefix("ToyCar/"), b"y"))
    with pytest.raises(DataError, match="twice"):
        archive.unpack(path, tmp_path / "out", LIMIT)


def test_a_clip_that_another_archive_brought_is_not_overwritten(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", (CLIP, b"x"))
    archive.unpack(path, tmp_path / "out", LIMIT)
    with pytest.raises(DataError, match="came with another archive"):
        archive.unpack(path, tmp_path / "out", LIMIT)


def test_no_archive_and_no_clips_are_errors(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"<html>not found</html>")
    with pytest.raises(DataError, match="damaged or no zip"):
        archive.unpack(tmp_path / "a.zip", tmp_path / "out", LIMIT)
    with pytest.raises(DataError, match="no clips"):
        archive.unpack(_zip(tmp_path / "b.zip", ("readme.txt", b"")), tmp_path / "out", LIMIT)


def test_an_encrypted_member_is_refused_by_name(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", (CLIP, b"x" * 50))
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    path.write_bytes(data)
    with pytest.raises(DataError, match="encrypted"):
        archive.unpack(path, tmp_path / "out", LIMIT)
    assert not (tmp_path / "out").exists()


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    path = _zip(tmp_path / "a.zip", (CLIP, b"x"), *((f"{k}.txt", b"") for k in range(3)))
    with pytest.raises(DataError, match="holds 4 files, at most 3"):
        archive.unpack(path, tmp_path / "out", LIMIT)


@pytest.mark.parametrize("kind", [stat.S_IFBLK, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_device_is_refused(tmp_path: Path, kind: int) -> None:
    path = _zip(tmp_path / "a.zip", (_link(CLIP, kind), b"x"))
    with pytest.raises(DataError, match="link or device"):
        archive.unpack(path, tmp_path / "out", LIMIT)


@pytest.mark.parametrize("place", ["train", "train/normal_id_01_00000000.wav"])
def test_nothing_is_written_through_a_link_that_stands_there(tmp_path: Path, place: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere.mkdir if place == "train" else elsewhere.touch)()
    link = tmp_path / "out" / place
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    with pytest.raises(DataError, match=r"is a link|came with another archive"):
        archive.unpack(_zip(tmp_path / "a.zip", (CLIP, b"x")), tmp_path / "out", LIMIT)
    assert list(elsewhere.iterdir()) == [] if place == "train" else elsewhere.read_bytes() == b""


@pytest.mark.parametrize("keep", [0, 1, 100, 2000, -1, -30])
def test_a_truncated_archive_is_an_error(tmp_path: Path, keep: int) -> None:
    names = (CLIP.replace("00000000", f"{k:08d}") for k in range(9))
    path = _zip(tmp_path / "a.zip", *((name, bytes(range(256)) * 20) for name in names))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DataError, match="damaged or no zip"):
        archive.unpack(path, tmp_path / "out", LIMIT)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("position", [0.1, 0.5, 0.9])
def test_a_damaged_archive_is_an_error(tmp_path: Path, position: float) -> None:
    path = _zip(
        tmp_path / "a.zip",
        *((CLIP.replace("00000000", f"{k:08d}"), bytes(range(256)) * 20) for k in range(9)),
    )
    data = bytearray(path.read_bytes())
    at = int(position * len(data))
    data[at : at + 40] = bytes(40)
    path.write_bytes(data)
    with pytest.raises(DataError):
        archive.unpack(path, tmp_path / "out", LIMIT)
