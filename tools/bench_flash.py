"""Group `flash`: SWD clocks and time of flashing a board, by host.flash and by pyOCD alone.

All simulated: a virtual board's debug port counts every clock on its wire, and its flash takes as long as
data sheets of the family say; no figure has the latency of a probe's USB in it.
"""

import random
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench_result import Result
from pyocd.flash.flash import Flash
from pyocd.flash.loader import MemoryLoader

from host import boards, default_model
from host.boards.part import SECTOR_BYTES
from host.errors import FlashError, ModelError
from host.flash import image, probes, programming, session, steps
from host.flash.algorithm import placement
from host.flash.image import FlashImage
from host.flash.probes import Probe
from host.flash.programming import Outcome, Wishes
from host.flash.session import Reach
from host.flash.virtual import virtual_probe
from host.flash.virtual.virtual_probe import VirtualProbe
from host.flash.xg24 import target
from host.flash.xg24.msc_timings import WORD_BYTES, MscTimings
from host.sim import inference
from host.sim.board import VirtualBoard
from host.sim.debug_port import DebugPort
from host.sim.image_file import FLASH_BASE
from host.tflite import reader

GROUP = "flash"
BOARD = "virtual"
IMAGE_BYTES = 300 * 1024
WORD_CLOCKS = 46  # of SWCLK, for a word that needs no answer but OK
GOALS = {1_000_000: 1.7, 10_000_000: 2.0}
"""SWD clocks for each bit of the image, by SWCLK in Hz."""

ESTIMATE_HZ = 4_000_000
MOST_TIMES_FLOOR = 1.4


@dataclass(frozen=True)
class Flashing:
    """What writing an image took: SWCLK cycles and simulated seconds from connecting on, sectors written."""

    cycles: int
    seconds: float
    sectors: int

    def per_bit(self, size: int) -> float:
        """Return SWCLK cycles for each bit of an image of `size` bytes."""
        return self.cycles / (8 * size)


@dataclass(frozen=True)
class Floor:
    """What no probe and no tool can do without: the words on the wire, and what the flash takes."""

    wire_s: float
    flash_s: float

    @property
    def seconds(self) -> float:
        """The larger of both: they can go on at the same time."""
        return max(self.wire_s, self.flash_s)


class Meter(steps.Silent):
    """Reads the probe's counters when everything is verified."""

    def __init__(self, probe: VirtualProbe) -> None:
        self._probe = probe
        self._step = ""
        self.verified = virtual_probe.Counters(0, 0, 0.0)

    def begin(self, step: str, total: int = 0) -> None:
        """Note the step."""
        self._step = step

    def found(self, text: str) -> None:
        """Read the counters where verification has come to an end."""
        if self._step == steps.VERIFY:
            self.verified = self._probe.counters()


def bench() -> list[Result]:
    """Return all figures of the group."""
    with tempfile.TemporaryDirectory() as folder:
        contents = image.read(random_image(Path(folder)))
        rows = []
        for hz, goal in GOALS.items():
            ours = flash(VirtualBoard(), contents, hz)
            rows += [clocks_row(ours, hz, goal), stock_row(stock(contents, hz), hz)]
        rows.append(time_row(flash(VirtualBoard(), contents, ESTIMATE_HZ), floor(IMAGE_BYTES, ESTIMATE_HZ)))
        return [*rows, other_model(Path(folder))]


def clocks_row(flashing: Flashing, hz: int, goal: float) -> Result:
    """Return the row of a whole image on a blank part."""
    least = WORD_CLOCKS / (8 * WORD_BYTES)
    value = flashing.per_bit(IMAGE_BYTES)
    what = f"{IMAGE_BYTES // 1024} KiB onto a blank part from connecting to verified"
    name = f"SWD clocks a bit, {what}, {hz / 1e6:g} MHz, simulated"
    against = f"{least:.4g}, {WORD_CLOCKS} clocks for each word of the image and none besides"
    return Result(GROUP, name, value, "clocks/bit", goal, "lower", against, value / least)


def stock_row(flashing: Flashing, hz: int) -> Result:
    """Return the row of pyOCD's own way of writing."""
    name = f"SWD clocks a bit, the same by pyOCD alone, not verified, {hz / 1e6:g} MHz, simulated"
    return Result(GROUP, name, flashing.per_bit(IMAGE_BYTES), "clocks/bit")


