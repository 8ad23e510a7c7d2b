"""Unpacks an archive of clips without trusting it: nothing but WAV files of the layout leaves it."""

import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from host.errors import DataError

_MEMBER = re.compile(r"(?:\w+/)?(?P<split>train|test)/(?P<name>(?:normal|anomaly)_id_[0-9]{2}_[0-9]{8}\.wav)")

_ENCRYPTED = 0x1  # general purpose flag, APPNOTE 4.4.4

MAX_CLIP_BYTES = 4 << 20
"""A clip of 11 s has 352 kB; anything above this limit is no clip."""

MAX_MEMBERS = 100_000
"""The larger archive of the data set has 6,500."""

OnProgress = Callable[[int, int], None]
"""Called with (clips done, clips in all)."""


@dataclass(frozen=True)
class _Member:
    info: zipfile.ZipInfo
    place: PurePosixPath
    """`train/NAME.wav` or `test/NAME.wav`: the archive's own top folder is dropped."""


def unpack(archive: Path, folder: Path, max_bytes: int, on_progress: OnProgress | None = None) -> int:
    """Unpack the clips of a zip archive into `folder`/train and `folder`/test; return how many.

    All names and sizes are checked before anything is written. Members that are no clips are left out.

    Raises:
        DataError: a damaged archive, one with an absolute name, `..`, a link, two members for one place,
            an encrypted one, a file above 4 MiB, more than `max_bytes` in all, too many files or no clip.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _checked(archive, opened, max_bytes)
            for done, member in enumerate(members, start=1):
                target = folder / member.place
                target.parent.mkdir(parents=True, exist_ok=True)
                if target.parent.is_symlink():
                    raise DataError(f"{target.parent} is a link: not unpacked through it; remove it")
                # "x": never through anything that stands there already.
                with opened.open(member.info) as source, target.open("xb") as file:
                    shutil.copyfileobj(source, file)
                if on_progress is not None:
                    on_progress(done, len(members))
    except FileExistsError as error:
        raise DataError(f"{archive}: a clip of the same name came with another archive: {error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{archive} is damaged or no zip archive: {error}") from error
    return len(members)


def _checked(archive: Path, opened: zipfile.ZipFile, max_bytes: int) -> tuple[_Member, ...]:
    members: list[_Member] = []
    places: set[PurePosixPath] = set()
    total = 0
    if len(opened.infolist()) > MAX_MEMBERS:
        raise DataError(
            f"{archive} holds {len(opened.infolist())} files, at most {MAX_MEMBERS} expected: not unpacked"
        )
    for info in opened.infolist():
        _refuse_hostile(archive, info)
        total += info.file_size
        match = _MEMBER.fullmatch(info.filename)
        if match is None or info.is_dir():
            continue
        place = PurePosixPath(match["split"], match["name"])
        if place in places:
            raise DataError(f"{archive} holds {place} twice: not unpacked")
        if info.file_size > MAX_CLIP_BYTES:
            raise DataError(
                f"{archive}: {place} has {info.file_size} bytes, at most {MAX_CLIP_BYTES} expected"
            )
        places.add(place)
        members.append(_Member(info, place))
    if total > max_bytes:
        raise DataError(
            f"{archive} would unpack to {total} bytes, at most {max_bytes} expected: not unpacked"
        )
    if not members:
        raise DataError(f"{archive} holds no clips (train/normal_id_01_00000000.wav and the like)")
    return tuple(members)


def _refuse_hostile(archive: Path, info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise DataError(f"{archive} holds the unsafe name {name!r}: not unpacked")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise DataError(f"{archive} holds {name!r}, which is a link or device: not unpacked")
    if info.flag_bits & _ENCRYPTED:
        raise DataError(f"{archive} holds {name!r} encrypted, as the data set never is: not unpacked")
