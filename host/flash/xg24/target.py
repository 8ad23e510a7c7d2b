"""pyOCD's target types for the EFR32xG24: memory map, flash routines, access port, and the reset.

They need no CMSIS pack. The plug-in of the virtual probe calls `register`: every tool of pyOCD knows them.
"""

from collections.abc import Iterator
from typing import Any

from pyocd.core.memory_map import DeviceRegion, FlashRegion, MemoryMap, RamRegion, RomRegion
from pyocd.coresight.coresight_target import CoreSightTarget
from pyocd.coresight.cortex_m_v8m import CortexM_v8M
from pyocd.target import TARGET, normalise_target_type_name

from host.boards import part
from host.flash.algorithm import placement
from host.flash.xg24.msc_flash import MscFlash
from host.flash.xg24.msc_timings import WORD_BYTES
from host.flash.xg24.xg24_core import XG24Core

GENERIC = "efr32xg24"
"""The type for any part of the family: as much flash and RAM as the largest have."""

ORDER_CODES = (
    "EFR32MG24A010F1536IM40",
    "EFR32MG24A010F1536IM48",
    "EFR32MG24A020F1536IM40",
    "EFR32MG24A020F1536IM48",
    "EFR32MG24B020F1536IM48",
    "EFR32MG24B210F1536IM40",
    "EFR32MG24B210F1536IM48",
    "EFR32MG24B220F1536IM48",
    "EFR32MG24B310F1536IM48",
    "EFR32MG24B610F1536IM40",
    "EFR32BG24B210F1024IM48",
    "EFR32BG24B210F1536IM48",
    "EFR32BG24B220F1024IM48",
    "EFR32BG24B310F1536IJ42",
)
"""The parts that have a type of their own: those that the hardware description names (section 1.1)."""

_LARGEST = "EFR32MG24B310F1536IM48"
_CORE_AP = 0


class EFR32xG24(CoreSightTarget):  # type: ignore[misc]  # pyOCD has no type information
    """A part of the family; subclasses are made for order codes."""

    VENDOR = "Silicon Labs"
    PART_FAMILIES = ("EFR32MG24", "EFR32BG24")
    ORDER_CODE = _LARGEST

    def __init__(self, session: Any) -> None:
        super().__init__(session, memory_map(part.describe(self.ORDER_CODE)))

    def create_init_sequence(self) -> Any:
        """Connect as pyOCD does, to the core's access port alone: behind the next is the debug lock."""
        sequence = super().create_init_sequence()
        sequence.insert_before("discovery", ("limit_aps", self._limit_aps))
        sequence.wrap_task("discovery", self._with_core)
        return sequence

    def _limit_aps(self) -> None:
        self.dp.valid_aps = [_CORE_AP]

    def _with_core(self, sequence: Any) -> Any:
        return sequence.replace_task("create_cores", self._create_cores)

    def _create_cores(self) -> None:
        """Make the core one of this family, whose reset needs more than pyOCD does by itself."""
        self._discoverer._apply_to_all_components(
            self._create_core, filter=lambda each: each.factory == CortexM_v8M.factory
        )

    def _create_core(self, component: Any) -> None:
        XG24Core.factory(component.ap, component, component.address).init()


def memory_map(of: part.Part) -> MemoryMap:
    """Return what a debugger may touch; user data and device information can only be read."""
    return MemoryMap(
        FlashRegion(
            name="flash",
            start=part.FLASH_BASE,
            length=of.flash_bytes,
            sector_size=part.SECTOR_BYTES,
            page_size=part.SECTOR_BYTES,
            phrase_size=WORD_BYTES,
            is_boot_memory=True,
            algo=placement.for_pyocd(),
            flash_class=MscFlash,
        ),
        RamRegion(name="ram", start=part.RAM_BASE, length=of.ram_bytes),
        RomRegion(name="userdata", start=0x0FE0_0000, length=0x400),
        RomRegion(name="devinfo", start=0x0FE0_8000, length=0x400),
        DeviceRegion(name="peripherals", start=0x4000_0000, length=0x2000_0000, access="rw"),
        DeviceRegion(name="radio", start=0xA000_0000, length=0x2000_0000, access="rw"),
        DeviceRegion(name="system", start=0xE000_0000, length=0x2000_0000, access="rw"),
    )


def register() -> None:
    """Tell pyOCD the types; it may be called again."""
    for name, kind in _types():
        TARGET.setdefault(name, kind)


def type_name(order_code: str) -> str:
    """Return pyOCD's name of the type for a part; the generic one where it has none of its own."""
    return normalise_target_type_name(order_code) if order_code in ORDER_CODES else GENERIC


def _types() -> Iterator[tuple[str, type[EFR32xG24]]]:
    yield GENERIC, EFR32xG24
    for code in ORDER_CODES:
        yield type_name(code), type(code, (EFR32xG24,), {"ORDER_CODE": code, "__doc__": f"The {code}."})
