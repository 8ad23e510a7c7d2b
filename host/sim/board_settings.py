"""What a virtual board is made of: sizes of its memories, crystal, accounts, and how strict it is."""

from dataclasses import dataclass

from host import cycle_models
from host.errors import UsageError
from host.sim.image_file import FLASH_BASE

RAM_BASE = 0x2000_0000

_FLASH_PAGE = 0x2000  # bytes that one erase clears
_FLASH_MOST = 0x18_0000  # the largest part of the family has 1536 KiB,
_RAM_MOST = 0x4_0000  # and 256 KiB in blocks of 16 KiB
_RAM_BLOCK = 0x4000
_HFXO_LEAST_HZ, _HFXO_MOST_HZ = 38_000_000, 40_000_000
_WAIT_STATES_MOST = 15
_MOST_32 = (1 << 32) - 1
_MOST_64 = (1 << 64) - 1


@dataclass(frozen=True)
class BoardSettings:
    """What the virtual board is made of.

    Attributes:
        flash_bytes: Size of the main flash, a multiple of its pages of 8 KiB.
        ram_bytes: Size of the RAM, a multiple of its blocks of 16 KiB.
        hfxo_hz: Frequency of the crystal, 38 to 40 MHz.
        part: DEVINFO.PART; only B2xx and B310 parts have an accelerator.
        unique_id: DEVINFO's EUI64; where its upper 24 bits are 0, those that mark virtual boards are put in.
        cycle_model: Account of the accelerator's cycles (host.cycle_models.CYCLE_MODELS).
        strict: An access to anything that is not modelled ends the run.
        cyccnt_runs_in_sleep: Whether DWT.CYCCNT goes on while the core sleeps, which is not known of silicon.
        ram_seed: Decides what RAM holds at power-on.
        flash_data_read: Wait states of the core's data reads from flash.

    Raises:
        UsageError: there can be no such board.
    """

    flash_bytes: int = _FLASH_MOST
    ram_bytes: int = _RAM_MOST
    hfxo_hz: int = 39_000_000
    part: int = 0x0118_051E
    unique_id: int = 0
    cycle_model: str = cycle_models.DEFAULT_CYCLE_MODEL
    strict: bool = False
    cyccnt_runs_in_sleep: bool = False
    ram_seed: int = 1
    flash_data_read: int = 1

    def __post_init__(self) -> None:
        """Check every number."""
        _check_size("flash_bytes", self.flash_bytes, _FLASH_PAGE, _FLASH_MOST)
        _check_size("ram_bytes", self.ram_bytes, _RAM_BLOCK, _RAM_MOST)
        check_range("hfxo_hz", self.hfxo_hz, _HFXO_LEAST_HZ, _HFXO_MOST_HZ)
        check_range("part", self.part, 0, _MOST_32)
        check_range("unique_id", self.unique_id, 0, _MOST_64)
        check_range("ram_seed", self.ram_seed, 0, _MOST_64)
        check_range("flash_data_read", self.flash_data_read, 0, _WAIT_STATES_MOST)
        if self.cycle_model not in cycle_models.CYCLE_MODELS:
            names = ", ".join(cycle_models.CYCLE_MODELS)
            raise UsageError(f"there is no cycle model named {self.cycle_model}: there are {names}")

    def in_flash(self, address: int) -> bool:
        """Whether a byte of the main flash is there."""
        return FLASH_BASE <= address < FLASH_BASE + self.flash_bytes

    def in_ram(self, address: int) -> bool:
        """Whether a byte of the RAM is there."""
        return RAM_BASE <= address < RAM_BASE + self.ram_bytes

    @property
    def memories(self) -> str:
        """Where flash and RAM are, in words."""
        flash_end, ram_end = FLASH_BASE + self.flash_bytes, RAM_BASE + self.ram_bytes
        flash = f"flash is {FLASH_BASE:#010x} to {flash_end - 1:#010x}"
        return f"{flash}, RAM {RAM_BASE:#010x} to {ram_end - 1:#010x}"


def check_range(what: str, value: int, least: int, most: int) -> None:
    """Check a whole number that goes to the simulator.

    Raises:
        UsageError: it is none, or lies outside of `least` to `most`.
    """
    if not isinstance(value, int) or not least <= value <= most:
        raise UsageError(f"{what} cannot be {value!r}: give a whole number from {least:,} to {most:,}")


def _check_size(what: str, size: int, step: int, most: int) -> None:
    if not isinstance(size, int) or not step <= size <= most or size % step:
        raise UsageError(f"{what} cannot be {size!r}: give a multiple of {step:,} up to {most:,}")
