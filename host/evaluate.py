"""`python -m host.evaluate RUN --data DIR`: how well a run's models find anomalous clips."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console

from host import cli, evaluation_arguments, native
from host.errors import DataError, FirmwareError
from host.evaluation_arguments import SOURCES
from host.link import arguments as link_arguments

if TYPE_CHECKING:
    # Imported when needed: --help should not wait for matplotlib.
    from host.data.feature_cache import FeatureSet
    from host.data.layout import Dataset
    from host.link.device import Device
    from host.link.evaluation_report import Measured
    from host.model.evaluation import ModelMetrics, ScoredClips
    from host.model.evaluation_runtimes import Request
    from host.model.operating_point import Criterion
    from host.model.run_folder import RunFolder, RunRecord
    from host.tflite.reader import Model


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    arguments = evaluation_arguments.parser().parse_args(argv)
    evaluation_arguments.check(arguments)
    criterion = evaluation_arguments.criterion(arguments)
    from host.data import layout
    from host.link import evaluation_report
    from host.model import evaluation, evaluation_document, model_card, run_folder

    folder = run_folder.RunFolder(arguments.run)
    record = run_folder.read_record(folder)
    evaluation.model_files(folder)
    dataset = _of_run(layout.scan(arguments.data), record)
    features = _features(dataset, arguments)
    measured = _on_a_device(arguments, folder, dataset, features)
    scored = _score(arguments, folder, record, dataset, features, measured)
    results = evaluation.measure(scored, criterion)
    if measured is not None:
        document = evaluation_report.document(dataset, scored, results, criterion, measured)
        written = evaluation_report.write(folder, document, measured)
    else:
        document = evaluation_document.document(dataset, scored, results, criterion)
        written = evaluation_document.write(folder, dataset, scored, results, criterion)
        model_card.write(folder)
    if arguments.json:
        cli.write_json(arguments.json, document)
    # Standard output belongs to the JSON document when that is asked for there.
    say = cli.err if arguments.json == "-" else cli.out
    _print(say, dataset, scored, results, criterion, measured)
    say.print(f"written: {written}", soft_wrap=True)
    return 0


def _of_run(dataset: Dataset, record: RunRecord) -> Dataset:
    """Return the recordings that the run's model is for; say where they are not what it was trained on."""
    machine_id = record.dataset.machine_id
    if machine_id is not None:
        clips = tuple(clip for clip in dataset.clips if clip.machine_id == machine_id)
        dataset = replace(dataset, clips=clips)
    if dataset.fingerprint != record.dataset.fingerprint:
        cli.warn(f"{dataset.root} is not what the model was trained on ({record.dataset.root})")
    return dataset


def _features(dataset: Dataset, arguments: argparse.Namespace) -> FeatureSet:
    """Return the features of the clips that are to be scored, and say what is wrong with them."""
    from host.data import benchmark_export, feature_cache
    from host.link import evaluation_report
    from host.model import evaluation

    clips = dataset.test
    if arguments.labels is not None:
        clips = benchmark_export.listed(clips, arguments.labels)
    if not clips:
        raise DataError(
            f"{dataset.root} has no labelled test clips (test/normal_id_01_00000000.wav and the like): "
            "python -m host.score scores recordings without labels"
        )
    chosen = evaluation_report.choose(clips, arguments.clips)
    with cli.progress() as bar:
        task = bar.add_task("features", total=len(chosen))
        features = feature_cache.load(
            chosen, arguments.cache, lambda done, _: bar.update(task, completed=done)
        )
    for remark in (*dataset.remarks, *features.remarks, *evaluation.remarks(features.clips)):
        cli.warn(remark)
    return features


def _score(
    arguments: argparse.Namespace,
    folder: RunFolder,
    record: RunRecord,
    dataset: Dataset,
    features: FeatureSet,
    measured: Measured | None,
) -> ScoredClips:
    """Score the clips wherever it was asked for; a device's scores, if any, come after the others'."""
    from host.link import evaluation_report
    from host.model import evaluation_document, evaluation_runtimes

    request = _request(arguments, measured)
    with cli.err.status("building what runs the model"):
        runtimes = list(evaluation_runtimes.available(folder, record, request, cli.warn))
    if arguments.sources and len(runtimes) < len(request.sources):
        raise FirmwareError("not every one of --sources can be had: leave out what was named above")
    with cli.progress() as bar:
        tasks = {
            runtime.source: bar.add_task(f"scores, {runtime.source}", total=len(features.clips))
            for runtime in runtimes
        }
        scored = evaluation_runtimes.score(
            runtimes,
            features,
            evaluation_document.earlier_scores(folder, dataset),
            lambda source, clips: bar.advance(tasks[source], clips),
            cli.warn,
        )
    return scored if measured is None else evaluation_report.beside(measured, scored)


def _request(arguments: argparse.Namespace, measured: Measured | None) -> Request:
    from host.model.evaluation_runtimes import DEFAULT_STEP, Request

    taken = measured.source if measured is not None else None
    return Request(
        sources=tuple(
            source for source in SOURCES if source in (arguments.sources or SOURCES) and source != taken
        ),
        kernel=arguments.kernel or native.DEFAULT_KERNEL,
        step=arguments.step or DEFAULT_STEP,
        preset=arguments.preset,
    )


def _on_a_device(
    arguments: argparse.Namespace, folder: RunFolder, dataset: Dataset, features: FeatureSet
) -> Measured | None:
    if not (arguments.device or arguments.simulator):
        return None
    from host.link import evaluation_report
    from host.tflite import reader

    model = reader.read(folder.int8_model)
    device = _device(arguments, model, folder)
    with device, cli.progress() as bar:
        task = bar.add_task(f"clips on {device.texts.board}", total=len(features.clips))
        return evaluation_report.run(
            device, model, folder, dataset, features, lambda done: bar.update(task, completed=done)
        )


def _device(arguments: argparse.Namespace, model: Model, folder: RunFolder) -> Device:
    if not arguments.simulator:
        return link_arguments.connect(arguments, model)
    from host.link import simulated_device

    with cli.err.status("building the image"):
        return simulated_device.start(model, folder.int8_model, arguments.kernel or native.DEFAULT_KERNEL)


def _print(
    say: Console,
    dataset: Dataset,
    scored: ScoredClips,
    results: Sequence[ModelMetrics],
    criterion: Criterion,
    measured: Measured | None,
) -> None:
    from host.link import evaluation_report
    from host.report import evaluation_table

    of = "synthetic data" if dataset.synthetic else dataset.name
    show = cli.show if say is cli.out else say.print
    show(evaluation_table.side_by_side(scored, results, of))
    say.print()
    show(evaluation_table.by_machine(results))
    say.print()
    for line in evaluation_table.notes(scored, results, criterion):
        say.print(line, soft_wrap=True)
    for line in evaluation_report.lines(measured) if measured is not None else ():
        say.print(line, soft_wrap=True)


if __name__ == "__main__":
    cli.run(main)
