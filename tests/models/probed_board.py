"""A virtual board in this process with a probe at its debug port, and host.flash on it by its command."""

import itertools
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from host.errors import HostError
from host.flash import __main__ as command
from host.flash.virtual import virtual_probe
from host.interruption import Interrupted
from host.sim.board import VirtualBoard
from host.sim.board_settings import BoardSettings
from host.sim.debug_port import DebugPort
from host.sim.injection import Injection

FLASH, SECTOR = 0x0800_0000, 0x2000
NEW, OLD = 3, 5  # seeds of images

_SPIN = 0xE7FE  # b .
_VECTOR_BYTES = 0x40
_NAMES = (f"probed-{number}" for number in itertools.count())


@dataclass(frozen=True)
class Done:
    """How a command ended: its exit status and its line on standard error, "" for none."""

    status: int
    error: str


@dataclass
class ProbedBoard:
    """The board, its debug port, and the name of its probe."""

    board: VirtualBoard
    port: DebugPort
    name: str
    arguments: tuple[str, ...] = field(default=("--board", "virtual", "--force", "--no-run"))

    def flash(self, *arguments: str) -> Done:
        """Run host.flash on this board; without a banner there is no start."""
        options = (*self.arguments, "--probe", self.name)
        try:
            return Done(command.main([*options, *arguments]), "")
        except HostError as error:
            return Done(error.exit_code, str(error))
        except Interrupted as error:
            return Done(error.exit_code, str(error))

    def contents(self, count: int, address: int = FLASH) -> bytes:
        """Return bytes of the board's memory, as it is."""
        return self.board.read(address, count)

    def end_of(self, contents: bytes) -> int:
        """Return the address of the first sector behind an image."""
        return FLASH - -len(contents) // SECTOR * SECTOR

    def inject_at(self, kind: str, cycle: int, *arguments: int) -> None:
        """Break something from a core cycle on."""
        self.board.inject(Injection(kind, cycle, arguments))

    def inject(self, kind: str, *arguments: int) -> None:
        """Break something from now on."""
        self.board.inject(Injection(kind, self.board.now, arguments))


def image(sectors: float, seed: int = NEW) -> bytes:
    """Return an image that starts, loops for ever, and is otherwise noise of a seed."""
    size = int(sectors * SECTOR)
    reset = FLASH + _VECTOR_BYTES
    vectors = struct.pack("<16I", 0x2000_8000, reset + 1, *(14 * (reset + 1,)))
    words = ((index * 2654435761 + seed * 0x9E3779B9) >> 3 & 0xFFFF for index in itertools.count())
    noise = struct.pack(f"<{size // 2}H", *itertools.islice(words, size // 2))
    return vectors + struct.pack("<H", _SPIN) + noise[_VECTOR_BYTES + 2 :]


def write_image(folder: Path, sectors: float, seed: int = NEW) -> Path:
    """Write an image to a binary file."""
    path = folder / f"image-{sectors}-{seed}.bin"
    path.write_bytes(image(sectors, seed))
    return path


@contextmanager
def probed(settings: BoardSettings | None = None, holds: bytes = b"") -> Iterator[ProbedBoard]:
    """Make a board, blank or holding an image, and let pyOCD find its probe for as long as the body runs."""
    board = VirtualBoard(settings or BoardSettings())
    if holds:
        assert board.core.load(FLASH, holds)
    board.power_on()
    port = DebugPort(board)
    name = next(_NAMES)
    with virtual_probe.attached(port.answer, name):
        yield ProbedBoard(board, port, name)
