import dataclasses
import errno
import hashlib
import io
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from host.data import layout, toycar
from host.data.toycar import Archive, Source
from host.data.transfer import Patience
from host.errors import DataError, UsageError


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name in names:
            opened.writestr(name, np.random.default_rng(len(name)).bytes(20_000))
    return buffer.getvalue()


DEV = _zip(
    "ToyCar/train/normal_id_01_00000000.wav",
    "ToyCar/test/normal_id_01_00000000.wav",
    "ToyCar/test/anomaly_id_04_00000264.wav",
)
MORE = _zip("ToyCar/train/normal_id_05_00000000.wav", "ToyCar/train/normal_id_07_00000999.wav")


def _archive(name: str, record: int, content: bytes) -> Archive:
    return Archive(name, record, len(content), hashlib.md5(content).hexdigest(), 10**6)


@pytest.fixture
def source(server: Any) -> Source:
    server.files["/record/1/files/dev.zip"] = DEV
    server.files["/record/2/files/more.zip"] = MORE
    archives = (_archive("dev.zip", 1, DEV), _archive("more.zip", 2, MORE))
    return Source(server.url, archives, patience=Patience(attempts=1, pause_s=0.0))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    toycar.accept_licence(tmp_path / "cache")
    return tmp_path / "cache"


def _left(cache: Path) -> list[str]:
    return sorted(path.relative_to(cache / "toycar").as_posix() for path in (cache / "toycar").iterdir())


def test_both_archives_become_one_dataset(cache: Path, source: Source, server: Any) -> None:
    steps: dict[str, tuple[int, int]] = {}
    root = toycar.fetch(cache, source, lambda what, done, total: steps.update({what: (done, total)}))
    dataset = layout.scan(root)
    assert (dataset.name, dataset.synthetic) == ("ToyCar", False)
    assert [clip.machine_id for clip in dataset.train] == ["01", "05", "07"]
    assert [clip.label for clip in dataset.test] == [1, 0]
    assert steps == {
        "download dev.zip": (len(DEV), len(DEV)),
        "download more.zip": (len(MORE), len(MORE)),
        "unpack dev.zip": (3, 3),
        "unpack more.zip": (2, 2),
    }
    assert _left(cache) == ["ToyCar", "licence-accepted.json"]


def test_a_fetched_set_needs_no_server(cache: Path, source: Source, server: Any) -> None:
    root = toycar.fetch(cache, source)
    server.requests.clear()
    assert toycar.fetch(cache, source) == root
    assert server.requests == []


def test_without_accepted_licence_nothing_is_asked_of_the_server(
    tmp_path: Path, source: Source, server: Any
) -> None:
    with pytest.raises(UsageError, match="--accept-licence"):
        toycar.fetch(tmp_path, source)
    assert server.requests == []


def test_a_cut_download_goes_on_where_it_stopped(cache: Path, source: Source, server: Any) -> None:
    big = _zip(*(f"ToyCar/train/normal_id_06_{k:08d}.wav" for k in range(30)))
    server.files["/record/2/files/more.zip"] = big
    source = dataclasses.replace(source, archives=(source.archives[0], _archive("more.zip", 2, big)))
    server.cut_after, server.cuts = 300_000, 1
    first = dataclasses.replace(source, patience=Patience(attempts=0, pause_s=0.0))
    with pytest.raises(DataError, match="run the command again to go on from there"):
        toycar.fetch(cache, first)
    assert _left(cache) == ["archives", "licence-accepted.json"]
    toycar.fetch(cache, source)
    (_, first_range), (_, second_range) = server.requests[1:]
    assert [path for path, _ in server.requests] == [
        "/record/1/files/dev.zip",
        "/record/2/files/more.zip",
        "/record/2/files/more.zip",
    ]
    assert first_range == f"bytes=0-{len(big) - 1}"
    begin = int(second_range.removeprefix("bytes=").split("-")[0])
    # What was on its way when the connection broke is lost.
    assert 200_000 < begin <= 300_000


def test_archives_at_hand_are_known_by_content_and_left_alone(
    cache: Path, source: Source, server: Any, tmp_path: Path
) -> None:
    for name, content in (("renamed", MORE), ("dev.zip", DEV)):
        (tmp_path / name).write_bytes(content)
    source = dataclasses.replace(source, files=(tmp_path / "renamed", tmp_path / "dev.zip"))
    assert len(layout.scan(toycar.fetch(cache, source)).clips) == 5
    assert server.requests == []
    assert (tmp_path / "renamed").read_bytes() == MORE


