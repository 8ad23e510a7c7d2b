"""Group `sim`: speed of the virtual board, cycles of the reference model on it, start-up, boards in parallel.

Cycles and times of the board are simulated; the core's are an estimate (host.sim.board.CYCLE_ERROR). Speed is
that of this machine, in processor time of one core; start-up and boards in parallel are in real time.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bench_sim_parallel
import numpy as np
from bench_result import Result

from host import cli, default_model, native_profile
from host.data.reference_model import reference_model
from host.errors import BuildError, DataError, FirmwareError
from host.project import ROOT
from host.sim import image_file, inference
from host.sim.board import VirtualBoard
from host.sim.conditions import StopReason
from host.sim.mailbox import Inference, Mailbox
from host.tflite import reader
from host.tflite.reader import Model

GROUP = "sim"
REPETITIONS = 5

PROGRAMS = Path(__file__).parent / "bench_programs"
COMPILER = "arm-none-eabi-gcc"
FLAGS = ("-std=c11", "-O2", "-mcpu=cortex-m33", "-mthumb", "-ffreestanding", "-nostdlib", "-T", "image.ld")
WARM_UP_CYCLES = 2_000_000
AWAKE_CYCLES = 100_000_000
ASLEEP_CYCLES = 10_000_000_000

INFERENCES = 100
LAUNCHES = 200
MVP_BASE = 0x4D00_0000
MVP_PERF0CNT, MVP_CMD, MVP_START_INIT = MVP_BASE + 0x14, MVP_BASE + 0x174, 0b1001
MVP_ARRAY0_ADDRCFG, PRESCALED_INPUTS = MVP_BASE + 0x84, 128
LONGEST_PROGRAM_CYCLES = 200_000

PUBLISHED_BUSY_CYCLES = 147e3
PUBLISHED_CYCLES = 553e3
PUBLISHED_MS = 6.93
AGAINST = "the vendor's published profile of the same model"
CLOCK_HZ = 78e6
WEIGHTS = {"flash": ("weights in flash", 235e3, 3.0), "ram": ("weights in RAM", 180e3, 2.3)}
"""What is said, the goal of cycles in all, and of milliseconds."""

FIRST_BYTE_S = 20


def bench() -> list[Result]:
    """Return all figures of the group."""
    model = reader.read(default_model.PRETRAINED)
    elf = inference.build(model, default_model.PRETRAINED).elf
    return [
        *core_speed(),
        *accelerator_speed(model, elf),
        *inference_speed(model, elf),
        *reference(),
        *start_up(elf),
        *bench_sim_parallel.results(elf),
    ]


def core_speed() -> list[Result]:
    """Return instructions per second with the cycle account on, and how fast sleep passes."""
    awake = {"compute": "a compute loop", "calls": "calls upon calls"}
    with tempfile.TemporaryDirectory() as folder:
        elves = {name: compile_program(name, Path(folder)) for name in (*awake, "sleep")}
        rates = {
            name: _rates(elf, ASLEEP_CYCLES if name == "sleep" else AWAKE_CYCLES)
            for name, elf in elves.items()
        }
    results = [
        Result(GROUP, f"instructions simulated: {what}", rates[name][0] / 1e6, "M/s", 100.0, "higher")
        for name, what in awake.items()
    ]
    asleep = Result(
        GROUP,
        "cycles simulated: asleep in WFI, awake once in a million",
        rates["sleep"][1] / 1e6,
        "M cycles/s",
        better="higher",
        against="cycles of the compute loop in the same run",
        ratio=rates["sleep"][1] / rates["compute"][1],
    )
    return [*results, asleep]


def compile_program(name: str, folder: Path) -> Path:
    """Return the ELF file of one of bench_programs, made in `folder`.

    Raises:
        BuildError: the compiler is missing or fails.
    """
    elf = folder / f"{name}.elf"
    command = [COMPILER, *FLAGS, "start.c", f"{name}.c", "-o", str(elf)]
    try:
        subprocess.run(command, cwd=PROGRAMS, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", "") or str(error)
        raise BuildError(f"cannot compile {name}.c: {reason.splitlines()[0]} (run tools/setup)") from error
    return elf


def _rates(elf: Path, cycles: int) -> tuple[float, float]:
    """Return instructions and cycles per second of processor time, medians."""
    board = VirtualBoard()
    board.load(image_file.read(elf))
    board.run(cycles=WARM_UP_CYCLES)
    instructions, passed = [], []
    for _ in range(REPETITIONS):
        before, start = board.instructions, time.process_time()
        stop = board.run(cycles=cycles)
        seconds = time.process_time() - start
        if stop.reason is not StopReason.CYCLES:
            raise FirmwareError(f"{elf.name} did not run: {stop.line()}")
        instructions.append((board.instructions - before) / seconds)
        passed.append(cycles / seconds)
    return statistics.median(instructions), statistics.median(passed)


def accelerator_speed(model: Model, elf: Path) -> list[Result]:
    """Return how fast the accelerator's model runs inside the board: the last layer's program, relaunched."""
    board, mailbox = _started(elf)
    mailbox.invoke(_random_inputs(model, 1)[0])
    # The inputs are no longer where they were: others of their size, since any bits could be no numbers.
    inputs = np.random.default_rng(4).uniform(-0.1, 0.1, PRESCALED_INPUTS).astype(np.float16)
    board.write(board.read_word(MVP_ARRAY0_ADDRCFG), inputs.tobytes())
    rates = []
    for _ in range(REPETITIONS):
        start, cycles = time.process_time(), 0
        for _ in range(LAUNCHES):
            board.write_word(MVP_CMD, MVP_START_INIT)  # also zeroes the counter
            board.run(cycles=LONGEST_PROGRAM_CYCLES)
            cycles += board.read_word(MVP_PERF0CNT)
        rates.append(cycles / (time.process_time() - start))
    name = "accelerator cycles simulated: the last layer's program, core asleep"
    return [Result(GROUP, name, statistics.median(rates) / 1e6, "M cycles/s", 120.0, "higher")]


def inference_speed(model: Model, elf: Path) -> list[Result]:
    """Return inferences per second, and how much slower than the board at 78 MHz that is."""
    _, mailbox = _started(elf)
    batch = _random_inputs(model, INFERENCES)
    mailbox.invoke_all(batch[:10])
    seconds = []
    for _ in range(REPETITIONS):
        start = time.process_time()
        runs = mailbox.invoke_all(batch)
        seconds.append((time.process_time() - start) / INFERENCES)
    wall = statistics.median(seconds)
    simulated = statistics.median(run.invoke_cycles for run in runs) / CLOCK_HZ
    return [
        Result(GROUP, "anomaly inferences simulated", 1 / wall, "inferences/s", 400.0, "higher"),
        Result(
            GROUP,
            "anomaly inferences simulated, slowdown",
            wall / simulated,
            "times",
            against=f"simulated time at 78 MHz, {simulated * 1e3:.2f} ms an inference",
            ratio=wall / simulated,
        ),
    ]


def reference() -> list[Result]:
    """Return the cycles of the reference model with float input and output, simulated."""
    try:
        path = reference_model("mltk")
    except DataError as error:
        cli.warn(f"no figures of the reference model: {error}")
        return []
    return [row for weights in WEIGHTS for row in _reference(path, weights)]


def _reference(path: Path, weights: str) -> list[Result]:
    model = reader.read(path)
    _, mailbox = _started(inference.build(model, path, weights=weights).elf)
    run = [mailbox.invoke(data) for data in _random_inputs(model, 2)][-1]
    return reference_rows(run, weights)


def reference_rows(run: Inference, weights: str) -> list[Result]:
    """Return the figures of one inference of the reference model; cycles are simulated."""
    where, cycles_goal, ms_goal = WEIGHTS[weights]
    name = f"reference model, float ends, {where}, simulated"
    accelerator = sum(layer.accelerator_cycles for layer in run.layers)
    busy = sum(layer.cpu_cycles for layer in run.layers)
    total = run.invoke_cycles
    ms = total / CLOCK_HZ * 1e3
    return [
        Result(GROUP, f"{name}: accelerator", accelerator, "cycles"),
        _compared(f"{name}: core busy", busy, "cycles", 25e3, PUBLISHED_BUSY_CYCLES),
        Result(GROUP, f"{name}: in all beyond the accelerator", total - accelerator, "cycles", 20e3),
        _compared(f"{name}: in all", total, "cycles", cycles_goal, PUBLISHED_CYCLES),
        _compared(f"{name}: in all at 78 MHz", ms, "ms", ms_goal, PUBLISHED_MS),
    ]


def _compared(name: str, value: float, unit: str, goal: float, published: float) -> Result:
    against = f"{AGAINST}, {published:g} {unit}"
    return Result(GROUP, name, value, unit, goal, against=against, ratio=value / published)


def start_up(elf: Path) -> list[Result]:
    """Return the real time from nothing to the console's first byte: as a command, and in a process."""
    command = _median(lambda: _command_to_first_byte_s(elf))
    inside = _median(lambda: _board_to_first_byte_s(elf))
    return [
        Result(GROUP, "start-up to the first byte of the console: python -m host.sim run", command, "s", 0.3),
        Result(GROUP, "start-up to the first byte of the console: in a Python process", inside, "s", 0.3),
    ]


def _median(measure: Callable[[], float]) -> float:
    measure()
    return statistics.median(measure() for _ in range(REPETITIONS))


def _command_to_first_byte_s(elf: Path) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "host.sim", "run", str(elf), "--timeout", str(FIRST_BYTE_S)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:
        first = process.stdout.read(1)
        seconds = time.perf_counter() - start
        process.kill()
    if not first:
        raise FirmwareError(f"{elf}: the console printed nothing")
    return seconds


def _board_to_first_byte_s(elf: Path) -> float:
    start = time.perf_counter()
    board = VirtualBoard()
    board.load(image_file.read(elf))
    board.on_sent(lambda _: board.request_stop())
    stop = board.run(timeout_s=FIRST_BYTE_S)
    if stop.reason is not StopReason.REQUESTED:
        raise FirmwareError(f"{elf}: the console printed nothing: {stop.line()}")
    return time.perf_counter() - start


def _started(elf: Path) -> tuple[VirtualBoard, Mailbox]:
    board = VirtualBoard()
    board.load(image_file.read(elf))
    return board, Mailbox(board)


def _random_inputs(model: Model, count: int) -> list[bytes]:
    return [item.tobytes() for item in native_profile.random_batch(model, count, seed=3)]
