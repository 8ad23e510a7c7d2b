"""`python -m host.score FILE.wav…`: which recordings sound anomalous, and when; from a microphone, too."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from host import cli, default_model, native, native_arguments
from host.errors import DataError, UsageError

if TYPE_CHECKING:
    # Imported when needed: --help should not wait for numpy.
    from rich.console import Console

    from host.listen.model import Listener
    from host.listen.recording import ScoredRecording, UnusableRecording
    from host.listen.sound_stream import Read
    from host.listen.time_line import Row

EXIT_ANOMALY = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    arguments = _parser().parse_args(argv)
    _check(arguments)
    from host.data.features import WINDOWS
    from host.listen import model, recording
    from host.listen.recording import ScoredRecording
    from host.report import time_line_text

    with cli.err.status("loading the model"):
        path = arguments.model or default_model.find()
        listener = model.load(
            path, arguments.runtime, arguments.kernel or native.DEFAULT_KERNEL, arguments.preset
        )
    threshold = arguments.threshold or model.threshold(listener)
    average = arguments.average or WINDOWS
    _say(arguments).print(time_line_text.model(listener), soft_wrap=True)
    results = list(_recordings(arguments, listener, threshold, average))
    scored = [each for each in results if isinstance(each, ScoredRecording)]
    if arguments.json:
        cli.write_json(arguments.json, recording.document(listener, threshold, average, results))
    if arguments.plot and scored:
        from host.report import score_plot

        score_plot.save(scored, threshold, arguments.plot)
    if any(each.verdict.anomalous for each in scored):
        return EXIT_ANOMALY
    return 0 if len(scored) == len(results) else 1


def _parser() -> argparse.ArgumentParser:
    parser = cli.parser(
        "score",
        "Score recordings (WAV, 16 kHz, mono) window by window and print a time line, a line per second.\n"
        "A recording is anomalous where the mean over the last 196 windows (6.3 s), or over all if it is\n"
        "shorter, reaches the threshold that host.evaluate has chosen for the model.\n\n"
        "exit status: 0 all normal; 3 something anomalous; 1 a recording or the model cannot be used and\n"
        "nothing is anomalous; 2 wrong usage",
        "python -m host.score --model runs/demo/model_int8.tflite clip.wav\n"
        "  arecord -q -f S16_LE -r 16000 -c 1 | python -m host.score --mic-file -",
    )
    add = parser.add_argument
    add("files", type=Path, nargs="*", metavar="FILE.wav", help="recordings")
    add(
        "--mic-file",
        metavar="PIPE",
        help="score while it is being recorded: a pipe's name, or - for standard input; a WAV file or raw "
        "16-bit little-endian samples",
    )
    add(
        "--model",
        type=Path,
        metavar="MODEL",
        help=".tflite or .keras file (default: the last one built, else the one that comes along)",
    )
    add(
        "--runtime",
        choices=("host", "golden", "keras"),
        help="what runs it (default: host; keras for .keras)",
    )
    add("--kernel", choices=native.KERNELS, help=f"of runtime host (default: {native.DEFAULT_KERNEL})")
    native_arguments.add_preset(parser)
    add(
        "--threshold", type=_threshold, metavar="DB2", help="in dB² (default: that of the model's evaluation)"
    )
    add("--average", type=_windows, metavar="N", help="windows of the running mean (default: 196, a clip's)")
    add("--json", type=cli.json_file, metavar="FILE", help="write score/1 (- for standard output)")
    add("--plot", type=_plot_file, metavar="FILE", help="plot the scores over time: .png, .svg or .pdf")
    return parser


def _check(arguments: argparse.Namespace) -> None:
    if bool(arguments.files) == bool(arguments.mic_file):
        raise UsageError("name recordings, or a pipe with --mic-file: one of both")
    if arguments.mic_file == "-" and sys.stdin.isatty():
        raise UsageError(
            "standard input is a terminal: pipe a recording into it, as arecord -f S16_LE -r 16000 | …"
        )
    if arguments.kernel and arguments.runtime not in (None, "host"):
        raise UsageError("--kernel goes with --runtime host: others have kernels of their own")


def _threshold(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no threshold: a number above 0 is possible")
    return value


def _windows(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is no number of windows: 1 or more is possible")
    return int(text)


def _plot_file(text: str) -> Path:
    if Path(text).suffix not in (".png", ".svg", ".pdf"):
        raise argparse.ArgumentTypeError(f"{text} is no .png, .svg or .pdf file")
    return cli.output_file(text)


def _say(arguments: argparse.Namespace) -> Console:
    # Standard output belongs to the JSON document when that is asked for there.
    return cli.err if arguments.json == "-" else cli.out


def _recordings(
    arguments: argparse.Namespace, listener: Listener, threshold: float, average: int
) -> Iterator[ScoredRecording | UnusableRecording]:
    """Score one recording after the other, and tell what is found while it is."""
    from host.listen import recording, sound_stream
    from host.listen.recording import UnusableRecording
    from host.listen.time_line import TimeLine
    from host.report import time_line_text

    say = _say(arguments)

    def show(each: Row) -> None:
        if each.start_s == 0:
            say.print(time_line_text.heading(str(name), threshold), soft_wrap=True)
        say.print(time_line_text.row(each, threshold, say.is_terminal), soft_wrap=True)

    for name in arguments.files or [arguments.mic_file]:
        line = TimeLine(threshold, average)
        try:
            if arguments.files:
                scored = recording.file(name, listener, line, show)
            else:
                with _opened(name) as read:
                    scored = recording.stream(name, sound_stream.samples(read), listener, line, show)
        except DataError as error:
            cli.err.print(f"error: {name}: {error}", style="red", soft_wrap=True)
            yield UnusableRecording(str(name), str(error))
            continue
        say.print(time_line_text.verdict(scored, threshold), soft_wrap=True)
        yield scored


@contextmanager
def _opened(name: str) -> Iterator[Read]:
    if name == "-":
        # Not read(): it would wait until so many bytes are there.
        yield lambda count: os.read(sys.stdin.fileno(), count)
        return
    try:
        with Path(name).open("rb", buffering=0) as file:
            yield lambda count: file.read(count) or b""
    except OSError as error:
        raise DataError(f"cannot read it: {error.strerror}") from error


if __name__ == "__main__":
    cli.run(main)
