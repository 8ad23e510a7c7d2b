"""`python -m host.evaluate RUN --data DIR`: how well the float and the int8 model find anomalous clips."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from host import cli, native
from host.errors import UsageError
from host.link import arguments as link_arguments
from host.project import cache_dir

if TYPE_CHECKING:
    # Imported when needed: --help should not wait for matplotlib.
    from host.data.layout import Dataset
    from host.link.device import Device
    from host.model.evaluation import ModelFile, ModelMetrics, ScoredClips
    from host.model.metrics import Metrics
    from host.model.run_folder import RunFolder
    from host.tflite.reader import Model


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    arguments = _parser().parse_args(argv)
    from host.data import layout
    from host.model import evaluation, run_folder

    _check(arguments)
    # Standard output belongs to the JSON document when that is asked for there.
    say = cli.err if arguments.json == "-" else cli.out
    folder = run_folder.RunFolder(arguments.run)
    record = run_folder.read_record(folder)
    models = evaluation.model_files(folder)
    dataset = layout.scan(arguments.data)
    if dataset.fingerprint != record.dataset.fingerprint:
        cli.warn(f"{dataset.root} is not what the model was trained on ({record.dataset.root})")
    for remark in dataset.remarks:
        cli.warn(remark)
    scored = evaluation.earlier_scores(folder, dataset, models)
    if arguments.device or arguments.simulator:
        return _on_a_device(arguments, folder, dataset, scored)
    again = scored is not None
    if scored is None:
        scored = _score(dataset, models, arguments.cache)
    results = evaluation.measure(scored)
    evaluation.write(folder, dataset, scored, results)
    if arguments.json:
        cli.write_json(arguments.json, evaluation.document(dataset, scored, results))
    if again:
        say.print("already scored: same recordings, same models")
    say.print(_table(dataset, scored, results))
    for result in results:
        interval = result.overall.auc_ci95
        say.print(
            f"{result.source} AUC {result.overall.auc:.4f}, "
            f"95 % interval {interval.low:.3f} to {interval.high:.3f}"
        )
    say.print(f"plots and {folder.evaluation.name}: {folder.path}", soft_wrap=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = cli.parser(
        "evaluate",
        "Score the test clips with RUN/model_float.tflite and RUN/model_int8.tflite in tflite-micro and "
        "measure how well the scores tell anomalous clips from normal ones.\n"
        "With --device a board that runs RUN/model_int8.tflite scores them, too, with --simulator a virtual "
        "one; an evaluation that was ended goes on with the first clip without a result.",
        "python -m host.evaluate runs/demo --data runs/synthetic",
    )
    add = parser.add_argument
    add("run", type=Path, metavar="RUN", help="folder of a quantized training")
    add("--data", type=Path, required=True, metavar="DIR", help="dataset folder with test/")
    add(
        "--json",
        type=cli.json_file,
        metavar="FILE",
        help="write evaluation/1 here too (- for standard output)",
    )
    add("--cache", type=Path, default=cache_dir() / "features", metavar="DIR", help="computed features")
    places = parser.add_mutually_exclusive_group()
    places.add_argument(
        "--simulator",
        action="store_true",
        help="also in the chip's image on the virtual board, in this process",
    )
    link_arguments.add(parser, places)
    add("--kernel", choices=native.KERNELS, help=f"with --simulator: default {native.DEFAULT_KERNEL}")
    add(
        "--clips",
        type=_count,
        metavar="N",
        help="with --device and --simulator: N clips, normal and anomalous ones in turn (default: all)",
    )
    return parser


def _check(arguments: argparse.Namespace) -> None:
    link_arguments.check(arguments)
    if arguments.clips is not None and not (arguments.device or arguments.simulator):
        raise UsageError("--clips goes with --device or --simulator: add one")
    if arguments.kernel is not None and not arguments.simulator:
        raise UsageError("--kernel goes with --simulator: a device has what its image has")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text} is no number of clips: 2 or more is possible")
    return int(text)


def _on_a_device(
    arguments: argparse.Namespace, folder: RunFolder, dataset: Dataset, scored: ScoredClips | None
) -> int:
    from host.data import feature_cache
    from host.link import evaluation_report
    from host.model import evaluation
    from host.tflite import reader

    model = reader.read(folder.int8_model)
    chosen = evaluation_report.choose(evaluation.test_clips(dataset), arguments.clips)
    with cli.err.status("features"):
        features = feature_cache.load(chosen, arguments.cache)
    for remark in features.remarks:
        cli.warn(remark)
    device = _device(arguments, model, folder)
    with device, cli.progress() as bar:
        task = bar.add_task(f"clips on {device.texts.board}", total=len(features.clips))
        measured = evaluation_report.run(
            device, model, folder, dataset, features, lambda done: bar.update(task, completed=done)
        )
    both = evaluation_report.beside(measured, scored, evaluation.model_files(folder), features)
    results = evaluation.measure(both)
    document = evaluation_report.document(dataset, both, results, measured)
    evaluation_report.write(folder, document, measured)
    if arguments.json:
        cli.write_json(arguments.json, document)
    say = cli.err if arguments.json == "-" else cli.out
    say.print(_table(dataset, both, results))
    for line in evaluation_report.lines(measured):
        say.print(line, soft_wrap=True)
    return 0


def _device(arguments: argparse.Namespace, model: Model, folder: RunFolder) -> Device:
    if not arguments.simulator:
        return link_arguments.connect(arguments, model)
    from host.link import simulated_device

    with cli.err.status("building the image"):
        return simulated_device.start(model, folder.int8_model, arguments.kernel or native.DEFAULT_KERNEL)


def _score(dataset: Dataset, models: Sequence[ModelFile], cache: Path) -> ScoredClips:
    from host.data import feature_cache
    from host.model import evaluation

    clips = evaluation.test_clips(dataset)
    with cli.progress() as bar:
        task = bar.add_task("features", total=len(clips))
        features = feature_cache.load(clips, cache, lambda done, _: bar.update(task, completed=done))
    for remark in features.remarks:
        cli.warn(remark)
    with cli.progress() as bar:
        task = bar.add_task("scores", total=len(models) * len(features.clips))
        return evaluation.score(
            models,
            features.clips,
            len(features.skipped),
            features.frames,
            lambda clips: bar.advance(task, clips),
        )


def _table(dataset: Dataset, scored: ScoredClips, results: Sequence[ModelMetrics]) -> Table:
    kind = "synthetic data" if dataset.synthetic else dataset.name
    table = Table(title=f"Accuracy on {len(scored.clips)} test clips ({kind})")
    for column in ("machine", "model"):
        table.add_column(column)
    for column in ("clips", "AUC", "pAUC", "accuracy", "runner accuracy"):
        table.add_column(column, justify="right")
    for index, machine in enumerate(results[0].machines):
        for result in results:
            row = result.machines[index]
            table.add_row(machine.machine_id, result.source, str(row.clips), *_cells(row.metrics))
        table.add_section()
    for result in results:
        cells = _cells(result.overall)
        table.add_row("all", result.source, str(result.overall.clips), *cells, style="bold")
    return table


def _cells(figures: Metrics | None) -> list[str]:
    if figures is None:
        return ["–"] * 4
    return [
        f"{figures.auc:.4f}",
        f"{figures.pauc:.4f}",
        f"{figures.accuracy:.1%}",
        f"{figures.runner_accuracy:.1%}",
    ]


if __name__ == "__main__":
    cli.run(main)
