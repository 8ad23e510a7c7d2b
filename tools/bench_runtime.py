"""Group `runtime`: the model on the core alone, conversions, AllocateTensors, memory and stack.

Cycles are simulated on the virtual board: an estimate (host.sim.board.CYCLE_ERROR) that no board confirmed.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench_result import Result

from host import atomic, boards, default_model, native_profile
from host.errors import FirmwareError
from host.firmware_build import image, link_map, stack_use
from host.firmware_build.image import Image
from host.project import BUILD_DIR
from host.sim import image_file, painted_stack, part_number
from host.sim.board import BoardSettings, VirtualBoard
from host.sim.mailbox import Inference, Mailbox
from host.tflite import operators, reader, submodel
from host.tflite.operators import Layer
from host.tflite.reader import Model

GROUP = "runtime"
BOARD = "virtual"
KERNEL = "fast"
WITHOUT_ACCELERATOR = "EFR32MG24A010F1536IM48"

CORE_CYCLES_GOAL = 500e3
WAIT_STATES = 1
"""Of the core's data reads from flash: the virtual board's default, which the goal is for."""
OTHER_WAIT_STATES = (0, 2)
PUBLISHED_CYCLES = 494e3
PUBLISHED = (
    "published for Cortex-M33: 494,000 (closed), 549,000, 587,000; 802,000 (microTVM with CMSIS-NN); "
    "the ratio is to the first"
)
CONVERSIONS = (
    ("QUANTIZE", "float to int8", 12.0, 35),
    ("DEQUANTIZE", "int8 to float", 8.0, 147),
)
"""Operator, what it does, the goal in cycles per element, and what the vendor's profile says of it."""

ALLOCATE_GOAL = 100e3
ALLOCATE = "_ZN6tflite16MicroInterpreter15AllocateTensorsEv"
TABLES_START = "_ZN3app17StaticApplication4InitEv"
"""What does the same in an image whose model was prepared where it was built."""
AFTER_ALLOCATE = "_ZN3app11Application11ClearInputsEv"
"""What is called next in both."""

KIB = 1024
ARENA_GOALS = {"int8 ends": 3.5 * KIB, "float ends": 5.0 * KIB}
RAM_GOAL = 6.0 * KIB
RAM_SYMBOLS = (
    "_ZZ4mainE6driver",
    "_ZZN3app21StartImageApplicationERN4port5ClockEPN3mvp6DriverEE11application",
    "_ZN3app12_GLOBAL__N_19g_recordsE",
)
"""The driver; the application (interpreter, profiler, kernels' context); the profiler's records."""
STACK_RESERVE = 0.25
FLASH_GOAL = 24.0 * KIB
LIBRARIES = ("earshot_tflm", "earshot_kernels_reference", "earshot_kernels_fast", "kernels_mvp", "mvp_driver")


@dataclass(frozen=True)
class CoreRun:
    """An inference on the core alone."""

    layers: tuple[Layer, ...]
    inference: Inference


def bench() -> list[Result]:
    """Return all figures of the group."""
    floats = reader.read(default_model.PRETRAINED)
    # Both images are built in one folder: the first is done with before the second is there.
    small = memory("int8 ends", build(int8_ends(floats)))
    built = build(floats)
    large = [*memory("float ends", built), *stack(built)]
    return [*core(floats, built), *start(built), *small, *large, *flash(built), *interpreter(floats)]


def int8_ends(model: Model) -> Model:
    """Return the fully connected layers of a model as a model of their own: int8 in and out."""
    chain = [operator for operator in model.operators if operator.opcode == "FULLY_CONNECTED"]
    return submodel.up_to(model, chain[-1].outputs[0], chain[0].inputs[0])


