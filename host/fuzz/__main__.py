"""`python -m host.fuzz`: damages files and looks whether what reads them bears it."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from host import atomic, cli
from host.errors import UsageError
from host.fuzz import model_fuzzer
from host.fuzz.model_fuzzer import Campaign, FuzzResult

_MESSAGES_SHOWN = 12


def main(argv: Sequence[str] | None = None) -> int:
    """Run one of the subcommands; return the exit status, 1 where something was found."""
    parser = cli.parser(
        "fuzz",
        "Damaged files for what reads files from strangers.",
        "python -m host.fuzz model --runs 1000000",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    model = commands.add_parser(
        "model",
        help="damaged .tflite models for the model reader and the interpreter",
        description=(
            "Damage models of every operator, and read, prepare and run each in a build with the address and "
            "undefined-behaviour sanitizers: with the reference kernels, and again with those, the fast ones "
            "or the accelerator's. A file that breaks something is saved to build/fuzz."
        ),
        epilog="example:\n  python -m host.fuzz model --runs 1000000 --seed 7",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_arguments(model)
    return _fuzz_models(parser.parse_args(argv))


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--runs",
        type=int,
        default=model_fuzzer.DEFAULT_RUNS,
        metavar="N",
        help="number of executions (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=model_fuzzer.DEFAULT_SEED,
        metavar="S",
        help="of the random damages (default: %(default)s)",
    )
    parser.add_argument(
        "--first",
        type=int,
        default=0,
        metavar="K",
        help="number of the first execution: with --runs 1 a finding once more (default: %(default)s)",
    )
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="folder with more .tflite files to damage")
    parser.add_argument(
        "--json", metavar="FILE", help="write the counts to FILE, or to standard output for -"
    )


def _fuzz_models(arguments: argparse.Namespace) -> int:
    if arguments.runs < 1:
        raise UsageError(f"--runs {arguments.runs}: at least 1")
    if arguments.seed < 0 or arguments.first < 0:
        raise UsageError("--seed and --first are at least 0")
    if max(arguments.seed, arguments.first + arguments.runs) >= 1 << 63:
        raise UsageError("--seed and --first with --runs are below 2^63")
    with cli.err.status("building"):
        program = model_fuzzer.build()
    with atomic.work_folder() as folder, cli.progress() as progress:
        models = model_fuzzer.write_seeds(folder, arguments.corpus)
        task = progress.add_task("executions", total=arguments.runs)
        start = time.monotonic()
        result = model_fuzzer.fuzz(
            Campaign(program, models, arguments.seed),
            arguments.runs,
            arguments.first,
            lambda done: progress.update(task, completed=done),
        )
        seconds = time.monotonic() - start
    if arguments.json != "-":
        _print(result, seconds)
    if arguments.json:
        cli.write_json(arguments.json, model_fuzzer.document(result, seconds))
    return _report_findings(result)


def _print(result: FuzzResult, seconds: float) -> None:
    seeds = Table("model", "executions", "ran", title="Damaged models")
    for seed in result.seeds:
        seeds.add_row(seed.name, str(seed.executions), str(seed.ran))
    refusals = Table("refused by", "files", "message", title="Most frequent refusals")
    for each in result.refusals[:_MESSAGES_SHOWN]:
        refusals.add_row(each.stage, str(each.count), each.message)
    kernels = Table("kernels", "ran again", "programs of the accelerator", title="Second runs")
    for kernel in result.kernels:
        kernels.add_row(kernel.name, str(kernel.ran), str(kernel.programs))
    cli.show(seeds)
    cli.show(kernels)
    cli.show(refusals)
    cli.out.print(
        f"{result.executions} executions in {seconds:.1f} s ({result.executions / max(seconds, 1e-9):.0f}/s):"
        f" {result.ran} accepted and run, {result.executions - result.ran} refused with"
        f" {len(result.refusals)} kinds of messages",
        soft_wrap=True,
    )


def _report_findings(result: FuzzResult) -> int:
    for finding in result.findings:
        cli.err.print(
            f"error: {finding.reason}: seed {result.seed}, execution {finding.execution}, {finding.file}",
            style="red",
            soft_wrap=True,
        )
    if len(result.findings) >= model_fuzzer.MOST_FINDINGS:
        cli.warn(f"ended after {len(result.findings)} findings")
    return 1 if result.findings else 0


if __name__ == "__main__":
    cli.run(main)
