"""Group `link`: what the serial link carries, also when bytes get lost; windows per second; profiling.

All simulated: the chip's image runs on a virtual board in this process, the line in the board's time; the
core's cycles are an estimate (host.sim.accuracy).
"""

import re
from collections import deque
from collections.abc import Iterable

import numpy as np
from bench_result import Result

from host import default_model, native_profile
from host.errors import FirmwareError
from host.link import framing
from host.link.device import Device
from host.link.pieces import INPUT_BYTES, OUTPUT_BYTES
from host.link.requests import Request
from host.link.transports import BoardTransport
from host.sim import image_file, inference, injection
from host.sim.board import VirtualBoard
from host.sim.mailbox import Mailbox
from host.tflite import reader
from host.tflite.reader import Model

GROUP = "link"
BAUD = 921_600
BITS = 10  # of a byte on the line
GOAL = 85.0
LATENCY_S = 0.002

TENSORS = 50
TENSOR_BYTES = 640

CLIPS, FRAMES, FRAME_VALUES, WINDOW_FRAMES = 3, 200, 128, 5
MOST_WINDOWS_PER_S = 500.0
BENCH_RUNS = 20
BENCH_S = 5.0

BAD_BAUD = 115_200
BAD_PPM = 10_000
BAD_INFERENCES = 10
BAD_GOAL_S = 2.0

INFERENCES = 5
APPLICATION = "_ZZN3app21StartImageApplicationERN4port5ClockEPN3mvp6DriverEE11application"
PROFILER = "_ZTVN3app13LayerProfilerE"
APPLICATION_BYTES = 1024  # at most
VTABLE_HEAD = 8  # bytes before what an object's first word points to


class DistantBoard(BoardTransport):
    """A virtual board behind a line that takes `latency_s` more for the way there and back together."""

    def __init__(self, board: VirtualBoard, latency_s: float = 0.0) -> None:
        super().__init__(board)
        self._delay_s = latency_s / 2
        self._there: deque[tuple[float, bytes]] = deque()
        self._back: deque[tuple[float, bytes]] = deque()

    def write(self, data: bytes) -> None:
        """Put bytes on their way to the board."""
        self._there.append((self.now() + self._delay_s, data))

    def read(self, timeout_s: float) -> bytes:
        """Let the board run until something has come from it, or simulated time has passed."""
        end = self.now() + timeout_s
        while True:
            while self._there and self._there[0][0] <= self.now():
                super().write(self._there.popleft()[1])
            if self._back and self._back[0][0] <= self.now():
                return self._back.popleft()[1]
            if self.now() >= end:
                return b""
            due = [queue[0][0] for queue in (self._there, self._back) if queue]
            heard = super().read(min([*due, end]) - self.now())
            if heard:
                self._back.append((self.now() + self._delay_s, heard))


def bench() -> list[Result]:
    """Return all figures of the group."""
    model = reader.read(default_model.PRETRAINED)
    elf = inference.build(model, default_model.PRETRAINED).elf
    image = image_file.read(elf)
    return [
        *(row for latency in (0.0, LATENCY_S) for row in carried(_board(image), model, latency)),
        *(spoilt(_board(image), model, fault) for fault in ("serial-corrupt", "serial-drop")),
        *windows(_board(image), model),
        profiling(_board(image), model),
    ]