def time_row(flashing: Flashing, least: Floor) -> Result:
    """Return the row of the time that it would take on hardware."""
    times = MscTimings()
    sectors = -(-IMAGE_BYTES // SECTOR_BYTES)
    against = (
        f"{least.seconds:.3f} s, the larger of {least.wire_s:.3f} s ({IMAGE_BYTES // WORD_BYTES:,} words of "
        f"{WORD_CLOCKS} clocks) and {least.flash_s:.3f} s ({sectors} erases of "
        f"{1e3 * times.page_erase_s:g} ms, words of {1e6 * times.next_word_s:g} us, the first of a sector "
        f"{1e6 * times.first_word_s:g} us)"
    )
    name = f"time of the same at {ESTIMATE_HZ / 1e6:g} MHz, without the latency of a probe, simulated"
    goal = MOST_TIMES_FLOOR * least.seconds
    return Result(
        GROUP, name, flashing.seconds, "s", goal, "lower", against, flashing.seconds / least.seconds
    )


def floor(size: int, hz: int, times: MscTimings | None = None) -> Floor:
    """Return what writing `size` bytes takes at least."""
    times = times or MscTimings()
    sizes = [min(SECTOR_BYTES, size - at) for at in range(0, size, SECTOR_BYTES)]
    wire_s = size / WORD_BYTES * WORD_CLOCKS / hz
    return Floor(wire_s, sum(times.replace_s(each) for each in sizes))


def other_model(folder: Path) -> Result:
    """Return how many sectors are written when an image differs from the part's by its model only."""
    first = default_model.PRETRAINED
    second = changed_model(first, folder / first.name)
    old, new = (image.read(inference.build(reader.read(path), path).elf) for path in (first, second))
    board = VirtualBoard()
    flash(board, old, ESTIMATE_HZ)
    again = flash(board, new, ESTIMATE_HZ)
    differing = differing_sectors(old, new)
    return Result(
        GROUP,
        "sectors written for an image with another model only, simulated",
        again.sectors,
        "sectors",
        differing,
        "lower",
        f"{differing} sectors in which the two files differ, of {len(sectors_of(new))}",
        again.sectors / differing,
    )


def changed_model(path: Path, into: Path) -> Path:
    """Write a model with other numbers in its largest tensor of weights; returns `into`.

    Raises:
        ModelError: the model has no weights.
    """
    tensors = [tensor.data for tensor in reader.read(path).tensors if tensor.data]
    if not tensors:
        raise ModelError(f"{path} has no weights")
    weights = max(tensors, key=len)
    data = path.read_bytes()
    at = data.index(weights)
    other = random.Random(5).randbytes(len(weights))
    into.write_bytes(data[:at] + other + data[at + len(weights) :])
    return into


def differing_sectors(old: FlashImage, new: FlashImage) -> int:
    """Return in how many sectors of the new image the two images differ."""
    before, after = sectors_of(old), sectors_of(new)
    return sum(before.get(address) != data for address, data in after.items())


def sectors_of(contents: FlashImage) -> dict[int, bytes]:
    """Return the sectors of an image on a blank part, by address."""
    flat = bytearray(b"\xff" * (-(-(contents.end - FLASH_BASE) // SECTOR_BYTES) * SECTOR_BYTES))
    for segment in contents.segments:
        flat[segment.address - FLASH_BASE : segment.end - FLASH_BASE] = segment.data
    return {FLASH_BASE + at: bytes(flat[at : at + SECTOR_BYTES]) for at in range(0, len(flat), SECTOR_BYTES)}


def random_image(folder: Path) -> Path:
    """Write an image of IMAGE_BYTES: a vector table and noise; returns the file."""
    path = folder / "noise.bin"
    vectors = struct.pack("<II", 0x2000_8000, FLASH_BASE + 0x201)
    path.write_bytes(vectors + random.Random(1).randbytes(IMAGE_BYTES - len(vectors)))
    return path


def flash(board: VirtualBoard, contents: FlashImage, hz: int) -> Flashing:
    """Flash a board as host.flash does, without a start.

    Raises:
        FlashError: the board does not hold the image afterwards.
    """
    with _probe(board) as (probe, reach):
        begin = board.seconds
        meter = Meter(probe.handle)
        wishes = Wishes(run=False)
        outcome = programming.run(probe, Reach(reach, hz), boards.load(BOARD), contents, wishes, meter)
        _check(board, contents)
        return _flashing(outcome, meter, begin)


def _flashing(outcome: Outcome, meter: Meter, begin: float) -> Flashing:
    verified = meter.verified
    return Flashing(verified.swclk_cycles, verified.seconds - begin, len(outcome.plan.written))


def stock(contents: FlashImage, hz: int) -> Flashing:
    """Flash a blank board by pyOCD's own class and the same routines in RAM: no verification.

    Raises:
        FlashError: the board does not hold the image afterwards.
    """
    board = VirtualBoard()
    with _probe(board) as (probe, reach), session.quiet():
        begin = board.seconds
        opened = session.open_session(probe, Reach(reach, hz))
        region = opened.target.memory_map.get_boot_memory()
        region.flash_class = Flash
        # Without pyOCD's own CRC-32, as the packs have it.
        region.algo = placement.for_pyocd() | {"analyzer_supported": False}
        with opened:
            opened.target.reset_and_halt()
            loader = MemoryLoader(opened, progress=lambda share: None, chip_erase="sector")
            for segment in contents.segments:
                loader.add_data(segment.address, segment.data)
            loader.commit()
            counters = probe.handle.counters()
        _check(board, contents)
        return Flashing(counters.swclk_cycles, counters.seconds - begin, len(sectors_of(contents)))


@contextmanager
def _probe(board: VirtualBoard) -> Iterator[tuple[Probe, str]]:
    """Put a probe on a board; gives it, and the name of the target type."""
    with virtual_probe.attached(DebugPort(board).answer, "bench") as handle:
        probe = Probe(probes.VIRTUAL, handle.unique_id, handle.product_name, "", handle)
        yield probe, target.type_name(boards.load(BOARD).part)


def _check(board: VirtualBoard, contents: FlashImage) -> None:
    for segment in contents.segments:
        if board.read(segment.address, len(segment.data)) != segment.data:
            raise FlashError(f"the board does not hold {contents.path}: the figure would be worth nothing")
