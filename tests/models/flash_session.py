"""pyOCD's session with a virtual board in this process, as host.flash opens it, and counts of its wire."""

import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from host.flash import session
from host.flash.probes import VIRTUAL, Probe
from host.flash.session import Reach
from host.flash.virtual import virtual_probe
from host.flash.virtual.virtual_probe import VirtualProbe
from host.flash.xg24 import target
from host.flash.xg24.msc_flash import MscFlash
from host.sim.board import VirtualBoard
from host.sim.debug_port import DebugPort

FLASH, SECTOR = 0x0800_0000, 0x2000
WORD_CLOCKS = 46

_NAMES = (f"session-{number}" for number in itertools.count())


@dataclass(frozen=True)
class Sector:
    """What a sector is to hold."""

    address: int
    data: bytes


@dataclass(frozen=True)
class OpenSession:
    """The board, its probe, and pyOCD's session with it."""

    board: VirtualBoard
    probe: VirtualProbe
    session: Any

    @property
    def target(self) -> Any:
        return self.session.target

    @property
    def flash(self) -> MscFlash:
        flash = self.target.memory_map.get_boot_memory().flash
        assert isinstance(flash, MscFlash)
        return flash

    @property
    def words(self) -> float:
        """SWCLK cycles so far, in words of 46."""
        return self.probe.counters().swclk_cycles / WORD_CLOCKS

    def break_line(self, kind: str, ppm: int, seed: int = 1) -> None:
        """Let a share of transfers be answered "wait" or "fault", or arrive with a wrong "parity"."""
        setattr(self.board.core.faults, f"swd_{kind}_ppm", ppm)
        self.board.core.faults.swd_seed = seed


@contextmanager
def opened(
    board: VirtualBoard | None = None, hz: int = 1_000_000, name: str = target.GENERIC, halt: bool = True
) -> Iterator[OpenSession]:
    """Connect with a board, a blank one if none is given; `halt` resets it and stops it before it starts."""
    board = board or VirtualBoard()
    with session.quiet(), virtual_probe.attached(DebugPort(board).answer, next(_NAMES)) as handle:
        probe = Probe(VIRTUAL, handle.unique_id, handle.product_name, "", handle)
        with session.open_session(probe, Reach(name, hz)) as connected:
            if halt:
                connected.target.reset_and_halt()
            yield OpenSession(board, handle, connected)


def noise(size: int = SECTOR, seed: int = 1) -> bytes:
    """Return random bytes."""
    return random.Random(seed).randbytes(size)


def sectors(count: int, seed: int = 1) -> list[Sector]:
    """Return full sectors of noise from the flash's first one on."""
    return [Sector(FLASH + SECTOR * index, noise(SECTOR, seed + index)) for index in range(count)]