def carried(board: VirtualBoard, model: Model, latency_s: float) -> list[Result]:
    """Return how much of the line tensors take, to the board and from it, a message for each and as cut."""
    line = DistantBoard(board, latency_s)
    parts = [range(at, at + TENSOR_BYTES) for at in range(0, 4 * TENSOR_BYTES, TENSOR_BYTES)]
    with Device(line, model, BAUD) as device:
        data = native_profile.random_batch(model, 1, seed=3).tobytes()
        if min(tensor.bytes for tensor in device.tensors) < len(parts) * TENSOR_BYTES:
            raise FirmwareError(f"the model's tensors have less than {len(parts) * TENSOR_BYTES} bytes")
        tensors = [parts[number % len(parts)] for number in range(TENSORS)]
        return [
            carried_row(name, latency_s, _seconds(device, line, requests))
            for name, requests in (
                (f"to the board, {TENSOR_BYTES} bytes a message", _inputs(tensors, data, TENSOR_BYTES)),
                (f"to the board, {INPUT_BYTES} bytes a message", _inputs(tensors, data, INPUT_BYTES)),
                (f"from the board, {TENSOR_BYTES} bytes a message", _outputs(tensors, TENSOR_BYTES)),
                (f"from the board, {OUTPUT_BYTES} bytes a message", _outputs(tensors, OUTPUT_BYTES)),
            )
        ]


def carried_row(way: str, latency_s: float, seconds: float) -> Result:
    """Return the row of TENSORS tensors that took so long."""
    share = 100 * TENSORS * TENSOR_BYTES / seconds / (BAUD / BITS)
    distance = f", {1e3 * latency_s:g} ms of latency there and back" if latency_s else ""
    name = f"tensor bytes {way}{distance}, {BAUD} baud, simulated"
    return Result(GROUP, name, share, "% of baud/10", GOAL, "higher")


def spoilt(board: VirtualBoard, model: Model, fault: str) -> Result:
    """Return the line time of an inference while one byte in a hundred is bad, both ways."""
    line = BoardTransport(board)
    data = native_profile.random_batch(model, 1, seed=3).tobytes()
    with Device(line, model, BAD_BAUD) as device:
        clean_s = _inference_s(device, line, data, 1)
        board.inject(injection.parse(f"{fault}@0:{BAD_PPM}"))
        seconds = _inference_s(device, line, data, BAD_INFERENCES)
    return spoilt_row(fault, seconds, clean_s)


def spoilt_row(fault: str, seconds: float, clean_s: float) -> Result:
    """Return the row of an inference that took so long, beside one over a clean line."""
    name = f"inference, {fault} of {BAD_PPM} bytes in a million, {BAD_BAUD} baud, simulated"
    against = f"{clean_s:.2f} s while none is; the first one, which finds the line changed, is among them"
    return Result(GROUP, name, seconds, "s", BAD_GOAL_S, against=against, ratio=seconds / clean_s)


def _inference_s(device: Device, line: BoardTransport, data: bytes, count: int) -> float:
    start = line.now()
    for _ in range(count):
        device.infer(data)
    return (line.now() - start) / count


