"""The real data set: DCASE 2020 task 2, ToyCar, downloaded on request into the cache and never shipped."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from host import atomic
from host.data import archive, download
from host.data.download import RemoteFile
from host.data.transfer import Patience
from host.errors import DataError, UsageError

ZENODO = "https://zenodo.org"

LICENCE = """\
DCASE 2020 task 2, ToyCar (a part of ToyADMOS): sound recordings by NTT Corporation and Hitachi, Ltd.
Licence: Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International (CC BY-NC-SA 4.0),
https://creativecommons.org/licenses/by-nc-sa/4.0/
In short: name the authors, no commercial use, and share what you derive under the same terms;
that concerns features and models made from the recordings too. The text at the address is what counts."""


@dataclass(frozen=True)
class Archive:
    """One archive of the data set: its record at Zenodo, size and limit once unpacked in bytes, MD5."""

    name: str
    record: int
    size: int
    md5: str
    max_unpacked: int


TOYCAR = (
    Archive("dev_data_ToyCar.zip", 3678171, 1_816_443_231, "4dec75ca8d9f666aa9e4c1894a740501", 4_000_000_000),
    Archive(
        "eval_data_train_ToyCar.zip", 3727685, 861_354_584, "a5d4ccd498af70b04dd74b644b820006", 2_000_000_000
    ),
)
"""Ids 01 to 04 with labelled test clips, then more training clips of ids 05 to 07."""

OnProgress = Callable[[str, int, int], None]
"""Called with (what is done, units done, units in all); units are bytes of a download, then clips."""


@dataclass(frozen=True)
class Source:
    """Where the archives come from; `files` are archives already at hand, the rest is downloaded."""

    base_url: str = ZENODO
    archives: Sequence[Archive] = field(default_factory=lambda: TOYCAR)
    files: Sequence[Path] = ()
    patience: Patience = field(default_factory=Patience)


def folder(cache: Path) -> Path:
    """Return the folder that holds the data set once it is fetched: what to pass as --data."""
    return cache / "toycar" / "ToyCar"


def licence_accepted(cache: Path) -> bool:
    """Return whether the licence was accepted before."""
    return _acceptance(cache).is_file()


def accept_licence(cache: Path) -> None:
    """Keep for later that a person accepted the licence now."""
    document = {"licence": "CC BY-NC-SA 4.0", "accepted": datetime.now(UTC).isoformat(timespec="seconds")}
    atomic.write_text(_acceptance(cache), json.dumps(document) + "\n")


def fetch(cache: Path, source: Source | None = None, on_progress: OnProgress | None = None) -> Path:
    """Download what is missing, check it, unpack it; return the folder to pass as --data.

    Interrupted at any point, a later call goes on: finished archives and parts of one are kept until the
    data set stands, which appears whole or not at all. If it stands already nothing is done.

    Raises:
        UsageError: the licence was not accepted.
        DataError: network, checksum, hostile archive, full disk, or a given file that is not of the data set.
    """
    if not licence_accepted(cache):
        raise UsageError("the data set's licence was not accepted: add --accept-licence")
    source = source or Source()
    target = folder(cache)
    if target.is_dir():
        return target
    at_hand = _at_hand(source)
    downloads = cache / "toycar" / "archives"
    _check_space(target.parent, source, at_hand, downloads)
    for wanted in source.archives:
        if wanted not in at_hand:
            at_hand[wanted] = _download(wanted, downloads, source, on_progress)
    with atomic.atomic_path(target) as temporary:
        for wanted in source.archives:
            report = _labelled(on_progress, f"unpack {wanted.name}")
            archive.unpack(at_hand[wanted], temporary, wanted.max_unpacked, report)
    shutil.rmtree(downloads, ignore_errors=True)
    return target


def _acceptance(cache: Path) -> Path:
    return cache / "toycar" / "licence-accepted.json"


def _at_hand(source: Source) -> dict[Archive, Path]:
    """Return which archive each given file is, by size and checksum, whatever its name."""
    found: dict[Archive, Path] = {}
    for path in source.files:
        try:
            size, checksum = path.stat().st_size, download.md5(path)
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror}") from error
        match = next((a for a in source.archives if (a.size, a.md5) == (size, checksum)), None)
        if match is None:
            names = " nor ".join(a.name for a in source.archives)
            raise DataError(
                f"{path} ({size} bytes, MD5 {checksum}) is neither {names}: damaged or another version; "
                "leave it out to download the right one"
            )
        found[match] = path
    return found


def _download(wanted: Archive, downloads: Path, source: Source, on_progress: OnProgress | None) -> Path:
    target = downloads / wanted.name
    if target.is_file() and target.stat().st_size == wanted.size:
        return target  # Its checksum was right when it got its final name.
    url = f"{source.base_url}/record/{wanted.record}/files/{wanted.name}?download=1"
    otherwise = f", or fetch {wanted.name} on another computer and give it with --from FILE"
    remote = RemoteFile(url, wanted.size, wanted.md5, otherwise=otherwise)
    download.download(remote, target, _labelled(on_progress, f"download {wanted.name}"), source.patience)
    return target


def _check_space(place: Path, source: Source, at_hand: dict[Archive, Path], downloads: Path) -> None:
    # Sound compresses little: unpacked it takes 1.3 times the archive at most, here 1.5.
    unpacked = sum(wanted.size * 3 // 2 for wanted in source.archives)
    archives = sum(
        wanted.size - download.received(downloads / wanted.name, wanted.size)
        for wanted in source.archives
        if wanted not in at_hand
    )
    needed = unpacked + archives
    free = shutil.disk_usage(next(p for p in (place, *place.parents) if p.exists())).free
    if free < needed:
        raise DataError(
            f"{place} has {free / 1e9:.2f} GB free, about {needed / 1e9:.2f} GB are needed "
            f"({archives / 1e9:.2f} GB of archives, {unpacked / 1e9:.2f} GB unpacked): free some space or "
            "name another folder with --cache"
        )


def _labelled(on_progress: OnProgress | None, label: str) -> Callable[[int, int], None] | None:
    if on_progress is None:
        return None
    return lambda done, total: on_progress(label, done, total)