def build(model: Model, interpreter: bool = False) -> Image:
    """Return the image of a model for the virtual board, in a folder of its own with an interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{model.name}.tflite"
        atomic.write_bytes(path, model.data)
        folder = BUILD_DIR / ("bench-interpreter" if interpreter else "bench-runtime")
        return image.build(boards.load(BOARD), path, KERNEL, folder, interpreter=interpreter)


def core(model: Model, built: Image) -> list[Result]:
    """Return the cycles of an inference without the accelerator, in all and by layer, and of conversions."""
    run = run_on_core(model, built.elf, WAIT_STATES)
    others = [
        Result(GROUP, _core_name(wait_states), _total(run_on_core(model, built.elf, wait_states)), "cycles")
        for wait_states in OTHER_WAIT_STATES
    ]
    return [*core_rows(run), *others, *conversion_rows(run)]


def run_on_core(model: Model, elf: Path, wait_states: int) -> CoreRun:
    """Run the model's image where there is no accelerator, with the caches warm."""
    part = part_number.device_part(WITHOUT_ACCELERATOR)
    board = VirtualBoard(BoardSettings(part=part, flash_data_read=wait_states))
    board.load(image_file.read(elf))
    mailbox = Mailbox(board)
    inputs = native_profile.random_batch(model, 2, seed=3)
    inferences = [mailbox.invoke(data.tobytes()) for data in inputs]
    return CoreRun(operators.layers(model), inferences[-1])


def core_rows(run: CoreRun) -> list[Result]:
    """Return the cycles in all, against what others published, and per product of each layer that has any."""
    total = _total(run)
    macs = sum(layer.work.macs for layer in run.layers)
    rows = [
        Result(
            GROUP,
            _core_name(WAIT_STATES),
            total,
            "cycles",
            CORE_CYCLES_GOAL,
            against=PUBLISHED,
            ratio=total / PUBLISHED_CYCLES,
        ),
        Result(GROUP, f"{_core_name(WAIT_STATES)}, per product", total / macs, "cycles/MAC"),
    ]
    for index, (layer, measured) in enumerate(zip(run.layers, run.inference.layers, strict=True)):
        if layer.work.macs:
            shapes = f"{layer.inputs[0].elements} to {layer.outputs[0].elements}"
            rows.append(
                Result(
                    GROUP,
                    f"on the core, layer {index}, {layer.opcode} {shapes}, per product",
                    measured.cpu_cycles / layer.work.macs,
                    "cycles/MAC",
                    against=f"{measured.cpu_cycles:,} cycles, {layer.work.macs:,} products",
                )
            )
    return rows


def conversion_rows(run: CoreRun) -> list[Result]:
    """Return the cycles per element of the conversions at the ends, the layers' own part included."""
    rows = []
    for opcode, what, goal, published in CONVERSIONS:
        for layer, measured in zip(run.layers, run.inference.layers, strict=True):
            if layer.opcode.upper() == opcode:
                value = measured.cpu_cycles / layer.outputs[0].elements
                against = f"the vendor's published profile of the same model, {published}"
                name = f"{what} ({opcode}), per element, simulated"
                rows.append(Result(GROUP, name, value, "cycles", goal, "lower", against, value / published))
    return rows


def start(built: Image) -> list[Result]:
    """Return the cycles of AllocateTensors, or what has its place, with the accelerator and without.

    It is what `built` does with the tables that were made where it was built.
    """
    parts = {"with the accelerator": part_number.DEFAULT, "on the core": WITHOUT_ACCELERATOR}
    rows = []
    for where, part in parts.items():
        cycles = start_cycles(built.elf, part, TABLES_START)
        name = f"AllocateTensors, tables in flash, float ends, {where}, simulated"
        rows.append(Result(GROUP, name, cycles, "cycles", ALLOCATE_GOAL))
    return rows


def interpreter(model: Model) -> list[Result]:
    """Return what the same model takes in an image that prepares it itself, for comparison: no goals."""
    built = build(model, interpreter=True)
    parts = {"with the accelerator": part_number.DEFAULT, "on the core": WITHOUT_ACCELERATOR}
    rows = [
        Result(
            GROUP,
            f"--interpreter: AllocateTensors, float ends, {where}, simulated",
            start_cycles(built.elf, part, ALLOCATE),
            "cycles",
        )
        for where, part in parts.items()
    ]
    arena = arena_used(built)
    total = sum(runtime_flash(built).values())
    return [
        *rows,
        Result(GROUP, "--interpreter: arena, float ends, input kept, kernel fast", arena, "bytes"),
        Result(GROUP, "--interpreter: flash of runtime, operators and driver", total, "bytes"),
    ]


