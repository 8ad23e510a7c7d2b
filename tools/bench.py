"""Measures performance in named groups and prints them as a table and as bench/1 JSON.

Group `path`: how long each stage of the demo takes, from an empty folder. Groups `mvp`, `sim`, `link`,
`flash`, `runtime` and `data`: see bench_mvp.py, bench_sim.py, bench_link.py, bench_flash.py,
bench_runtime.py, bench_data.py and bench_training.py.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import bench_data
import bench_flash
import bench_link
import bench_mvp
import bench_runtime
import bench_sim
import bench_training
from bench_result import Result
from rich.table import Table
from stages import firmware_stages, training_stages

from host import cli
from host.errors import HostError


def bench_path() -> list[Result]:
    """Time every stage of the demo on the synthetic machine, from nothing, without installation."""
    with tempfile.TemporaryDirectory() as folder:
        data, run = Path(folder) / "data", Path(folder) / "run"
        stages = [
            *training_stages(data, run, synthesise=True, seed=1),
            *firmware_stages(run / "model_int8.tflite", run),
        ]
        results = [Result("path", stage.name, round(stage.run(sys.stderr), 2), "s") for stage in stages]
    everything = round(sum(result.value for result in results), 2)
    # The demo promises 12 minutes with installation, which takes two to four of them.
    return [*results, Result("path", "all stages", everything, "s", goal=480.0)]


GROUPS: dict[str, Callable[[], list[Result]]] = {
    "path": bench_path,
    "mvp": bench_mvp.bench,
    "sim": bench_sim.bench,
    "link": bench_link.bench,
    "flash": bench_flash.bench,
    "runtime": bench_runtime.bench,
    "data": lambda: [*bench_data.bench(), *bench_training.bench()],
}


def machine() -> dict[str, object]:
    """Describe the machine that the figures were taken on."""
    return {"system": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}


def print_table(results: list[Result]) -> None:
    table = Table(title="Benchmarks, measured on this machine")
    for column in ("group", "name", "value", "unit", "goal", "ratio", "against"):
        table.add_column(column, justify="right" if column in ("value", "goal", "ratio") else "left")
    for result in results:
        goal = "" if result.goal is None else f"{result.goal:g}{' MISSED' if result.missed else ''}"
        ratio = "" if result.ratio is None else f"{result.ratio:.3f}"
        value = f"{result.value:.6g}"
        table.add_row(result.group, result.name, value, result.unit, goal, ratio, result.against or "")
    cli.show(table)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="tools/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)} (default: all)")
    parser.add_argument("--json", metavar="FILE", help="write bench/1 here; - for standard output")
    arguments = parser.parse_args()
    if unknown := set(arguments.groups) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))} (there is {', '.join(GROUPS)})")
    try:
        results = [result for group in arguments.groups or GROUPS for result in GROUPS[group]()]
    except subprocess.CalledProcessError as error:
        cli.err.print(
            f"error: a stage failed with exit status {error.returncode}; it printed the reason", style="red"
        )
        return 1
    except HostError as error:
        cli.err.print(f"error: {error}", style="red", soft_wrap=True)
        return error.exit_code
    if arguments.json != "-":
        print_table(results)
    if arguments.json:
        document = {
            "schema": "bench/1",
            "machine": machine(),
            "results": [asdict(result) for result in results],
        }
        cli.write_json(arguments.json, document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
