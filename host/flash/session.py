"""A connection with the part behind a probe, through pyOCD: what the steps of flashing need."""

import logging
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyocd.core.session import Session

from host.boards.part import FLASH_BASE, SECTOR_BYTES
from host.errors import HostError, ProbeError, TargetError
from host.flash import debug_challenge
from host.flash.failures import told
from host.flash.plan import Sector
from host.flash.probes import Probe
from host.flash.xg24 import pause
from host.flash.xg24.retry import Retry

ATTACH = "attach"
UNDER_RESET = "under-reset"


@dataclass(frozen=True)
class Reach:
    """How to reach a part.

    Attributes:
        target: pyOCD's name of the target type.
        frequency_hz: Of SWCLK.
    """

    target: str
    frequency_hz: int


@contextmanager
def quiet(show: bool = False) -> Iterator[None]:
    """Keep pyOCD's log from the terminal while the body runs, or show all of it on standard error."""
    logger = logging.getLogger("pyocd")
    handler = logging.StreamHandler(sys.stderr) if show else logging.NullHandler()
    before = (logger.level, logger.propagate)
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.INFO if show else logging.CRITICAL)
    try:
        yield
    finally:
        logger.level, logger.propagate = before
        logger.removeHandler(handler)


def open_session(probe: Probe, reach: Reach, mode: str = ATTACH) -> Session:
    """Return a session of pyOCD, not open yet, that reads no settings of this computer or folder.

    Raises:
        TargetError: pyOCD has no such target type.
    """
    options = {
        "target_override": reach.target,
        "frequency": reach.frequency_hz,
        "connect_mode": mode,
        "pack": None,
        "adi.v5.max_invalid_ap_count": 0,
        "auto_unlock": False,
        "hide_programming_progress": True,
        "no_config": True,
        # pyOCD would run a pyocd_user.py of the working folder, and change to another folder.
        "user_script": os.devnull,
    }
    with told("setting the target up"):
        return Session(probe.handle, options=options | {"project_dir": str(Path.cwd())})


@contextmanager
def connected(
    probe: Probe, reach: Reach, on_mode: Callable[[str], None] | None = None
) -> Iterator["Connection"]:
    """Connect with the part: as it runs, or where that fails with its reset asserted.

    Args:
        probe: The probe.
        reach: How to reach the part.
        on_mode: Called with ATTACH or UNDER_RESET before each attempt.

    Raises:
        ProbeError: the probe cannot be opened, or went away.
        TargetError: the part does not answer, or is locked.
    """
    connection = _connect(probe, reach, on_mode or (lambda mode: None))
    try:
        yield connection
    finally:
        connection.close()


def _connect(probe: Probe, reach: Reach, on_mode: Callable[[str], None]) -> "Connection":
    on_mode(ATTACH)
    try:
        return _attempt(probe, reach, ATTACH)
    except TargetError as first:
        status = lock_status(probe, reach)
        if status is not None and status.locked:
            raise debug_challenge.refusal(status) from first
        on_mode(UNDER_RESET)
        try:
            return _attempt(probe, reach, UNDER_RESET)
        except TargetError:
            raise first from None


def _attempt(probe: Probe, reach: Reach, mode: str) -> "Connection":
    session = open_session(probe, reach, mode)
    try:
        with told("connecting"):
            session.open()
    except BaseException:
        if mode == UNDER_RESET:
            with suppress(HostError), told("letting go of the reset"):
                session.probe.assert_reset(False)
        _close(session)
        raise
    return Connection(session, probe)


def lock_status(probe: Probe, reach: Reach) -> debug_challenge.Status | None:
    """Return what the part says of its debug lock; None where it says nothing."""
    try:
        with challenged(probe, reach) as interface:
            return interface.status()
    except (TargetError, ProbeError):
        return None


class Challenged(debug_challenge.Interface):
    """The debug challenge interface of a part that nothing else is known of.

    Args:
        session: An open session, connected with the debug port.
        probe: Its probe.
    """

    def __init__(self, session: Session, probe: Probe) -> None:
        super().__init__(session.target.dp, pause.for_probe(probe.handle))
        self._session = session

    def reset(self) -> None:
        """Pull the reset pin for a moment."""
        with told("resetting the part"):
            self._session.probe.reset()


