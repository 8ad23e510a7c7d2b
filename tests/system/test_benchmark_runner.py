"""The MLPerf Tiny runner's image on the virtual board, driven by a client that does what the runner does.

The client sends what the benchmark's runner sends and reads replies by the same expressions. Scores are
compared with those of `tflite-micro`; that image has the reference kernels, which give the same bytes.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import pytest
import tflite_models
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from host import boards
from host.errors import LinkError
from host.firmware_build import image
from host.firmware_build.app import BENCHMARK_APP, ENERGY, PERFORMANCE, App
from host.firmware_build.image import Image
from host.link.device import Device
from host.link.transports import BoardTransport
from host.project import BUILD_DIR
from host.sim import image_file
from host.sim.board import VirtualBoard
from host.sim.conditions import StopReason, Text
from host.tflite.golden import GoldenInterpreter

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

CORE_HZ = 78_000_000
BYTES_PER_COMMAND = 31
WINDOW, STRIDE = 2560, 512
READY = "m-ready"
ORDINARY_S, INFER_S = 5, 30
LAP = re.compile(r"^m-lap-us-([0-9]+)$")
RESULTS = re.compile(r"^m-results-\[([0-9.,]+)\]$")
NAME = re.compile(r"^m-name-dut-\[([^\]]+)\]$")
PROFILE = re.compile(r"^m-(model|profile)-\[([^\]]+)\]$")


class RunnerClient:
    """The runner's end of the line to a board that has booted; `boot` is what the board said before."""

    def __init__(self, elf: Path) -> None:
        self.board = VirtualBoard()
        self.board.load(image_file.read(elf))
        self.boot = self.reply(ORDINARY_S)

    def reply(self, limit_s: float) -> str:
        stop = self.board.run(Text(b"m-ready\r\n"), cycles=int(limit_s * CORE_HZ))
        text = self.board.sent().decode("ascii")
        assert stop.reason is StopReason.TEXT, f"no m-ready within {limit_s} s, but {text!r}"
        return text

    def ask(self, command: str, limit_s: float = ORDINARY_S) -> list[str]:
        """Send a command; return the lines of its reply, that with m-ready left out."""
        assert len(command) <= 80
        self.board.send(command.encode("ascii") + b"%")
        lines = self.reply(limit_s).split("\r\n")
        assert lines[-2:] == [READY, ""]
        return lines[:-2]

    def download(self, window: bytes) -> None:
        assert self.ask(f"db load {len(window)}") == [f"m-[Expecting {len(window)} bytes]"]
        commands = 0
        for begin in range(0, len(window), BYTES_PER_COMMAND):
            lines = self.ask(f"db {window[begin : begin + BYTES_PER_COMMAND].hex()}")
            commands += 1
            last = begin + BYTES_PER_COMMAND >= len(window)
            assert lines == (["m-load-done"] if last else [])
        assert commands == 83

    def infer(self, iterations: int, warm_ups: int) -> tuple[float, float]:
        """Return the timed part in seconds and the score."""
        lines = self.ask(f"infer {iterations} {warm_ups}", INFER_S)
        laps = [int(match[1]) for match in map(LAP.match, lines) if match]
        assert len(laps) == 2
        results = [match[1] for match in map(RESULTS.match, lines) if match]
        assert lines == [
            f"m-warmup-start-{warm_ups}",
            "m-warmup-done",
            f"m-infer-start-{iterations}",
            f"m-lap-us-{laps[0]}",
            f"m-lap-us-{laps[1]}",
            "m-infer-done",
            f"m-results-[{results[0]}]",
        ]
        return (laps[1] - laps[0]) / 1e6, float(results[0])

    def accuracy(self, clips: "Sequence[Clip]") -> list[list[float]]:
        """Run accuracy mode; return each clip's scores, window by window."""
        scores = []
        for clip in clips:
            scores.append([])
            for window in clip.windows():
                self.download(window)
                scores[-1].append(self.infer(1, 0)[1])
        return scores

    def performance(self, clips: "Sequence[Clip]", iterations: int, least_s: float) -> float:
        """Run performance mode; return the median of five throughputs in inferences per second."""
        throughputs = []
        for clip in clips[:5]:
            self.download(next(clip.windows()))
            seconds, _ = self.infer(iterations, 10)
            assert seconds >= least_s
            throughputs.append(iterations / seconds)
        assert len(throughputs) == 5
        return median(throughputs)