def test_what_is_not_at_hand_is_downloaded(cache: Path, source: Source, server: Any, tmp_path: Path) -> None:
    (tmp_path / "dev.zip").write_bytes(DEV)
    toycar.fetch(cache, dataclasses.replace(source, files=(tmp_path / "dev.zip",)))
    assert [path for path, _ in server.requests] == ["/record/2/files/more.zip"]


def test_a_given_file_of_another_kind_is_refused(cache: Path, source: Source, tmp_path: Path) -> None:
    (tmp_path / "dev.zip").write_bytes(DEV[:-1])
    with pytest.raises(DataError, match=r"is neither dev\.zip nor more\.zip"):
        toycar.fetch(cache, dataclasses.replace(source, files=(tmp_path / "dev.zip",)))
    with pytest.raises(DataError, match="cannot read"):
        toycar.fetch(cache, dataclasses.replace(source, files=(tmp_path / "none.zip",)))


def test_wrong_checksum_leaves_no_dataset(cache: Path, source: Source, server: Any) -> None:
    server.files["/record/1/files/dev.zip"] = DEV[:-1] + b"x"
    with pytest.raises(DataError, match="MD5"):
        toycar.fetch(cache, source)
    assert _left(cache) == ["archives", "licence-accepted.json"]
    assert list((cache / "toycar/archives").iterdir()) == []


def test_a_hostile_archive_leaves_no_dataset(cache: Path, source: Source, server: Any) -> None:
    hostile = _zip("ToyCar/train/normal_id_05_00000000.wav", "../../../evil.wav")
    server.files["/record/2/files/more.zip"] = hostile
    source = dataclasses.replace(source, archives=(source.archives[0], _archive("more.zip", 2, hostile)))
    with pytest.raises(DataError, match="unsafe name"):
        toycar.fetch(cache, source)
    assert _left(cache) == ["archives", "licence-accepted.json"]
    assert not list(cache.parent.rglob("evil.wav"))


def test_interruption_while_unpacking_leaves_no_dataset_and_keeps_the_archives(
    cache: Path, source: Source, server: Any
) -> None:
    def interrupt(what: str, done: int, total: int) -> None:
        if what == "unpack more.zip":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        toycar.fetch(cache, source, interrupt)
    assert _left(cache) == ["archives", "licence-accepted.json"]
    server.requests.clear()
    assert len(layout.scan(toycar.fetch(cache, source)).clips) == 5
    assert server.requests == []


def test_too_little_space_is_said_before_the_download(
    cache: Path, source: Source, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=5_000_000_000))
    with pytest.raises(DataError) as caught:
        toycar.fetch(cache, dataclasses.replace(source, archives=toycar.TOYCAR))
    # 1.816 + 0.861 GB of archives, and 1.5 times that unpacked.
    assert "has 5.00 GB free, about 6.69 GB are needed (2.68 GB of archives, 4.02 GB unpacked)" in str(
        caught.value
    )
    assert server.requests == []


def test_what_is_here_already_needs_no_more_space(
    cache: Path, source: Source, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = (len(DEV) + len(MORE)) * 5 // 2
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=needed - 1000))
    with pytest.raises(DataError, match="GB are needed"):
        toycar.fetch(cache, source)
    archives = cache / "toycar" / "archives"
    archives.mkdir()
    (archives / "dev.zip").write_bytes(DEV)
    assert len(layout.scan(toycar.fetch(cache, source)).clips) == 5


def test_without_a_network_the_other_way_is_named(cache: Path, source: Source) -> None:
    source = dataclasses.replace(source, base_url="http://127.0.0.1:9")
    with pytest.raises(
        DataError, match=r"refuses the connection, .* or fetch dev\.zip on another .* --from FILE"
    ):
        toycar.fetch(cache, source)


def test_a_full_disk_while_unpacking_is_one_line(
    cache: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: object, target: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(DataError, match="disk full"):
        toycar.fetch(cache, source)
    assert _left(cache) == ["archives", "licence-accepted.json"]


def test_the_real_archives_are_those_of_the_benchmark_document(shared: Path) -> None:
    document = (shared / "benchmark.md").read_text(encoding="utf-8")
    for wanted in toycar.TOYCAR:
        row = f"| {wanted.record} | `{wanted.name}` | {wanted.size:,} | `{wanted.md5}` |"
        assert row in document
