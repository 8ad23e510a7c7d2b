import logging
from pathlib import Path

import pytest
from probed_board import FLASH, OLD, SECTOR, ProbedBoard, image, probed

from host import boards
from host.errors import ProbeError, TargetError
from host.flash import probes, session
from host.flash.session import ATTACH, UNDER_RESET, Connection, Reach
from host.flash.xg24 import target

VIRTUAL = boards.load("virtual")
REACH = Reach(target.type_name(VIRTUAL.part), 4_000_000)
DHCSR, S_HALT = 0xE000_EDF0, 1 << 17


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def probe(board: ProbedBoard) -> probes.Probe:
    return probes.find(VIRTUAL, board.name)


def halted(board: ProbedBoard) -> bool:
    """Whether the core stands while time goes on."""
    before = board.board.instructions
    board.board.run(cycles=1000, through_halts=True)
    return board.board.instructions == before


def test_attaching_lets_the_core_run() -> None:
    with probed(holds=image(1, OLD)) as board:
        modes: list[str] = []
        with session.connected(probe(board), REACH, modes.append) as connection:
            assert connection.read32(FLASH) == 0x2000_8000
            assert not halted(board)
            connection.write32(0x2000_1000, 0x1234_5678)
            assert connection.read(0x2000_0FFF, 6)[1:5] == b"\x78\x56\x34\x12"
        assert modes == [ATTACH]
        assert not halted(board)


def test_halt_and_start() -> None:
    with probed(holds=image(1, OLD)) as board:
        with session.connected(probe(board), REACH) as connection:
            connection.halt()
            assert connection.read32(DHCSR) & S_HALT
            connection.start()
            assert not connection.read32(DHCSR) & S_HALT
        assert not halted(board)


def test_without_a_start_the_old_image_starts_anew() -> None:
    with probed(holds=image(1, OLD)) as board:
        with session.connected(probe(board), REACH) as connection:
            connection.halt()
            connection.checksums([FLASH])
        assert not halted(board)
        assert FLASH <= board.board.pc < FLASH + SECTOR


def test_giving_up_leaves_the_core_halted() -> None:
    with probed(holds=image(1, OLD)) as board:
        with session.connected(probe(board), REACH) as connection:
            connection.give_up()
        assert halted(board)


def test_what_leaving_it_halted_fails_at_is_told_and_giving_up_is_silent() -> None:
    with probed(holds=image(1, OLD)) as board, session.connected(probe(board), REACH) as connection:
        connection.halt()
        connection.checksums([FLASH])
        board.inject("probe-pull", 0)
        with pytest.raises(ProbeError, match="while closing the flash controller"):
            connection.leave_halted()
        connection.give_up()


def test_an_error_on_the_way_out_does_not_hide_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    class VendorError(Exception):
        pass

    def fails(*_: object) -> None:
        raise VendorError

    with (
        probed(holds=image(1, OLD)) as board,
        pytest.raises(TargetError, match="the first"),
        session.connected(probe(board), REACH) as connection,
    ):
        monkeypatch.setattr(connection._session, "close", fails)
        monkeypatch.setattr(connection._target, "reset_and_halt", fails)
        connection.give_up()
        raise TargetError("the first")


def test_the_same_checksums_on_the_part_and_here() -> None:
    with probed(holds=image(3, OLD)) as board, session.connected(probe(board), REACH) as connection:
        addresses = [FLASH + number * SECTOR for number in range(4)]
        here = connection.checksums_of_reads(addresses)
        connection.halt()
        assert connection.checksums(addresses) == here


def test_where_attaching_fails_reset_is_asserted(monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = session._attempt

    def fails_once(where: probes.Probe, reach: Reach, mode: str) -> Connection:
        if mode == ATTACH:
            raise TargetError("asleep")
        return attempt(where, reach, mode)

    monkeypatch.setattr(session, "_attempt", fails_once)
    with probed(holds=image(1, OLD)) as board:
        modes: list[str] = []
        with session.connected(probe(board), REACH, modes.append) as connection:
            assert connection.read32(FLASH) == 0x2000_8000
        assert modes == [ATTACH, UNDER_RESET]
        assert not halted(board)


def test_a_failed_connection_lets_reset_go() -> None:
    with probed(holds=image(1, OLD)) as board:
        board.inject("swd-fault", 1_000_000, 1)
        with pytest.raises(TargetError), session.connected(probe(board), REACH):
            pass
        board.inject("swd-fault", 0, 1)
        assert not halted(board)


def test_the_lock_is_read_without_a_core() -> None:
    with probed(holds=image(1, OLD)) as board:
        status = session.lock_status(probe(board), REACH)
        assert status is not None
        assert (status.locked, status.erase_enabled) == (False, True)
        board.inject("debug-lock", 1)
        board.board.power_on()
        status = session.lock_status(probe(board), REACH)
        assert status is not None
        assert (status.locked, status.erase_enabled) == (True, False)


def test_an_unknown_target_is_told() -> None:
    with probed() as board, pytest.raises(TargetError, match="nonsense"):
        session.open_session(probe(board), Reach("nonsense", 1_000_000))


def test_quiet_and_back() -> None:
    logger = logging.getLogger("pyocd")
    before = (logger.level, logger.propagate, list(logger.handlers))
    with session.quiet():
        assert not logging.getLogger("pyocd.core").isEnabledFor(logging.ERROR)
    assert (logger.level, logger.propagate, list(logger.handlers)) == before
