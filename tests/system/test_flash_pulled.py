"""The probe is pulled, or the power cut, anywhere while host.flash works; the next run mends the board."""

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from probed_board import NEW, OLD, SECTOR, ProbedBoard, image, probed, write_image

from host import boards
from host.flash import image as flash_image
from host.flash import probes, programming, steps
from host.flash.programming import Wishes
from host.flash.session import Reach
from host.flash.steps import Silent
from host.flash.xg24 import target

SEED = 20261126
FEW, MANY = 10, 100
SMALL, FULL = 2.0, 37.5  # sectors; the large image has 300 KiB
END = "end"


class Counting(Silent):
    """Counts SWD transfers and core cycles from the beginning of a run to each step, and to the END."""

    def __init__(self, board: ProbedBoard) -> None:
        self.board = board
        self.before = board.port.transfers, board.board.now
        self.transfers: dict[str, int] = {}
        self.cycles: dict[str, int] = {}

    def begin(self, step: str, total: int = 0) -> None:
        self._count(step)

    def advance(self, done: int) -> None:
        self._count(END)  # the last one is that of the last sector verified

    def _count(self, name: str) -> None:
        self.transfers[name] = self.board.port.transfers - self.before[0]
        self.cycles[name] = self.board.board.now - self.before[1]


@dataclass
class Undisturbed:
    """What runs with nothing in their way count, by the size of the image in sectors."""

    folder: Path
    known: dict[float, Counting] = field(default_factory=dict)

    def run(self, sectors: float) -> Counting:
        if sectors not in self.known:
            virtual = boards.load("virtual")
            contents = flash_image.read(write_image(self.folder, sectors))
            reach = Reach(target.type_name(virtual.part), virtual.probe.swd_hz)
            with probed(holds=image(sectors, OLD)) as board:
                counting = Counting(board)
                probe = probes.find(virtual, board.name)
                programming.run(probe, reach, virtual, contents, Wishes(run=False), counting)
            self.known[sectors] = counting
        return self.known[sectors]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed(tmp_path_factory.mktemp("undisturbed"))


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def point(number: int, counts: dict[str, int]) -> int:
    """A random moment from the first erase to the last verified sector."""
    return random.Random(SEED + number).randrange(counts[steps.WRITE], counts[END])


def pull(number: int, sectors: float, undisturbed: Undisturbed, folder: Path) -> None:
    at = point(number, undisturbed.run(sectors).transfers)
    with probed(holds=image(sectors, OLD)) as board:
        board.inject("probe-pull", at)
        _fails_then_succeeds(board, sectors, folder, "probe")


def cut(number: int, sectors: float, undisturbed: Undisturbed, folder: Path) -> None:
    at = point(number, undisturbed.run(sectors).cycles)
    with probed(holds=image(sectors, OLD)) as board:
        board.inject_at("power-cut", board.board.now + at, 1)
        _fails_then_succeeds(board, sectors, folder, "power")


def _fails_then_succeeds(board: ProbedBoard, sectors: float, folder: Path, word: str) -> None:
    path = write_image(folder, sectors, NEW)
    first = board.flash(str(path))
    assert first.status == 1
    assert word in first.error
    assert re.search(
        r"run the command again; the image on the board is (incomplete|written and not verified) until then",
        first.error,
    )
    assert "\n" not in first.error
    second = board.flash(str(path))
    assert (second.status, second.error) == (0, "")
    expected = image(sectors, NEW)
    assert board.contents(len(expected)) == expected
    assert set(board.contents(2 * SECTOR, board.end_of(expected))) == {0xFF}


@pytest.mark.parametrize("number", range(FEW))
def test_probe_pulled_on_two_sectors(number: int, undisturbed: Undisturbed, tmp_path: Path) -> None:
    pull(number, SMALL, undisturbed, tmp_path)


@pytest.mark.parametrize("number", range(FEW))
def test_power_cut_on_two_sectors(number: int, undisturbed: Undisturbed, tmp_path: Path) -> None:
    cut(number, SMALL, undisturbed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(MANY))
def test_probe_pulled_on_a_full_image(number: int, undisturbed: Undisturbed, tmp_path: Path) -> None:
    pull(number, FULL, undisturbed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(MANY))
def test_power_cut_on_a_full_image(number: int, undisturbed: Undisturbed, tmp_path: Path) -> None:
    cut(number, FULL, undisturbed, tmp_path)
