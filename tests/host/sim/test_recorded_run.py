"""The recorder on the virtual board: a small program whose calls, lines and cycles are known beforehand."""

from pathlib import Path

import pytest

from host.sim import coverage, flame_graph, image_file, perfetto, recording, symbols
from host.sim.board import VirtualBoard
from host.sim.flat_profile import flat_profile
from host.sim.recording import EventKind

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

SOURCE = """\
extern "C" {
volatile int sink;
__attribute__((noinline)) void add(int a) { sink = sink + a; }
__attribute__((noinline)) void twice(int a) {
  add(a);
  add(a);
}
void never() { sink = 0; }
void handler() { add(7); }
__attribute__((noinline)) void stop() { for (;;) asm volatile("wfi"); }
void first() {
  for (int i = 0; i < 10; ++i) twice(i);
  asm volatile("svc 0");
  stop();
}
__attribute__((section(".vectors"), used)) void (*const vectors[16])() = {
    reinterpret_cast<void (*)()>(0x20008000), first, stop, stop, stop, stop, stop, 0, 0, 0, 0, handler};
}
"""

# By the published figures: 1000 passes of SUBS (1) and of BNE (2 taken, 0 when it is not, at the end).
LOOP = """
.syntax unified
.thumb
.section .vectors, "a"
.word 0x20008000, first
.text
.global first
.thumb_func
.type first, %function
first: movs r0, #250
  lsls r0, r0, #2
  b loop
.balign 32
.thumb_func
.type loop, %function
loop: subs r0, #1
  bne.n loop
.thumb_func
.type done, %function
done: wfi
  b done
"""

PLACES = ("-Wl,--section-start=.vectors=0x08000000", "-Wl,-Tbss=0x20000000")
CODE = 0x0800_0100


@pytest.fixture
def board(link) -> tuple[VirtualBoard, Path]:
    elf = link(SOURCE, "-O1", "-g", *PLACES, text=CODE)
    board = VirtualBoard()
    board.load(image_file.read(elf))
    return board, elf


@pytest.fixture
def recorded(board):
    virtual, elf = board
    functions = symbols.read(elf)
    recording.start(virtual.core, functions, events=True)
    virtual.run(cycles=100_000)
    return virtual, elf, recording.take(virtual.core, functions)


def test_the_tree_of_calls_is_the_programs(recorded):
    _, _, run = recorded
    paths = {}
    for index, node in enumerate(run.calls):
        if index:
            paths[index] = (*paths.get(node.parent, ()), run.name(node.function))
    calls = {path: run.calls[index].calls for index, path in paths.items()}
    assert calls == {
        ("first",): 1,
        ("first", "twice"): 10,
        ("first", "twice", "add"): 20,
        ("first", "SVCall"): 1,
        ("first", "SVCall", "handler"): 1,
        ("first", "SVCall", "handler", "add"): 1,
        ("first", "stop"): 1,
    }


def test_profile_and_board_agree(recorded):
    virtual, _, run = recorded
    profile = flat_profile(run)
    assert profile.instructions == virtual.instructions
    # What an exception's entry and return take is no function's.
    awake = virtual.now - virtual.sleep_cycles
    assert awake - 40 <= profile.cycles <= awake
    assert {cost.name for cost in profile.functions} == {"first", "twice", "add", "handler", "stop"}
    assert sum(node.cycles for node in run.calls) == profile.cycles
    assert flame_graph.frames(run)[0].cycles == profile.cycles


def test_events_tell_the_exception_and_sleep(recorded):
    _, _, run = recorded
    kinds = run.events["kind"].tolist()
    assert kinds.count(EventKind.EXCEPTION_BEGIN) == kinds.count(EventKind.EXCEPTION_END) == 1
    assert kinds.count(EventKind.SLEEP_BEGIN) == 1
    assert '"SVCall"' in perfetto.trace(run)


def test_lines_that_ran_are_covered(recorded, tmp_path):
    _, elf, run = recorded
    (file,) = coverage.coverage(coverage.line_starts(elf), run.blocks, run.functions, tmp_path)
    lines = dict(file.lines)
    assert (lines[5], lines[6]) == (10, 10)
    assert lines[8] == 0
    assert lines[3] == 21
    assert {f.name: f.hits for f in file.functions}["never"] == 0


def test_recording_does_not_change_the_run(link):
    elf = link(SOURCE, "-O1", "-g", *PLACES, text=CODE)
    ends = []
    for events in (None, False, True):
        board = VirtualBoard()
        board.load(image_file.read(elf))
        if events is not None:
            recording.start(board.core, symbols.read(elf), events=events)
        board.run(cycles=2_000)
        ends.append((board.now, board.instructions, board.sleep_cycles, board.pc))
    assert len(set(ends)) == 1


def test_a_restored_run_takes_the_same_cycles(board):
    virtual, _ = board
    virtual.run(cycles=150)
    snapshot = virtual.snapshot()
    ends = []
    for _ in range(3):
        virtual.run(cycles=700)
        ends.append((virtual.now, virtual.instructions, virtual.sleep_cycles, virtual.pc))
        virtual.restore(snapshot)
    assert len(set(ends)) == 1


def test_a_published_loop_takes_its_cycles(link):
    elf = link(LOOP, *PLACES, "-x", "assembler", text=CODE)
    board = VirtualBoard()
    board.load(image_file.read(elf))
    recording.start(board.core, symbols.read(elf), events=False)
    board.run(cycles=50_000)
    run = recording.take(board.core, symbols.read(elf))
    loop = next(cost for cost in flat_profile(run).functions if cost.name == "loop")
    waiting = 2  # the first fetch: one block of flash, two wait states at reset
    assert loop.cycles == 1000 * 1 + 999 * 2 + waiting
    assert loop.instructions == 2000