@dataclass(frozen=True)
class Clip:
    """A line of y_labels.csv and the feature file that it names."""

    anomalous: bool
    data: bytes

    def windows(self) -> Iterator[bytes]:
        for begin in range(0, len(self.data) - WINDOW + 1, STRIDE):
            yield self.data[begin : begin + WINDOW]


def clips(count: int, frames: int) -> list[Clip]:
    """Features in the range of the data set's, frame-major float32; each second clip is louder."""
    random = np.random.default_rng(11)
    made = []
    for number in range(count):
        features = random.normal(-28 + 20 * (number % 2), 12, (frames, 128)).astype("<f4")
        made.append(Clip(number % 2 == 1, features.tobytes()))
    return made


def golden_score(interpreter: GoldenInterpreter, window: bytes) -> float:
    """The benchmark's score: the float input against the dequantized output."""
    values = np.frombuffer(window, "<f4").astype(np.float64)
    source, result = interpreter.input, interpreter.output
    assert source.scale is not None
    assert source.zero_point is not None
    assert result.scale is not None
    levels = values / source.scale
    rounded = np.sign(levels) * np.floor(np.abs(levels) + 0.5) + source.zero_point
    quantized = np.clip(rounded, -128, 127).astype(np.int8)
    output = interpreter.run(quantized.reshape(1, *source.item_shape)).reshape(-1).astype(np.float64)
    return float(np.mean(((output - result.zero_point) * result.scale - values) ** 2))


def build(model: Path, kernel: str, mode: str, host: Path) -> Image:
    return image.build(
        boards.load("xg24"),
        model,
        kernel,
        BUILD_DIR / "test-images",
        preset=host.parent.name,
        app=App(BENCHMARK_APP, mode),
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "ad01.tflite"
    path.write_bytes(tflite_models.autoencoder_int8(seed=2))
    return path


@pytest.fixture(scope="module")
def exact(model: Path, sanitized_host: Path) -> Image:
    return build(model, "reference", PERFORMANCE, sanitized_host)


@pytest.fixture(scope="module")
def client(exact: Image) -> RunnerClient:
    return RunnerClient(exact.elf)


def test_boot_says_four_lines(client: RunnerClient) -> None:
    assert re.fullmatch(
        r"m-timestamp-mode-performance\r\nm-lap-us-\d+\r\nm-init-done\r\nm-ready\r\n", client.boot
    )


def test_name_has_the_build_id_and_profile_the_model(client: RunnerClient, exact: Image) -> None:
    (line,) = client.ask("name")
    match = NAME.match(line)
    assert match
    assert match[1] == f"earshot-brd2601b-{exact.use.build_id}"
    found = [PROFILE.match(line) for line in client.ask("profile")]
    assert [match and match[1] for match in found] == ["profile", "model"]
    assert found[1]
    assert found[1][2] == "ad01"


def test_timestamps_tell_the_time(client: RunnerClient) -> None:
    first = LAP.match(client.ask("timestamp")[0])
    begin = client.board.seconds
    client.board.run(cycles=100 * CORE_HZ)  # the core's timer wraps after 55 s
    second = LAP.match(client.ask("timestamp")[0])
    assert first
    assert second
    passed = client.board.seconds - begin
    assert passed > 100
    assert int(second[1]) - int(first[1]) == pytest.approx(passed * 1e6, rel=1e-4)


def test_nothing_is_said_between_commands(client: RunnerClient) -> None:
    client.board.run(cycles=CORE_HZ)
    assert client.board.sent() == b""


def test_neither_console_nor_link_is_there(client: RunnerClient) -> None:
    client.board.send(b"help\r\0\x05\x01\x01\x01\x01\0info\r")
    client.board.run(cycles=CORE_HZ)
    assert client.board.sent() == b""
    assert client.ask("")[0].startswith("e-[Unknown command: help")


def test_the_link_says_which_image_it_is(exact: Image) -> None:
    board = RunnerClient(exact.elf).board
    name = f"earshot-brd2601b-{exact.use.build_id}"
    with pytest.raises(
        LinkError, match=rf"runs the benchmark's image \({name}\) at 115200 baud, which has no"
    ):
        Device(BoardTransport(board))


def test_counts_that_would_take_hours_are_refused(client: RunnerClient) -> None:
    assert client.ask("infer 999999999999") == ["e-[Inference iterations must be <=100000]"]
    assert client.ask("infer 1 999999999999") == ["e-[Inference warmup must be <=100000]"]


def test_accuracy_mode(client: RunnerClient, model: Path) -> None:
    data = clips(6, frames=6)
    scores = client.accuracy(data)
    golden = GoldenInterpreter(model.read_bytes())
    expected = [[golden_score(golden, window) for window in clip.windows()] for clip in data]
    assert np.shape(scores) == (6, 2)
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=0.0006)
    labels = [clip.anomalous for clip in data]
    assert roc_auc_score(labels, np.mean(scores, axis=1)) == roc_auc_score(labels, np.mean(expected, axis=1))