def start_cycles(elf: Path, part: str, function: str) -> int:
    """Return the cycles from a function's first instruction to AFTER_ALLOCATE.

    Raises:
        FirmwareError: it did not succeed.
    """
    board = VirtualBoard(BoardSettings(part=part_number.device_part(part)))
    board.load(image_file.read(elf))
    times: list[int] = []
    for symbol in (function, AFTER_ALLOCATE):
        board.on_address(symbol, lambda: times.append(board.now))
    Mailbox(board)
    if len(times) != 2:
        raise FirmwareError(f"{elf}: {function} did not run once to its end")
    return times[1] - times[0]


def arena_used(built: Image) -> int:
    """Return the bytes of arena that an image says it uses, on the virtual board."""
    board = VirtualBoard()
    board.load(image_file.read(built.elf))
    return Mailbox(board).arena_used_bytes


def memory(ends: str, built: Image) -> list[Result]:
    """Return the arena that an image's model takes, and with it all RAM that inference needs."""
    arena = arena_used(built)
    objects = sum(link_map.symbol_sizes(built.elf, RAM_SYMBOLS).values())
    name = f"anomaly model, {ends}, input kept, kernel {KERNEL}"
    return [
        Result(GROUP, f"arena: {name}", arena, "bytes", ARENA_GOALS[ends]),
        Result(
            GROUP,
            f"RAM of inference: {name}",
            arena + objects,
            "bytes",
            RAM_GOAL,
            against=f"arena and {objects} of interpreter, profiler with its records, and driver",
        ),
    ]


def stack(built: Image) -> list[Result]:
    """Return the stack that start-up and an inference use, and the most that the image can use.

    Raises:
        FirmwareError: the image has no stated limit of its stack.
    """
    board = VirtualBoard()
    board.load(image_file.read(built.elf))
    mailbox = Mailbox(board)
    started = painted_stack.read(board).main
    painted_stack.repaint(board)
    mailbox.invoke(bytes(mailbox.input_bytes))
    inference = painted_stack.read(board).main
    worst = stack_use.estimate(built.elf)
    if worst.main is None:
        raise FirmwareError(f"{built.elf} has no limit of its stack: {worst.unknown[0]}")
    reserved = stack_use.reserve(built.elf).main
    limit = (1 - STACK_RESERVE) * reserved
    against = f"{reserved:,} set aside, of which {STACK_RESERVE:.0%} stay free"
    return [
        Result(GROUP, "stack: start-up, painted, virtual board", started, "bytes", limit, against=against),
        Result(GROUP, "stack: inference, painted, virtual board", inference, "bytes", limit, against=against),
        Result(GROUP, "stack: worst case by call graph", worst.main, "bytes", limit, against=against),
    ]


def runtime_flash(built: Image) -> dict[str, int]:
    """Return the bytes of flash of each of LIBRARIES in an image, by the linker's map."""
    by_library = link_map.flash_by_library(built.elf.with_suffix(".map"), boards.load(BOARD).memory)
    return {name: by_library.get(name, 0) for name in LIBRARIES}


def flash(built: Image) -> list[Result]:
    """Return the flash that the runtime and the operators of an image's model take.

    The model, its tables and the accelerator's images are the model's own and do not count.
    """
    found = runtime_flash(built)
    rows = [Result(GROUP, f"flash: {name}", size, "bytes") for name, size in found.items()]
    total = "flash: runtime and the model's operators, with texts and driver"
    against = "without the model, its tables and the accelerator's images"
    return [Result(GROUP, total, sum(found.values()), "bytes", FLASH_GOAL, against=against), *rows]


def _core_name(wait_states: int) -> str:
    return f"on the core, float ends, caches warm, data reads from flash + {wait_states}, simulated (±20 %)"


def _total(run: CoreRun) -> int:
    return run.inference.invoke_cycles
