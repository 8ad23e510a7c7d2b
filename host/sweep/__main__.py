"""`python -m host.sweep SPACE.toml --data DIR --out DIR`: try many autoencoders, measure each."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from host import cli
from host.errors import HostError
from host.project import cache_dir

if TYPE_CHECKING:
    # Imported when needed: --help should not wait for them.
    from host.sweep.records import TrialState
    from host.sweep.runner import Runner
    from host.sweep.search import Sweep

MOST_JOBS = 256
MOST_MINUTES = 7 * 24 * 60


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 1 if a trial failed."""
    arguments = _parser().parse_args(argv)
    from host import atomic, boards
    from host.sim import inference
    from host.sweep import plot, search, space, table
    from host.sweep.records import SweepFolder

    wanted = space.read(arguments.space, boards.load(inference.BOARD))
    do_trials = _runner(arguments)
    folder = SweepFolder(arguments.out)
    atomic.check(folder.document)
    # Standard output belongs to the JSON document when that is asked for there.
    say = cli.err if arguments.json == "-" else cli.out
    with cli.progress() as bar:
        task = bar.add_task("features", total=None)
        recordings = search.prepare(
            arguments.data, arguments.cache, lambda done, all_: bar.update(task, completed=done, total=all_)
        )
    with cli.progress() as bar:
        task = bar.add_task("trials", total=len(wanted.trials))

        def tell(state: TrialState) -> None:
            bar.advance(task)
            _tell(state, say)

        try:
            found = search.run(wanted, recordings, folder, do_trials, tell)
        except KeyboardInterrupt as error:
            error.add_note(f"finished trials are kept in {folder.path}; the same command goes on from there")
            raise
    atomic.write_text(folder.plot, plot.render(found))
    cli.write_json(str(folder.document), search.document(found, folder))
    for warning in found.warnings:
        cli.warn(warning)
    if arguments.json:
        cli.write_json(arguments.json, search.document(found, folder))
    if arguments.json != "-":
        cli.show(table.table(found))
        cli.out.print(table.sources(), soft_wrap=True)
    say.print(f"plot: {folder.plot}", soft_wrap=True)
    _refuse_failed(found)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = cli.parser(
        "sweep",
        "Train, quantize and measure autoencoders of many shapes. Finished trials are kept in DIR: the same\n"
        "command goes on where it stopped, and repeats those that failed.",
        "python -m host.sweep space.toml --data runs/synthetic --out runs/sweep",
    )
    add = parser.add_argument
    add("space", type=Path, metavar="SPACE.toml", help="what to try: see docs/sweep.md")
    add("--data", type=Path, required=True, metavar="DIR", help="dataset folder with train/ and test/")
    add("--out", type=Path, required=True, metavar="DIR", help="folder of this sweep")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", type=_jobs, metavar="N", help="trials at a time here (default: one per core)"
    )
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a Dask cluster that does the trials, as tcp://127.0.0.1:8786; its workers need this "
        "clone, the recordings and the cache at the same paths",
    )
    add("--timeout", type=_minutes, default=120.0, metavar="MINUTES", help="of one trial (default: 120)")
    add("--cache", type=Path, default=cache_dir() / "features", metavar="DIR", help="computed features")
    add(
        "--json",
        type=cli.json_file,
        metavar="FILE",
        help="write sweep/1, which DIR/sweep.json has as well, to FILE (- for standard output)",
    )
    return parser


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text} is no number of trials: 1 to {MOST_JOBS} is possible")
    return int(text)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= MOST_MINUTES:
        raise argparse.ArgumentTypeError(
            f"{text} is no time in minutes: above 0 to {MOST_MINUTES} is possible"
        )
    return minutes


def _runner(arguments: argparse.Namespace) -> Runner:
    from host.sweep import runner

    timeout_s = arguments.timeout * 60
    if arguments.scheduler is not None:
        runner.check_address(arguments.scheduler)
        return partial(runner.dask, address=arguments.scheduler, timeout_s=timeout_s)
    jobs = arguments.jobs or len(os.sched_getaffinity(0))
    return partial(runner.local, jobs=jobs, timeout_s=timeout_s)


def _tell(state: TrialState, say: Console) -> None:
    name = state.task.trial.name
    if state.figures is None:
        cli.warn(f"{name}: {state.reason}")
    elif state.kept:
        say.print(f"{name}: kept from an earlier run", soft_wrap=True)
    else:
        figures = state.figures
        say.print(f"{name}: AUC {figures.auc:.4f}, {figures.total_cycles:,} cycles", soft_wrap=True)


def _refuse_failed(found: Sweep) -> None:
    if found.failed:
        raise HostError(
            f"{len(found.failed)} of {len(found.states)} trials failed, the first, "
            f"{found.failed[0].task.trial.name}: {found.failed[0].reason}; the same command tries them again"
        )


if __name__ == "__main__":
    cli.run(main)
