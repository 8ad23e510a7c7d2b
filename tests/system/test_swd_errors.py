"""Bad SWD lines between the virtual probe and a board's debug port: no word is lost, doubled or changed."""

import random
from collections.abc import Iterator

import pytest
from pyocd.core import exceptions
from pyocd.probe.debug_probe import DebugProbe

from host.flash.virtual.virtual_probe import VirtualProbe, attached
from host.sim.board import VirtualBoard
from host.sim.debug_port import DebugPort
from host.sim.injection import Injection

RAM = 0x2000_0000
ABORT, CTRL_STAT = 0x0, 0x4
CSW, TAR, DRW = 0x00, 0x04, 0x0C
BLOCK = 0x400  # bytes up to which TAR counts


@pytest.fixture
def board() -> VirtualBoard:
    made = VirtualBoard()
    made.power_on()
    return made


@pytest.fixture
def probe(board: VirtualBoard) -> Iterator[VirtualProbe]:
    """A probe whose access port reads and writes words."""
    with attached(DebugPort(board).answer, "noisy") as made:
        made.open()
        made.set_clock(4_000_000)
        made.connect(DebugProbe.Protocol.SWD)
        assert made.read_dp(0) == 0x6BA0_2477
        made.write_dp(CTRL_STAT, 0x5000_0F00)
        assert made.read_dp(CTRL_STAT) >> 28 == 0xF
        made.write_ap(CSW, 0x0300_0012)
        yield made
        made.close()


def write(probe: VirtualProbe, address: int, words: list[int]) -> None:
    probe.write_ap(TAR, address)
    probe.write_ap_multiple(DRW, words)


def read(probe: VirtualProbe, address: int, count: int) -> list[int]:
    probe.write_ap(TAR, address)
    return probe.read_ap_multiple(DRW, count)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kinds", [("swd-parity",), ("swd-wait",), ("swd-parity", "swd-wait")])
def test_words_survive(board: VirtualBoard, probe: VirtualProbe, kinds: tuple[str, ...], seed: int) -> None:
    for kind in kinds:
        board.inject(Injection(kind, board.now, (20_000, seed)))
    numbers = random.Random(seed)
    memory = dict.fromkeys(range(RAM, RAM + 16 * BLOCK, 4), 0)
    for place in range(RAM, RAM + 16 * BLOCK, BLOCK):
        words = [numbers.getrandbits(32) for _ in range(BLOCK // 4)]
        write(probe, place, words)
        memory.update(zip(range(place, place + BLOCK, 4), words, strict=True))
    for _ in range(200):
        place = RAM + BLOCK * numbers.randrange(16)
        offset, count = 4 * numbers.randrange(128), numbers.randrange(1, 128)
        span = range(place + offset, place + offset + 4 * count, 4)
        if numbers.random() < 0.5:
            assert read(probe, span.start, count) == [memory[each] for each in span]
        else:
            words = [numbers.getrandbits(32) for _ in span]
            write(probe, span.start, words)
            memory.update(zip(span, words, strict=True))
    probe.flush()
    for kind in kinds:
        board.inject(Injection(kind, board.now, (0, seed)))
    found = b"".join(word.to_bytes(4, "little") for word in memory.values())
    assert board.read(RAM, 16 * BLOCK) == found


def test_bad_parity_costs_little(board: VirtualBoard, probe: VirtualProbe) -> None:
    words = list(range(256))
    for ppm in (0, 10_000):
        board.inject(Injection("swd-parity", board.now, (ppm, 1)))
        probe.counters(reset=True)
        for _ in range(40):
            write(probe, RAM, words)
            assert read(probe, RAM, 256) == words
        cycles = probe.counters().swclk_cycles
        if ppm == 0:
            clean = cycles
    assert clean == 40 * (1 + 256 + 1 + 257) * 46
    assert clean < cycles < 1.06 * clean


def test_a_line_that_is_all_wait_is_given_up_after_a_tenth_of_a_second(
    board: VirtualBoard, probe: VirtualProbe
) -> None:
    board.inject(Injection("swd-wait", board.now, (1_000_000, 1)))
    before = probe.simulated_seconds
    with pytest.raises(exceptions.TransferTimeoutError, match=r"answered WAIT for 0\.1 s"):
        read(probe, RAM, 1)
    assert probe.simulated_seconds - before == pytest.approx(0.1, rel=0.01)


def test_faults_are_raised_and_leave_a_port_that_goes_on(board: VirtualBoard, probe: VirtualProbe) -> None:
    with pytest.raises(exceptions.TransferFaultError):
        read(probe, 0x6000_0000, 4)
    assert probe.read_dp(CTRL_STAT) & 1 << 5
    with pytest.raises(exceptions.TransferFaultError):
        read(probe, RAM, 1)
    probe.write_dp(ABORT, 0x1E)
    write(probe, RAM, [1, 2])
    assert read(probe, RAM, 2) == [1, 2]
    write(probe, 0x6000_0000, [1])
    with pytest.raises(exceptions.TransferFaultError):
        probe.flush()
    probe.write_dp(ABORT, 0x1E)
    assert read(probe, RAM, 2) == [1, 2]


def test_a_pulled_probe_is_plugged_in_by_the_next_session(board: VirtualBoard) -> None:
    with attached(DebugPort(board).answer, "pulled") as probe:
        board.inject(Injection("probe-pull", board.now, (5,)))
        probe.open()
        probe.connect()
        with pytest.raises(exceptions.ProbeDisconnected, match="the debug probe is gone"):
            for _ in range(10):
                probe.read_dp(0)
        probe.close()
        probe.open()
        probe.connect()
        assert probe.read_dp(0) == 0x6BA0_2477
        probe.close()
