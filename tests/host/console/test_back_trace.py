"""Back traces of crashes on the virtual board, where the functions that called each other are known."""

from pathlib import Path

import pytest

from host.console.back_trace import BackTracer, describe
from host.console.crash_dump import CrashDump, DumpFinder
from host.errors import ImageError
from host.sim import image_file
from host.sim.board import VirtualBoard
from host.sim.conditions import StopReason, Symbol, Text

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

PROMPT = Text(b"\n> ")
CYCLES = 60_000_000
NOWHERE = 0x3000_0000
SP, PC = 13, 15


@pytest.fixture(scope="module")
def tracer(simulator_image: Path) -> BackTracer:
    return BackTracer(simulator_image)


@pytest.fixture
def board(simulator_image: Path) -> VirtualBoard:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    assert board.run(PROMPT, cycles=CYCLES).reason is StopReason.TEXT
    board.sent()
    return board


def dump_of(board: VirtualBoard) -> CrashDump:
    stop = board.run(PROMPT, cycles=CYCLES)
    assert stop.reason is StopReason.TEXT, stop.line()
    finder = DumpFinder()
    dumps = [finder.add(line) for line in board.sent().decode().split("\n")]
    return next(filter(None, dumps))


def test_a_fault_deep_in_a_run_is_traced_to_main(board: VirtualBoard, tracer: BackTracer) -> None:
    board.send(b"run\n")
    assert board.run(Symbol("_ZN3mvp6Driver6FinishEv"), cycles=CYCLES).reason is StopReason.SYMBOL
    board.core.write_register(PC, NOWHERE)
    dump = dump_of(board)
    frames = tracer.trace(dump)
    assert frames[0].address == NOWHERE
    assert frames[0].function == ""
    assert all(frame.certain for frame in frames)
    names = [frame.function for frame in frames]
    order = [
        "earshot::StaticInterpreter::Invoke()",
        "app::Application::Invoke()",
        "app::CommandRun(",
        "main+",
    ]
    places = [next(i for i, name in enumerate(names) if name.startswith(begin)) for begin in order]
    assert places == sorted(places)
    lines = describe(dump, frames, tracer)
    assert lines[0].startswith("crash: fault, exception ")
    assert "0x30000000 (no function)" in lines[1]
    assert any("firmware/app/application.cc:" in line for line in lines)


def test_an_overflow_lists_possible_callers(board: VirtualBoard, tracer: BackTracer) -> None:
    limit = board.address("__stack_limit")
    call = board.address("main") & ~1
    code = board.read(call, 512)
    calls = [i for i in range(0, 508, 2) if code[i + 1] & 0xF8 == 0xF0 and code[i + 3] & 0xD0 == 0xD0]
    for offset in range(0, 64, 4):
        board.write_word(limit + offset, 0)
    board.write_word(limit + 32, call + calls[0] + 4 | 1)  # as if main had called
    board.core.write_register(SP, limit + 8)
    board.send(b"run\n")
    dump = dump_of(board)
    assert dump.kind == "stack overflow"
    frames = tracer.trace(dump)
    assert frames
    assert not any(frame.certain for frame in frames)
    assert frames[0].function.startswith("main+")
    assert "? main+" in describe(dump, frames, tracer)[1]


def test_another_build_is_said(tracer: BackTracer) -> None:
    dump = CrashDump(kind="watchdog", build="00ff")
    lines = describe(dump, tracer.trace(dump), tracer)
    assert lines[0] == "crash: watchdog"
    assert "build 00ff" in lines[1]
    assert lines[-1] == "no back trace: the core left no registers"


def test_without_an_image_there_is_no_trace() -> None:
    lines = describe(CrashDump(kind="assertion", build="", message="a.cc:1: x"), (), None)
    assert lines == ["crash: assertion: a.cc:1: x", "no back trace: name the image's ELF file with --elf"]


def test_a_file_that_is_no_image_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.elf"
    path.write_bytes(b"\x7fELF no more")
    with pytest.raises(ImageError):
        BackTracer(path)


def test_a_dump_of_noise_is_no_error(tracer: BackTracer) -> None:
    stack = {0x2003_0000 + 4 * i: 0x0800_0001 + 37 * i for i in range(128)}
    registers = {number: 0x0800_1001 + 2 * number for number in range(16)} | {SP: 0x2003_0000}
    tracer.trace(CrashDump("fault", "", registers=registers, frame_known=True, stack=stack))
