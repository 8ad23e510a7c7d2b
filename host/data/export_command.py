"""`python -m host.data export-benchmark`: recordings to the files of MLPerf Tiny's runner."""

import argparse
from pathlib import Path

from host import cli, project
from host.data import benchmark_export, layout
from host.data.benchmark_export import Selection


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="DIR", help="data set with labelled test clips")
    add(
        "--out", type=Path, required=True, metavar="DIR", help="folder of the files; the runner calls it ad01"
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--select",
        type=Selection,
        choices=list(Selection),
        default=Selection.BENCHMARK,
        help="test clips: each tenth, as the benchmark's list has them, or all; default %(default)s",
    )
    choice.add_argument("--labels", type=Path, metavar="FILE", help="the clips that a y_labels.csv names")
    add(
        "--cache",
        type=Path,
        default=project.cache_dir() / "features",
        metavar="DIR",
        help="computed features",
    )


def run(arguments: argparse.Namespace) -> int:
    """Export; return the exit status."""
    dataset = layout.scan(arguments.data)
    if arguments.labels is None:
        clips = benchmark_export.selected(dataset.test, arguments.select)
    else:
        clips = benchmark_export.listed(dataset.test, arguments.labels)
    with cli.progress() as progress:
        task = progress.add_task("features", total=len(clips))
        exported = benchmark_export.export(
            dataset,
            clips,
            arguments.out,
            arguments.cache,
            lambda done, _: progress.update(task, completed=done),
        )
    for remark in exported.remarks:
        cli.warn(remark)
    if arguments.json:
        document = {
            "schema": "export-benchmark/1",
            "dataset": {"name": dataset.name, "synthetic": dataset.synthetic, "path": str(dataset.root)},
            "path": str(exported.folder),
            "labels": str(exported.folder / benchmark_export.LABELS),
            "normal": exported.normal,
            "anomalous": exported.anomalous,
        }
        cli.write_json(arguments.json, document)
    if arguments.json != "-":
        kind = "synthetic clips" if dataset.synthetic else "clips"
        cli.out.print(
            f"{exported.folder}: features of {exported.normal} normal and {exported.anomalous} anomalous "
            f"{kind}, {benchmark_export.LABELS}",
            soft_wrap=True,
        )
    return 0
