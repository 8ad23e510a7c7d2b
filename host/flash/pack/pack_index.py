"""Packs by the index of them: fetched with cmsis-pack-manager into this project's cache.

cmsis-pack-manager reports no failure of the network: what it leaves is an empty index, told apart here from
an index that lacks the part.
"""

import hashlib
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from cmsis_pack_manager import Cache, CmsisPackRef

from host import atomic
from host.errors import PackError
from host.project import cache_dir

INDEX_WAIT_S = 600.0
"""The index of all vendors has thousands of descriptions."""

PACK_WAIT_S = 300.0

_PUBLIC = "the public pack index"
_OFFLINE = "check the network and its proxy, or name a pack with --pack FILE, or leave --pack out"
_Result = TypeVar("_Result")


def cached(order_code: str, index_url: str | None = None, folder: Path | None = None) -> Path | None:
    """Return the pack of a part that was fetched before; None where there is none. Uses no network.

    Args:
        order_code: The part.
        index_url: See `fetch`.
        folder: See `fetch`.
    """
    folder = _folder(index_url, folder)
    reference = _reference(_cache(folder), order_code)
    if reference is None:
        return None
    path: Path = folder / reference.get_pack_name()
    return path if path.is_file() else None


def fetch(
    order_code: str,
    index_url: str | None = None,
    folder: Path | None = None,
    index_wait_s: float = INDEX_WAIT_S,
    pack_wait_s: float = PACK_WAIT_S,
) -> Path:
    """Fetch the index, then the pack of a part; return where the pack is.

    Args:
        order_code: The part, as the index has it: EFR32MG24B310F1536IM48.
        index_url: Of a .pidx or .vidx file; cmsis-pack-manager's when None.
        folder: Where to keep both; one in the user's cache for each index when None.
        index_wait_s: Seconds that fetching the index may take.
        pack_wait_s: Seconds that fetching the pack may take.

    Raises:
        PackError: nothing comes from the index, it lacks the part, or the pack does not come; or there is no
            folder to keep them in.
        DataError: the index cannot be written.
    """
    source = index_url or _PUBLIC
    folder = _folder(index_url, folder)
    _make(folder)
    with _temporary(folder) as temporary:
        # In a folder of its own: an index of another day would be taken for the new one if nothing comes.
        fresh = _cache(folder, temporary, index_url)
        _within(index_wait_s, fresh.cache_descriptors, f"the index ({source})")
        parts = len(fresh.index)
        if parts == 0:
            raise PackError(f"the pack index is empty, nothing came from {source}: {_OFFLINE}")
        reference = _reference(fresh, order_code)
        if reference is None:
            raise PackError(
                f"{source} has {parts} parts, but no {order_code}: name a pack of this part with "
                "--pack FILE, or leave --pack out"
            )
        for written in (Path(fresh.index_path), Path(fresh.aliases_path)):
            if written.is_file():
                atomic.write_text(folder / written.name, written.read_text(encoding="utf-8"))
    path: Path = folder / reference.get_pack_name()
    _within(pack_wait_s, lambda: fresh.download_pack_list([reference]), f"pack {reference}")
    if not path.is_file():
        raise PackError(f"pack {reference} is in the index but did not come from the network: {_OFFLINE}")
    return path


def _folder(index_url: str | None, folder: Path | None) -> Path:
    if folder is not None:
        return folder
    name = hashlib.sha256(index_url.encode()).hexdigest()[:16] if index_url else "public"
    return cache_dir() / "packs" / name


def _cache(folder: Path, index_folder: Path | None = None, index_url: str | None = None) -> Cache:
    sources = None
    if index_folder is not None and index_url is not None:
        sources = index_folder / "sources.txt"
        atomic.write_text(sources, f"{index_url}\n")
    return Cache(
        True,
        False,
        json_path=str(index_folder or folder),
        data_path=str(folder),
        vidx_list=str(sources) if sources else None,
    )


def _reference(cache: Cache, order_code: str) -> CmsisPackRef | None:
    """Return the pack of a part in a cache's index; None where there is no index, or not the part."""
    try:
        pack = cache.index[order_code]["from_pack"]
        return CmsisPackRef(pack["vendor"], pack["pack"], pack["version"])
    except (KeyError, TypeError, ValueError):
        return None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PackError(f"cannot make the folder for packs, {folder}: {error.strerror}") from error


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    try:
        # A thread that was given up may still write there when it is removed.
        made = tempfile.TemporaryDirectory(prefix=".index-", dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        raise PackError(f"cannot write to the folder for packs, {folder}: {error.strerror}") from error
    with made as name:
        yield Path(name)


def _within(seconds: float, work: Callable[[], _Result], what: str) -> _Result:
    """Run `work` in a thread and wait for it: the library has no limit of its own on how long it waits.

    Raises:
        PackError: it failed, or took too long; its thread is left behind then.
    """
    results: list[_Result] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001  # The library raises plain Exception.
            errors.append(error)

    thread: Any = threading.Thread(target=run, name="packs", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        reason = " ".join(str(errors[0]).split())
        raise PackError(f"{what} cannot be fetched ({reason}): {_OFFLINE}") from errors[0]
    if not results:
        raise PackError(f"{what} did not come within {seconds:g} s: {_OFFLINE}")
    return results[0]
