"""`python -m host.quantize RUN`: turn a trained autoencoder into a float and into int8 .tflite files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from host import cli
from host.errors import DataError, UsageError
from host.project import cache_dir

if TYPE_CHECKING:
    from host.data.feature_cache import FeatureSet
    from host.data.layout import Clip, Dataset
    from host.model.quantization import InputOutput
    from host.model.run_folder import RunFolder, RunRecord
    from host.quantization.calibration_set import CalibrationSet
    from host.quantization.comparison import LabelledClips

LISTED_WINDOWS = 1000
"""Windows drawn over the clips of a list."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    arguments = _parser().parse_args(argv)
    _check(arguments)
    # Late import: --help should not wait for it.
    from host.model import quantization_run, run_folder
    from host.model.quantization import QuantizationSettings
    from host.model.run_folder import RunFolder

    folder = RunFolder(arguments.run)
    record = run_folder.read_record(folder)
    calibration = _calibration(arguments, folder, record)
    forms = arguments.io or ["float"]
    if arguments.compare:
        return _compare(arguments, folder, record, calibration, forms[0])
    settings = QuantizationSettings(arguments.per_channel, arguments.equalize, arguments.correct_bias)
    with cli.err.status("converting"):
        outcome = quantization_run.run(folder, forms, settings, calibration)
    if arguments.json:
        files = [
            {"path": str(file.path), "description": file.description, "file_bytes": file.size}
            for file in outcome.files
        ]
        cli.write_json(arguments.json, {"schema": "quantize/1", "made": outcome.made, "files": files})
    if arguments.json != "-":
        if not outcome.made:
            cli.out.print("already quantized")
        for file in outcome.files:
            cli.out.print(f"{file.size:>9,} bytes  {file.path} ({file.description})", soft_wrap=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = cli.parser(
        "quantize",
        "Quantize a trained model to int8, after training. The first form asked for becomes "
        "RUN/model_int8.tflite,\nany other RUN/model_int8_FORM_io.tflite; RUN/model_float.tflite and the "
        "model card are written beside them.\nQuantization-aware training is not offered: its library "
        "(tensorflow-model-optimization) needs Keras 2,\nthis TensorFlow has Keras 3.",
        "python -m host.quantize runs/demo --io float --io int8",
    )
    add = parser.add_argument
    add("run", type=Path, metavar="RUN", help="folder of a finished training")
    add(
        "--io",
        action="append",
        choices=["float", "int8"],
        help="types at both ends: float (5x128x1, the default) or int8 (640); may be given twice",
    )
    add("--per-channel", action="store_true", help="a weight scale per output channel, not per tensor")
    add("--equalize", action="store_true", help="equalize weight ranges across consecutive layers first")
    add("--correct-bias", action="store_true", help="take the mean errors of rounding out of the biases")
    add(
        "--calibration",
        metavar="N|FILE",
        help="windows that set the ranges: N of those that the run keeps, drawn over all its clips (default: "
        f"all, 1000), or {LISTED_WINDOWS} drawn over the training clips that a list names, as the "
        "benchmark's calibration.txt",
    )
    add(
        "--compare",
        action="store_true",
        help="make no files, but show what each way of quantizing buys: AUC, "
        "size, signal-to-noise ratio by layer; kept in RUN/quantization_comparison.json",
    )
    add(
        "--data",
        type=Path,
        metavar="DIR",
        help="recordings, for --compare and a list (default: the training's)",
    )
    add(
        "--clips",
        type=_count,
        metavar="N",
        help="with --compare: N test clips, of each machine both kinds in turn (default: all)",
    )
    add("--cache", type=Path, default=cache_dir() / "features", metavar="DIR", help="computed features")
    add(
        "--json",
        type=cli.json_file,
        metavar="FILE",
        help="write the files and their sizes, or the comparison, as JSON (- for standard output)",
    )
    return parser


def _check(arguments: argparse.Namespace) -> None:
    if arguments.clips is not None and not arguments.compare:
        raise UsageError("--clips goes with --compare: add it")
    if arguments.compare and (arguments.per_channel or arguments.equalize or arguments.correct_bias):
        raise UsageError(
            "--compare tries --per-channel, --equalize and --correct-bias by itself: leave them out"
        )
    if arguments.compare and len(arguments.io or ()) > 1:
        raise UsageError("--compare is of one form: give --io once")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text} is no number of clips: 2 or more is possible")
    return int(text)


def _calibration(arguments: argparse.Namespace, folder: RunFolder, record: RunRecord) -> CalibrationSet:
    from host.model import training_run
    from host.quantization import calibration_set

    given: str | None = arguments.calibration
    if given is None or given.lstrip("-").isdigit():
        count = None if given is None else int(given)
        return calibration_set.kept(training_run.read_representative(folder), count)
    path = Path(given)
    clips = calibration_set.listed(path, _dataset(arguments, record).train)
    features = _features(clips, arguments.cache)
    return calibration_set.drawn(path, features.frames, LISTED_WINDOWS, record.settings.seed)


def _compare(
    arguments: argparse.Namespace,
    folder: RunFolder,
    record: RunRecord,
    calibration: CalibrationSet,
    io: InputOutput,
) -> int:
    from host.model import autoencoder
    from host.quantization import comparison

    test = _test_set(arguments, record)
    model = autoencoder.load(folder.keras, record.settings.threads)
    with cli.progress() as bar:
        task = bar.add_task("", total=comparison.work(test))
        found = comparison.compare(
            model,
            record.settings,
            calibration,
            io,
            test,
            lambda what, done: bar.update(task, advance=done, description=what),
        )
    comparison.write(folder, found)
    if arguments.json:
        cli.write_json(arguments.json, comparison.document(found))
    if arguments.json != "-":
        from host import quantization_table

        for table in quantization_table.tables(found):
            cli.show(table)
        cli.out.print(f"comparison: {folder.comparison}", soft_wrap=True)
    return 0


def _test_set(arguments: argparse.Namespace, record: RunRecord) -> LabelledClips | None:
    from host.model import training
    from host.quantization import comparison
    from host.quantization.comparison import LabelledClips

    try:
        every = _dataset(arguments, record).test
    except DataError as error:
        if arguments.data is not None:
            raise
        cli.warn(f"no AUC: {error}; name the recordings with --data")
        return None
    clips = comparison.choose(every, arguments.clips)
    if not clips:
        cli.warn("no AUC: the recordings have no test clips")
        return None
    features = _features(clips, arguments.cache)
    for remark in features.remarks:
        cli.warn(remark)
    windows = training.evaluated_slice(record.settings)
    return LabelledClips.of(features.clips, features.frames, windows, len(every))


def _dataset(arguments: argparse.Namespace, record: RunRecord) -> Dataset:
    from host.data import layout
    from host.model import repeated_training

    dataset = layout.scan(arguments.data or Path(record.dataset.root))
    return repeated_training.of_machine(dataset, record.dataset.machine_id)


def _features(clips: Sequence[Clip], cache: Path) -> FeatureSet:
    from host.data import feature_cache

    with cli.progress() as bar:
        task = bar.add_task("features", total=len(clips))
        return feature_cache.load(clips, cache, lambda done, _: bar.update(task, completed=done))


if __name__ == "__main__":
    cli.run(main)