def test_performance_mode(model: Path, sanitized_host: Path) -> None:
    client = RunnerClient(build(model, "fast", PERFORMANCE, sanitized_host).elf)
    assert client.performance(clips(5, frames=5), iterations=60, least_s=0.1) > 185


@pytest.mark.slow
def test_performance_mode_with_ten_seconds_per_run(model: Path, sanitized_host: Path) -> None:
    client = RunnerClient(build(model, "fast", PERFORMANCE, sanitized_host).elf)
    assert client.performance(clips(5, frames=5), iterations=5000, least_s=10) > 185


def test_known_answers_of_the_published_model(shared: Path, sanitized_host: Path) -> None:
    folder = shared / "data" / "mlperf_tiny"
    client = RunnerClient(build(folder / "ad01_int8.tflite", "reference", PERFORMANCE, sanitized_host).elf)
    clip = Clip(False, (folder / "normal_id_01_00000000_hist_librosa.bin").read_bytes())
    windows = list(clip.windows())
    assert len(windows) == 196
    for number, score in ((0, 11.676), (1, 12.001), (195, 11.453)):
        client.download(windows[number])
        assert client.infer(1, 0)[1] == pytest.approx(score, abs=0.0011)
    # The input holds: repeated inference gives the same.
    assert client.infer(3, 2)[1] == pytest.approx(11.453, abs=0.0011)


class PinWatch:
    """Cycles at which the timing pin was about to change, and its level until then."""

    def __init__(self, board: VirtualBoard, pin: str) -> None:
        self.changes: list[tuple[int, bool]] = []
        self._look: Callable[[], object] = lambda: self.changes.append((board.now, board.pin(pin)))
        board.on_address("chip::DriveOutput(chip::Pin, bool)", self._look)

    def low_cycles(self) -> list[int]:
        """How long it was low, each time."""
        levels: NDArray[np.bool_] = np.array([level for _, level in self.changes])
        assert levels.tolist() == [True, False] * (len(levels) // 2)
        times = [cycle for cycle, _ in self.changes]
        return [end - begin for begin, end in zip(times[::2], times[1::2], strict=True)]


def test_energy_mode_pulls_the_pin_and_prints_no_times(model: Path, sanitized_host: Path) -> None:
    client = RunnerClient(build(model, "fast", ENERGY, sanitized_host).elf)
    assert client.boot == "m-timestamp-mode-energy\r\nm-init-done\r\nm-ready\r\n"
    watch = PinWatch(client.board, str(boards.load("xg24").timing_pin))
    client.board.send(b"timestamp%")
    client.board.run(Text(b"m-ready\r\n"), cycles=CORE_HZ)
    sent = client.board.sent_bytes()
    assert bytes(byte.value for byte in sent) == b"m-ready\r\n"
    assert {round(byte.baud, -2) for byte in sent} == {9600}
    client.download(next(clips(1, frames=5)[0].windows()))
    lines = client.ask("infer 2 1", INFER_S)
    assert lines[:-1] == [
        "m-warmup-start-1",
        "m-warmup-done",
        "m-infer-start-2",
        "m-infer-done",
    ]
    assert RESULTS.match(lines[-1])
    low = watch.low_cycles()
    assert len(low) == 3
    assert min(low) >= CORE_HZ / 1e6
    assert client.board.pin("PB0")
    with pytest.raises(
        LinkError, match=r"runs the benchmark's image \(earshot-.*\) at 9600 baud, which has no"
    ):
        Device(BoardTransport(client.board))
