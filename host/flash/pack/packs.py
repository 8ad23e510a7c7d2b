"""Targets out of CMSIS packs, in place of this project's own: what --pack asks for.

pyOCD reads the pack; what is wrong with packs for the EFR32xG24 is found here and mended or refused, with the
pack's release, before pyOCD stumbles over it.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyocd.core.exceptions import Error as PyocdError
from pyocd.core.session import Session
from pyocd.coresight.coresight_target import CoreSightTarget
from pyocd.target import TARGET, family, normalise_target_type_name
from pyocd.target.pack.cmsis_pack import CmsisPack, CmsisPackDevice
from pyocd.target.pack.pack_target import PackTargets

from host.boards.part import FLASH_BASE, RAM_BASE, SECTOR_BYTES, describe
from host.errors import PackError
from host.flash.pack import pack_description, pack_index
from host.flash.pack.pack_description import PackDescription, PackPart
from host.flash.pack.pack_flash import PackFlash
from host.flash.xg24.target import EFR32xG24

AUTO = "auto"
"""What to give --pack for a pack from the index on the network."""

_WITHOUT = "take another release of it, or leave --pack out: this project's own target needs no pack"


@dataclass(frozen=True)
class PackTarget:
    """A target type of pyOCD that comes from a pack.

    Attributes:
        name: pyOCD's name for it; no other target has it, whatever is registered for the part.
        pack: The pack's name and release.
        path: The pack.
        page_bytes: How much its algorithm programs in one call.
        remarks: What was mended in it, one line each.
    """

    name: str
    pack: str
    path: Path
    page_bytes: int
    remarks: tuple[str, ...] = ()


def target(choice: str, order_code: str) -> PackTarget:
    """Register the target type that --pack means, and return it.

    Args:
        choice: A .pack file, AUTO, or the URL of an index; the last two use the network.
        order_code: The part, as EFR32MG24B310F1536IM48.

    Raises:
        PackError: there is no such pack, it lacks the part, or it cannot be used.
        BuildError: there is no such part.
    """
    if choice == AUTO:
        return from_index(order_code)
    if re.match(r"https?://", choice):
        return from_index(order_code, choice)
    return from_file(Path(choice), order_code)


def from_index(order_code: str, index_url: str | None = None) -> PackTarget:
    """Register the target type of a pack that was fetched before, or is fetched now.

    Args:
        order_code: The part.
        index_url: Of a .pidx or .vidx file; cmsis-pack-manager's when None.

    Raises:
        PackError: nothing comes from the network, the index lacks the part, or its pack cannot be used.
    """
    describe(order_code)
    cached = pack_index.cached(order_code, index_url)
    if cached is not None:
        try:
            return from_file(cached, order_code)
        except PackError:
            # A newer release may be right, and a damaged file is not fetched again while it is there.
            cached.unlink(missing_ok=True)
    return from_file(pack_index.fetch(order_code, index_url), order_code)


def from_file(path: Path, order_code: str) -> PackTarget:
    """Register the target type of a part in a .pack file, and return it; uses no network.

    Raises:
        PackError: the pack cannot be read or used, or lacks the part.
    """
    described = pack_description.read(path)
    part = described.part(order_code)
    if part is None:
        raise PackError(
            f"pack {described} has no {order_code} among its {len(described.parts)} parts: take the pack of "
            "the part's family, or leave --pack out"
        )
    _check_memories(described, part)
    device = _device(path, described, part)
    region = _flash_region(described, device, describe(order_code).flash_bytes)
    stated = int(region.flm.page_size)
    page_bytes = _page_bytes(stated)
    region.flm.page_size = page_bytes
    region.flash_class = PackFlash
    remarks: tuple[str, ...] = ()
    if page_bytes != stated:
        remarks = (
            f"pack {described}: its page of {stated} B does not fit sectors of {SECTOR_BYTES} B: programming "
            f"{page_bytes} B at a time",
        )
    return PackTarget(_register(device), str(described), path, page_bytes, remarks)


def _check_memories(described: PackDescription, part: PackPart) -> None:
    empty = [memory.name for memory in part.memories if memory.bytes <= 0]
    if empty:
        raise PackError(
            f"pack {described} states a size of 0 B for {', '.join(empty)} of {part.name}, a mistake of this "
            f"release: {_WITHOUT}"
        )
    for base, kind in ((FLASH_BASE, "flash"), (RAM_BASE, "RAM")):
        if not any(memory.base <= base < memory.base + memory.bytes for memory in part.memories):
            raise PackError(
                f"pack {described} has no {kind} at {base:#010x} for {part.name}, where the part has it: "
                f"{_WITHOUT}"
            )


def _device(path: Path, described: PackDescription, part: PackPart) -> CmsisPackDevice:
    try:
        devices = CmsisPack(str(path)).devices
    except (PyocdError, OSError, KeyError, ValueError, AssertionError) as error:
        raise PackError(f"pack {described}: pyOCD cannot read it ({_line(error)}): {_WITHOUT}") from error
    return next(device for device in devices if device.part_number == part.name)


def _flash_region(described: PackDescription, device: CmsisPackDevice, flash_bytes: int) -> Any:
    """Return the main flash, with an algorithm that erases it by sectors."""
    try:
        region = device.memory_map.get_region_for_address(FLASH_BASE)
    except Exception as error:  # A damaged FLM lets anything out of pyOCD's reader.
        raise PackError(
            f"pack {described}: the flash algorithm of {device.part_number} cannot be read ({_line(error)}): "
            f"{_WITHOUT}"
        ) from error
    flm = getattr(region, "flm", None)
    if flm is None:
        raise PackError(f"pack {described} has no flash algorithm for {device.part_number} in it: {_WITHOUT}")
    sectors = list(flm.iter_sector_size_ranges())
    if [size for _, size in sectors] != [SECTOR_BYTES] or sectors[0][0].start != FLASH_BASE:
        stated = ", ".join(f"{size} B from {place.start:#010x}" for place, size in sectors) or "none"
        raise PackError(
            f"pack {described}: its flash algorithm states sectors of {stated}; the part's are "
            f"{SECTOR_BYTES} B from {FLASH_BASE:#010x}: {_WITHOUT}"
        )
    if min(flm.flash_size, region.length) < flash_bytes or flm.page_size <= 0:
        raise PackError(
            f"pack {described}: its flash algorithm covers {min(flm.flash_size, region.length)} B in pages "
            f"of {flm.page_size} B, the part has {flash_bytes} B of flash: {_WITHOUT}"
        )
    return region


def _page_bytes(stated: int) -> int:
    """Return the page to use: no larger than a sector, of which it must be an even part."""
    return SECTOR_BYTES if stated > SECTOR_BYTES else math.gcd(stated, SECTOR_BYTES)


class _PackPart(EFR32xG24):
    """What every target of a pack is: connected with and reset as others, without sequences of the pack."""

    def __init__(self, session: Session, memory_map: Any) -> None:
        CoreSightTarget.__init__(self, session, memory_map)

    @property
    def debug_sequence_delegate(self) -> None:
        """None: a pack's sequences may unlock a part, which erases it."""
        return None

    @debug_sequence_delegate.setter
    def debug_sequence_delegate(self, delegate: object) -> None:
        pass


def _register(device: CmsisPackDevice) -> str:
    """Give the pack's target a name of its own: that of the part alone is this project's target."""
    plain = normalise_target_type_name(device.part_number)
    mine = TARGET.pop(plain, None)
    base = family.FamilyInfo(device.vendor, re.compile(re.escape(device.part_number)), _PackPart)
    family.FAMILIES.insert(0, base)
    try:
        PackTargets.populate_device(device)
        made = TARGET.pop(plain)
        # pyOCD leaves out a core that the pack does not place; here there is one, at a place that is known.
        made.add_core = EFR32xG24.add_core
    finally:
        family.FAMILIES.remove(base)
        if mine is not None:
            TARGET[plain] = mine
    name = f"{plain}_pack"
    TARGET[name] = made
    return name


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
