"""The deepest path through call graphs made by hand, and through images: against the compiler's own frames.

What an image really uses is compared in tests/host/sim/test_painted_stack.py.
"""

from collections import defaultdict
from pathlib import Path

import pytest
import tflite_models

from host import boards
from host.errors import BuildError
from host.firmware_build import call_graph, image, stack_use
from host.firmware_build.app import BENCHMARK_APP, MODES, App
from host.firmware_build.call_graph import Call, CallGraph, Function
from host.firmware_build.stack_use import EXCEPTION_FRAME, Held
from host.project import BUILD_DIR

IMAGES = BUILD_DIR / "test-images"
BOARD = boards.load("xg24")
RESERVE = 0.25
"""Of each stack: what must be left in the worst case."""

MAIN, RESET, TICK, SERIAL, FIRST, SECOND = range(0x100, 0x700, 0x100)


def graph(*others: Function, taken: frozenset[int] = frozenset(), main: tuple[Call, ...] = ()) -> CallGraph:
    functions = (
        Function("main", MAIN, 40, main),
        Function("ResetHandler", RESET, 16, (Call(16, MAIN), Call(0, None))),
        Function("SysTickHandler", TICK, 0, ()),
        Function("SerialReceiveHandler", SERIAL, 24, ()),
        *others,
    )
    return CallGraph({function.address: function for function in functions}, taken)


def test_the_deepest_path_counts_and_main_has_a_stack_of_its_own() -> None:
    shallow = Function("shallow()", FIRST, 100, ())
    deep = Function("deep()", SECOND, 8, (Call(8, FIRST),))
    estimate = stack_use.of_graph(graph(shallow, deep, main=(Call(40, FIRST), Call(36, SECOND))))
    assert estimate.main == 36 + 8 + 100 + EXCEPTION_FRAME
    assert estimate.path == (Held("main", 36), Held("deep()", 8), Held("shallow()", 100))
    assert estimate.interrupts == 16 + 24 + EXCEPTION_FRAME


def test_frame_of_an_exception_is_that_of_the_architecture() -> None:
    # Armv8-M Architecture Reference Manual, B3.19: R0-R3, R12, LR, PC, xPSR; S0-S15, FPSCR, a word reserved.
    assert EXCEPTION_FRAME == 4 * (8 + 16 + 2) + 4


def test_pointers_lead_where_the_layers_say() -> None:
    interpreter = Function("tflite::MicroInterpreter::Invoke()", FIRST, 32, (Call(32, None),))
    kernel = Function("kernels::reference::(anonymous namespace)::Invoke(TfLiteContext*)", SECOND, 64, ())
    estimate = stack_use.of_graph(
        graph(interpreter, kernel, taken=frozenset({SECOND}), main=(Call(40, FIRST),))
    )
    assert estimate.main == 40 + 32 + 64 + EXCEPTION_FRAME


@pytest.mark.parametrize(
    ("function", "taken", "reason"),
    [
        (Function("novel()", FIRST, 8, (Call(8, None),)), frozenset(), "novel() calls through a pointer"),
        (Function("novel()", FIRST, 8, ()), frozenset({FIRST}), "novel() is called through a pointer"),
        (Function("novel()", FIRST, 8, (Call(8, FIRST),)), frozenset(), "novel() calls itself"),
        (Function("novel()", FIRST, 8, (), False), frozenset(), "novel() has a frame of variable size"),
    ],
)  # fmt: skip
def test_what_has_no_limit_is_named(function: Function, taken: frozenset[int], reason: str) -> None:
    estimate = stack_use.of_graph(graph(function, taken=taken, main=(Call(40, FIRST),)))
    assert (estimate.main, estimate.interrupts, estimate.unknown) == (None, None, (reason,))


def test_recursion_with_a_stated_limit_counts_so_often() -> None:
    name = "std::__introsort_loop<unsigned long*>(int)"
    estimate = stack_use.of_graph(
        graph(Function(name, FIRST, 32, (Call(32, FIRST),)), main=(Call(40, FIRST),))
    )
    # 100 runs at most: 2 * floor(log2(100)) levels below the first.
    assert estimate.main == 40 + 13 * 32 + EXCEPTION_FRAME


def test_image_without_main_is_one_line() -> None:
    with pytest.raises(BuildError, match="the image has no function ResetHandler, SerialReceiveHandler, Sys"):
        stack_use.of_graph(CallGraph({MAIN: Function("main", MAIN, 0, ())}, frozenset()))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "small.tflite"
    path.write_bytes(tflite_models.chain(37, [tflite_models.Layer(11), tflite_models.Layer(5)]))
    return path


APPS = (App(), *(App(BENCHMARK_APP, mode) for mode in MODES))


@pytest.mark.usefixtures("sanitized_host")
@pytest.mark.parametrize("app", APPS, ids=lambda app: app.title or app.name)
def test_what_the_linker_sets_aside_is_enough_with_a_quarter_left(app: App, model: Path) -> None:
    elf = image.build(BOARD, model, "fast", IMAGES, preset="host-sanitize", app=app).elf
    estimate, reserve = stack_use.estimate(elf), stack_use.reserve(elf)
    assert estimate.unknown == ()
    assert estimate.main is not None
    assert estimate.interrupts is not None
    assert estimate.main <= (1 - RESERVE) * reserve.main
    assert estimate.interrupts <= (1 - RESERVE) * reserve.interrupts
    assert reserve.main + reserve.interrupts == BOARD.memory.stack_bytes
    assert sum(held.bytes for held in estimate.path) + EXCEPTION_FRAME == estimate.main


@pytest.mark.usefixtures("sanitized_host")
def test_frames_are_those_of_the_compiler(model: Path) -> None:
    elf = image.build(BOARD, model, "fast", IMAGES, preset="host-sanitize").elf
    frames = defaultdict(set)
    split = set()
    for function in call_graph.read(elf).functions.values():
        name = function.name.split("(")[0]
        frames[name].add(function.frame)
        if "[clone" in function.name:
            split.add(name)
    stated = defaultdict(set)
    for path in elf.parent.rglob("*.su"):
        for line in path.read_text().splitlines():
            place, size, kind = line.split("\t")
            assert kind in ("static", "dynamic,bounded"), line
            name = call_graph.without_type(place.split(":", 3)[3])
            stated[name.split("(")[0]].add(int(size))
    # Functions whose names tell them apart; the compiler's lists have those that the linker left out, too.
    common = [name for name in frames.keys() - split if "::" in name and len(stated[name]) == 1]
    assert len(common) > 200
    more = {name: max(frames[name]) - max(stated[name]) for name in common}
    # The compiler's figure leaves out what of an argument came in registers and is stored beside the rest.
    assert {name: bytes_more for name, bytes_more in more.items() if bytes_more not in (0, 8)} == {}
    assert sum(bytes_more == 0 for bytes_more in more.values()) > 0.98 * len(common)
