"""The arguments of `python -m host.evaluate`, and what they mean together."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from host import cli, native, native_arguments
from host.errors import UsageError
from host.link import arguments as link_arguments
from host.project import cache_dir

if TYPE_CHECKING:
    # Imported when needed: --help should not wait for numpy.
    from host.model.operating_point import Criterion

SOURCES = ("float", "int8", "host", "simulated")
"""What can be scored with on this computer."""


def parser() -> argparse.ArgumentParser:
    """Return the command's parser."""
    command = cli.parser(
        "evaluate",
        "Score the test clips with a run's models and measure how well the scores tell anomalous clips\n"
        "from normal ones: RUN/model_float.tflite and RUN/model_int8.tflite in tflite-micro, the latter in\n"
        "the firmware on this computer and in the chip's image on the virtual board, too, and with --device\n"
        "on a board. What was scored before is not scored again.",
        "python -m host.evaluate runs/demo --data runs/synthetic --false-positive-rate 0.05",
    )
    add = command.add_argument
    add("run", type=Path, metavar="RUN", help="folder of a quantized training")
    add("--data", type=Path, required=True, metavar="DIR", help="dataset folder with test/")
    thresholds = command.add_mutually_exclusive_group()
    thresholds.add_argument(
        "--false-positive-rate",
        type=float,
        metavar="R",
        help="choose the lowest threshold that calls at most this share of normal clips anomalous "
        "(default: 0.1)",
    )
    thresholds.add_argument(
        "--cost",
        type=_cost,
        metavar="FP:FN",
        help="choose the threshold of least cost instead: of a false alarm and of a missed anomaly, as 1:10",
    )
    add(
        "--sources",
        nargs="+",
        choices=SOURCES,
        metavar="SOURCE",
        help=f"what to score with: {', '.join(SOURCES)} (default: all that can be had)",
    )
    add("--kernel", choices=native.KERNELS, help=f"the firmware's (default: {native.DEFAULT_KERNEL})")
    add(
        "--step",
        type=_step,
        metavar="N",
        help="host and simulated: score every Nth window of a clip; 1: all 196 (default: 14, so 14 of them)",
    )
    add(
        "--labels",
        type=Path,
        metavar="CSV",
        help="only clips that this list names, as the benchmark's y_labels.csv",
    )
    native_arguments.add_preset(command)
    _add_devices(command)
    add(
        "--json",
        type=cli.json_file,
        metavar="FILE",
        help="write evaluation/1 here too (- for standard output)",
    )
    add("--cache", type=Path, default=cache_dir() / "features", metavar="DIR", help="computed features")
    return command


def _add_devices(parser: argparse.ArgumentParser) -> None:
    places = parser.add_mutually_exclusive_group()
    places.add_argument(
        "--simulator",
        action="store_true",
        help="as --device, over the link, but on a virtual board in this process: all windows, score_int8",
    )
    link_arguments.add(parser, places)
    parser.add_argument(
        "--clips",
        type=_count,
        metavar="N",
        help="with --device and --simulator: N clips, normal and anomalous ones in turn (default: all)",
    )


def check(arguments: argparse.Namespace) -> None:
    """Check that the arguments fit together.

    Raises:
        UsageError: they do not.
    """
    link_arguments.check(arguments)
    if arguments.clips is not None and not (arguments.device or arguments.simulator):
        raise UsageError("--clips goes with --device or --simulator: add one")
    if arguments.sources and "int8" not in arguments.sources:
        raise UsageError("--sources without int8: it is what the others are compared with; add it")


def criterion(arguments: argparse.Namespace) -> Criterion:
    """Return how the threshold is to be chosen.

    Raises:
        UsageError: there is no such false-positive rate.
    """
    from host.model.operating_point import FalsePositiveRate

    if arguments.cost is not None:
        return arguments.cost  # type: ignore[no-any-return]
    rate = arguments.false_positive_rate
    return FalsePositiveRate() if rate is None else FalsePositiveRate(rate)


def _cost(text: str) -> Criterion:
    from host.model.operating_point import Cost

    alarm, colon, miss = text.partition(":")
    try:
        return Cost(float(alarm), float(miss if colon else "?"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no FP:FN: two numbers, as 1:10") from None


def _step(text: str) -> int:
    from host.data.features import WINDOWS

    if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= WINDOWS:
        raise argparse.ArgumentTypeError(f"{text} is no step: 1 to {WINDOWS} is possible")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text} is no number of clips: 2 or more is possible")
    return int(text)
