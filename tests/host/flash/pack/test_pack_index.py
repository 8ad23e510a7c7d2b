"""The index of packs over HTTP, and the ways in which nothing comes: each with its own message."""

import socket
from pathlib import Path

import pytest

from host.errors import PackError
from host.flash.pack import pack_index

PART = "EFR32MG24B310F1536IM48"
NAME = "SiliconLabs.GeckoPlatform_EFR32MG24_DFP"


def test_pack_is_fetched_and_found_again_without_a_server(pack_maker, pack_server, tmp_path: Path) -> None:
    pack_server.publish(pack_maker)
    assert pack_index.cached(PART, folder=tmp_path) is None
    path = pack_index.fetch(PART, pack_server.index, tmp_path)
    assert path.read_bytes() == pack_server.files[f"/{NAME}.2025.12.1.pack"]
    assert path.is_relative_to(tmp_path)
    pack_server.asked.clear()
    assert pack_index.cached(PART, folder=tmp_path) == path
    assert pack_index.cached("EFR32MG24B220F1536IM48", folder=tmp_path) is None
    assert pack_server.asked == []


def test_part_that_the_index_lacks_is_told_apart_from_an_empty_index(
    pack_maker, pack_server, tmp_path: Path
) -> None:
    pack_server.publish(pack_maker)
    with pytest.raises(PackError, match=r"index\.pidx has 2 parts, but no EFR32MG24B220F1536IM48"):
        pack_index.fetch("EFR32MG24B220F1536IM48", pack_server.index, tmp_path)


@pytest.mark.parametrize("contents", [None, b"", b"<index><vendor>", b"<index></index>"])
def test_index_with_nothing_in_it_is_empty(pack_server, tmp_path: Path, contents: bytes | None) -> None:
    if contents is not None:
        pack_server.files["/index.pidx"] = contents
    with pytest.raises(PackError, match="the pack index is empty, nothing came from http://127"):
        pack_index.fetch(PART, pack_server.index, tmp_path)


def test_dead_server_is_an_empty_index_even_if_there_was_one_before(
    pack_maker, pack_server, tmp_path: Path
) -> None:
    pack_server.publish(pack_maker)
    pack_index.fetch(PART, pack_server.index, tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{taken.getsockname()[1]}/index.pidx"
        with pytest.raises(PackError, match="the pack index is empty"):
            pack_index.fetch("EFR32MG24B220F1536IM48", dead, tmp_path)
    assert pack_index.cached(PART, folder=tmp_path) is not None


def test_pack_that_does_not_come_is_named(pack_maker, pack_server, tmp_path: Path) -> None:
    pack_server.publish(pack_maker)
    del pack_server.files[f"/{NAME}.2025.12.1.pack"]
    with pytest.raises(PackError, match=rf"pack {NAME}\.2025\.12\.1 is in the index but did not come"):
        pack_index.fetch(PART, pack_server.index, tmp_path)
    assert pack_index.cached(PART, folder=tmp_path) is None


def test_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/index.pidx"
        with pytest.raises(PackError, match=r"the index \(http.*did not come within 0\.5 s"):
            pack_index.fetch(PART, url, tmp_path, index_wait_s=0.5)


def test_each_index_has_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert pack_index.cached(PART) is None
    folders = {pack_index._folder(url, None) for url in (None, "http://a/", "http://b/")}
    assert len(folders) == 3
    assert all(folder.is_relative_to(tmp_path / "earshot") for folder in folders)


def test_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PackError, match="cannot make the folder for packs"):
        pack_index.fetch(PART, "http://127.0.0.1:9/", tmp_path / "file" / "packs")


def test_folder_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(PackError, match="cannot write to the folder for packs, /proc: "):
        pack_index.fetch(PART, "http://127.0.0.1:9/", Path("/proc"))


def test_index_that_is_damaged_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text("{")
    assert pack_index.cached(PART, folder=tmp_path) is None
