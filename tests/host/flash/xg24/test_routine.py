"""Calling routines in RAM through pyOCD on the virtual board: registers, when it asks, and odd ends."""

import struct
from collections.abc import Iterator

import pytest
from flash_session import OpenSession, opened
from pyocd.core import exceptions

from host.flash.xg24 import pause
from host.flash.xg24.retry import Retry
from host.flash.xg24.routine import Call, RoutineCaller, status_text

CODE, STACK, BASE = 0x2000_1000, 0x2000_3000, 0x2000_0800
BKPT, BX_LR, NOP, B_SELF = 0xBE00, 0x4770, 0xBF00, 0xE7FE
ADD_ALL = (0x1840, 0x1880, 0x18C0, BX_LR)  # r0 += r1, r2, r3
R9_PLUS_SP = (0x4648, 0x4468, BX_LR)  # r0 = r9 + sp
CPSR_PRIMASK = (0xF3EF, 0x8010, BX_LR)  # mrs r0, PRIMASK
# movs r1,#N; lsls r1,#12; subs r1,#1; bne .-2; bx lr: about 3 * N * 4096 cycles.
COUNT_DOWN = (0x2164, 0x0309, 0x3901, 0xD1FD, BX_LR)


@pytest.fixture(scope="module")
def line() -> Iterator[OpenSession]:
    with opened() as session:
        yield session


@pytest.fixture
def caller(line: OpenSession) -> RoutineCaller:
    made = RoutineCaller(line.target, CODE, STACK, BASE, pause.for_probe(line.probe), Retry())
    made.prepare()
    return made


def put(line: OpenSession, *instructions: int, needs_s: float = 0.0, arguments: tuple[int, ...] = ()) -> Call:
    line.board.write(CODE, struct.pack(f"<{1 + len(instructions)}H", BKPT, *instructions))
    return Call("Tried", CODE + 2 + 1, arguments, needs_s)


def test_arguments_and_result(line: OpenSession, caller: RoutineCaller) -> None:
    assert caller.run(put(line, *ADD_ALL, arguments=(1, 20, 300, 4000))) == 4321


def test_stack_and_static_base(line: OpenSession, caller: RoutineCaller) -> None:
    call = put(line, *R9_PLUS_SP)
    assert caller.run(call) == (BASE + STACK) % 2**32
    assert caller.run(call) == (BASE + STACK) % 2**32


def test_interrupts_are_masked(line: OpenSession, caller: RoutineCaller) -> None:
    assert caller.run(put(line, *CPSR_PRIMASK)) == 1


def test_nobody_asks_before_it_is_due(line: OpenSession, caller: RoutineCaller) -> None:
    cycles = 100 * 4096 * 3
    call = put(line, *COUNT_DOWN, needs_s=1.05 * cycles / 20e6)
    caller.start(call)
    words, seconds = line.words, line.board.seconds
    caller.finish()
    assert line.words - words < 40
    assert line.board.seconds - seconds >= call.needs_s * 0.99


def test_routine_that_needs_longer_is_asked_less_and_less_often(
    line: OpenSession, caller: RoutineCaller
) -> None:
    call = put(line, *COUNT_DOWN)  # 61 ms and not 0
    caller.start(call)
    words = line.words
    caller.finish()
    assert line.words - words < 80


def test_limit_is_ten_times_what_it_needs_and_half_a_second_at_least() -> None:
    assert Call("A", 1, (), 0.0).limit_s == 0.5
    assert Call("A", 1, (), 2.0).limit_s == 20.0


@pytest.mark.parametrize("failure", [exceptions.FlashFailure, exceptions.FlashEraseFailure])
def test_routine_that_never_returns(
    line: OpenSession, caller: RoutineCaller, failure: type[exceptions.FlashFailure]
) -> None:
    put(line, B_SELF)
    call = Call("Tried", CODE + 3, (1, 2), 0.0, failure)
    with pytest.raises(failure, match=r"flash routine Tried\(0x1, 0x2\) did not return within 0.5"):
        caller.run(call)
    assert line.target.is_halted()
    assert not caller.runs
    assert caller.run(put(line, *ADD_ALL, arguments=(1, 2, 3, 4))) == 10


def test_routine_that_stops_elsewhere(line: OpenSession, caller: RoutineCaller) -> None:
    call = put(line, NOP, BKPT)
    with pytest.raises(exceptions.FlashFailure, match=r"Tried\(\) was stopped at 0x20001004"):
        caller.run(call)


def test_start_that_was_lost_is_made_up_for(line: OpenSession, caller: RoutineCaller) -> None:
    call = put(line, *ADD_ALL, arguments=(1, 2, 3, 4))
    resume, line.target.resume = line.target.resume, lambda: None
    try:
        caller.start(call)
    finally:
        line.target.resume = resume
    assert caller.finish() == 10


def test_abandoning_waits(line: OpenSession, caller: RoutineCaller) -> None:
    caller.abandon()
    caller.start(put(line, *COUNT_DOWN))
    assert caller.runs
    caller.abandon()
    assert not caller.runs
    caller.start(put(line, B_SELF))
    caller.abandon()
    assert line.target.is_halted()


def test_waiting_for_nothing_is_refused(caller: RoutineCaller) -> None:
    with pytest.raises(exceptions.FlashFailure, match="no flash routine runs"):
        caller.finish()


@pytest.mark.parametrize(
    ("code", "text"),
    [(0, "0"), (2, "LOCKED"), (0x1_0004, "INVADDR REGLOCK"), (0x21, "BUSY PENDING"), (0x8, "0x8")],
)
def test_results_in_words(code: int, text: str) -> None:
    assert status_text(code) == text