@contextmanager
def challenged(probe: Probe, reach: Reach) -> Iterator[Challenged]:
    """Connect with the part's debug challenge interface alone, which a locked part serves too.

    Raises:
        ProbeError: the probe cannot be opened, or went away.
        TargetError: the part does not answer.
    """
    session = open_session(probe, reach)
    try:
        with told("reading the lock"):
            session.open(init_board=False)
            session.target.dp.connect()
        yield Challenged(session, probe)
    finally:
        _close(session)


class Connection:
    """An open session with a part whose core runs, or stands after `halt`.

    All methods raise TargetError, ProbeError or FlashError as told by failures.told.
    """

    def __init__(self, session: Session, probe: Probe) -> None:
        self._session = session
        self._target: Any = session.target
        self._halted = False
        self._resumes = True
        self._retry = Retry()
        self.probe = probe

    @property
    def flash(self) -> Any:
        """The programmer of main flash.

        Raises:
            TargetError: the target type has no flash where the parts have it.
        """
        region = self._target.memory_map.get_region_for_address(FLASH_BASE)
        flash = getattr(region, "flash", None)
        if flash is None:
            raise TargetError(
                f"the target type {self._session.board.target_type} has no flash at {FLASH_BASE:#010x}: "
                "leave --pack out"
            )
        return flash

    def read32(self, address: int) -> int:
        """Return a word of memory."""
        with told(f"reading {address:#010x}"):
            return int(self._retry.call(lambda: self._target.read32(address)))

    def write32(self, address: int, value: int) -> None:
        """Write a word of memory."""
        with told(f"writing {address:#010x}"):
            self._retry.call(lambda: self._target.write32(address, value))

    def read(self, address: int, count: int) -> bytes:
        """Return bytes of memory; the core may run."""
        with told(f"reading {count} bytes at {address:#010x}"):
            return bytes(self.flash.read(address, count))

    def halt(self) -> None:
        """Reset the part and stop it before its first instruction, whatever ran before."""
        self._halted = True
        with told("halting the part at its reset"):
            self._target.reset_and_halt()

    def checksums(self, sectors: Sequence[int]) -> list[int]:
        """Return the CRC-32 of each of the sectors at these addresses, computed on the part; needs `halt`."""
        with told("computing checksums on the part"):
            return [int(crc) for crc in self.flash.crc32(sectors)]

    def checksums_of_reads(self, sectors: Sequence[int]) -> list[int]:
        """Return the same, computed here: the core may run."""
        return [zlib.crc32(self.read(sector, SECTOR_BYTES)) for sector in sectors]

    def erase(self, sector: int) -> None:
        """Erase the sector at an address; needs `halt`."""
        with told(f"erasing {sector:#010x}"):
            flash = self.flash
            flash.init(flash.Operation.ERASE)
            flash.erase_sector(sector)
            flash.uninit()

    def replace(self, sectors: Iterable[Sector], on_progress: Callable[[int], None]) -> None:
        """Erase and program sectors; `on_progress` gets how many are done. Needs `halt`."""
        with told("writing"):
            self.flash.replace_sectors(sectors, on_progress)

    def start(self) -> None:
        """Reset the part and let it run."""
        with told("starting the image"):
            self._target.reset()
        self._halted = False

    def leave_halted(self) -> None:
        """Close the flash controller, and leave the core halted at its reset when the session ends."""
        self._resumes = False
        self._close_controller()
        self.halt()

    def give_up(self) -> None:
        """Do as much of `leave_halted` as is possible; raises nothing, for something failed already."""
        self._resumes = False
        for action in (self._close_controller, self.halt):
            with suppress(HostError):
                action()

    def close(self) -> None:
        """End the session; the core goes on, or starts anew after `halt`, unless it is to be left halted."""
        if self._halted and self._resumes:
            # It stands in a routine in RAM, whose end is a breakpoint.
            with suppress(HostError):
                self.start()
        self._session.options.set("resume_on_disconnect", self._resumes)
        _close(self._session)

    def _close_controller(self) -> None:
        with told("closing the flash controller"):
            algorithm = getattr(self._session.context_state, "current_flash_algo", None)
            if algorithm is not None:
                algorithm.cleanup()


def _close(session: Session) -> None:
    # An error on the way out must not hide the one that led here.
    with suppress(HostError), told("disconnecting"):
        session.close()