def windows(board: VirtualBoard, model: Model) -> list[Result]:
    """Return windows per second of whole clips of frames, beside inferences alone on the same image."""
    alone = BoardTransport(board)
    cycles = bench_cycles(_said(alone, f"bench {BENCH_RUNS}\r"))
    line = DistantBoard(board)
    with Device(line, model, BAUD) as device:
        codes = np.random.default_rng(4).integers(-128, 128, (FRAMES, FRAME_VALUES), np.int8)
        frames = [frame.tobytes() for frame in codes]
        start, times = line.now(), []
        for clip in range(CLIPS):
            times += [line.now() for _ in device.push_frames(1, clip, frames)]
        within = (times[-FRAMES // 4] - times[-3 * FRAMES // 4]) / (FRAMES // 2)
        rate = CLIPS * (FRAMES - WINDOW_FRAMES + 1) / (times[-1] - start)
        clock_hz = device.clock_hz
    return window_rows(rate, 1 / within, clock_hz / cycles, device.clock_hz)


def window_rows(rate: float, within: float, alone: float, clock_hz: int) -> list[Result]:
    """Return the rows of windows per second: of whole clips, within one, and of `bench` alone."""
    frame = framing.longest_frame(len(Request.push_frame(0, 0, 0, bytes(FRAME_VALUES)).payload))
    line = BAUD / BITS / frame
    limit = (
        f"limited by the line: a frame of {frame} bytes takes {1e3 / line:.2f} ms"
        if within > 0.98 * line
        else f"limited by the core: {clock_hz / within / 1e3:.1f}k cycles a window of which "
        f"{clock_hz / alone / 1e3:.1f}k are the inference; the line carries {line:.0f} windows/s"
    )
    goal = 0.9 * min(alone, MOST_WINDOWS_PER_S)
    against = f"bench {BENCH_RUNS} on the same image, {alone:.1f} inferences/s; {limit}"
    rates = {
        f"clips of {FRAMES} frames one after the other, {BAUD} baud": rate,
        f"within a clip, {BAUD} baud": within,
    }
    return [
        Result(GROUP, f"windows, {name}, simulated", value, "1/s", goal, "higher", against, value / alone)
        for name, value in rates.items()
    ]


def bench_cycles(text: str) -> int:
    """Return the median of the console's `bench`.

    Raises:
        FirmwareError: there is none.
    """
    median = re.search(r"^median +(\d+) cycles", text, re.MULTILINE)
    if median is None:
        raise FirmwareError(f"the console's bench gave no median: {text!r}")
    return int(median[1])


def profiling(board: VirtualBoard, model: Model) -> Result:
    """Return what the per-layer profile adds to an inference: with it, and with its pointers cleared."""
    mailbox = Mailbox(board)
    data = native_profile.random_batch(model, 1, seed=3).tobytes()
    profiled = _cycles(mailbox, data)
    silence_profiler(board)
    plain = _cycles(mailbox, data)
    return Result(
        GROUP,
        "cycles of an inference that its profile adds, simulated",
        100 * (profiled - plain) / plain,
        "%",
        1.0,
        against=f"{plain:,} cycles without it, {profiled:,} with it",
        ratio=profiled / plain,
    )


def silence_profiler(board: VirtualBoard) -> None:
    """Clear the interpreter's and the kernels' pointers to the profiler, as a debugger would.

    Raises:
        FirmwareError: the application in the image looks otherwise.
    """
    application = board.address(APPLICATION)
    words = np.frombuffer(board.read(application, APPLICATION_BYTES), "<u4")
    (at,) = np.nonzero(words == board.address(PROFILER) + VTABLE_HEAD)
    if len(at) != 1:
        raise FirmwareError(f"no profiler was found in the image's application at {application:#x}")
    profiler = application + 4 * int(at[0])
    for interface in (profiler, profiler + 4):  # it is a profiler and a listener to completions
        (pointers,) = np.nonzero(words == interface)
        if len(pointers) != 1:
            raise FirmwareError(f"{len(pointers)} pointers to the profiler instead of one")
        board.write_word(application + 4 * int(pointers[0]), 0)


def _board(image: image_file.ImageFile) -> VirtualBoard:
    board = VirtualBoard()
    board.load(image)
    return board


def _inputs(tensors: Iterable[range], data: bytes, largest: int) -> list[Request]:
    return [Request.set_input(at.start, data[at.start : at.stop]) for at in _cut(tensors, largest)]


def _outputs(tensors: Iterable[range], largest: int) -> list[Request]:
    return [Request.get_output(at.start, len(at)) for at in _cut(tensors, largest)]


def _cut(tensors: Iterable[range], largest: int) -> list[range]:
    return [tensor[at : at + largest] for tensor in tensors for at in range(0, len(tensor), largest)]


def _seconds(device: Device, line: BoardTransport, requests: list[Request]) -> float:
    start = line.now()
    for _ in device.session.exchange(requests):
        pass
    return line.now() - start


def _said(line: BoardTransport, command: str) -> str:
    while line.read(0.2):
        pass  # the banner
    line.write(command.encode())
    heard = b""
    end = line.now() + BENCH_S
    while b"max" not in heard.split(b"median")[-1] and line.now() < end:
        heard += line.read(0.1)
    return heard.decode("ascii", "replace").replace("\r", "")


def _cycles(mailbox: Mailbox, data: bytes) -> int:
    return [mailbox.invoke(data) for _ in range(INFERENCES)][-1].invoke_cycles
