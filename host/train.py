"""`python -m host.train --data DIR --out RUN`: train the autoencoder; goes on where it stopped."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress as ProgressBar
from rich.progress import TaskID

from host import cli
from host.project import cache_dir

if TYPE_CHECKING:
    # Imported when needed: --help should not wait for matplotlib.
    from host.data.feature_cache import FeatureSet
    from host.data.layout import Dataset
    from host.model.run_folder import RunFolder, RunRecord
    from host.model.settings import TrainingSettings
    from host.model.training import Progress
    from host.model.training_run import Beginning, Outcome


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    arguments = _parser().parse_args(argv)
    from host.data import feature_cache, layout
    from host.model import run_folder
    from host.model.settings import quick

    settings = _settings(arguments)
    dataset = layout.scan(arguments.data)
    # Standard output belongs to the JSON document when that is asked for there.
    say = cli.err if arguments.json == "-" else cli.out
    say.print(_title(dataset), soft_wrap=True)
    with cli.progress() as bar:
        task = bar.add_task("features", total=len(dataset.train))
        features = feature_cache.load(
            dataset.train, arguments.cache, lambda done, _: bar.update(task, completed=done)
        )
    for remark in (*dataset.remarks, *features.remarks):
        cli.warn(remark)
    if arguments.quick:
        settings = quick(settings, len(features.clips))
    command = shlex.join(["python", "-m", "host.train", *(sys.argv[1:] if argv is None else argv)])
    record = run_folder.record(settings, dataset, len(features.clips), command)
    folder = run_folder.RunFolder(arguments.out)
    outcome = _train(folder, record, features, say)
    best = outcome.best_epoch
    if arguments.json:
        cli.write_json(
            arguments.json,
            {
                "schema": "train/1",
                "model": str(folder.keras),
                "epochs": len(outcome.history),
                "best": {"epoch": best.number, "loss": best.loss, "validation_loss": best.validation_loss},
            },
        )
    say.print(
        f"best of {len(outcome.history)} epochs: {best.number}, mean squared error {best.loss:.2f} dB² "
        f"in training, {best.validation_loss:.2f} dB² in validation",
        soft_wrap=True,
    )
    say.print(f"model: {folder.keras}", soft_wrap=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = cli.parser(
        "train",
        "Train the autoencoder on a dataset's normal clips. Interrupted, the same command goes on.",
        "python -m host.train --data runs/synthetic --out runs/demo --quick",
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="DIR", help="dataset folder with train/")
    add("--out", type=Path, required=True, metavar="RUN", help="folder of this training")
    add("--quick", action="store_true", help="only about 3,000 optimizer steps, for demonstrations")
    add("--seed", type=int, metavar="N", help="of weights, order and split (default 1)")
    add("--epochs", type=int, metavar="N", help="passes over the data (default 100; the most with --quick)")
    add("--batch-size", type=int, metavar="N", help="windows per step (default 512)")
    add("--learning-rate", type=float, metavar="X", help="of Adam (default 0.001)")
    add("--validation-split", type=float, metavar="X", help="part of the clips that validates (default 0.1)")
    add("--threads", type=int, metavar="N", help="of TensorFlow; decides the last bits (default 2)")
    add("--cache", type=Path, default=cache_dir() / "features", metavar="DIR", help="computed features")
    add(
        "--json",
        type=cli.json_file,
        metavar="FILE",
        help="write the best epoch as JSON (- for standard output)",
    )
    return parser


def _settings(arguments: argparse.Namespace) -> TrainingSettings:
    from host.model.settings import TrainingSettings

    names = ("seed", "epochs", "batch_size", "learning_rate", "validation_split", "threads")
    given = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    return TrainingSettings(**given)


def _train(folder: RunFolder, record: RunRecord, features: FeatureSet, say: Console) -> Outcome:
    from host.model import training_run

    with cli.progress() as bar:
        display = _Display(bar, record.settings.epochs, say)
        callbacks = training_run.RunCallbacks(display.on_begin, display.on_step)
        try:
            return training_run.run(folder, record, features.frames, callbacks)
        except KeyboardInterrupt as error:
            # What is in the folder, not what was seen last: an epoch counts once its checkpoint is written.
            kept = training_run.kept_epochs(folder, record)
            error.add_note(
                f"{kept} of {record.settings.epochs} epochs are kept; the same command goes on from there"
            )
            raise


class _Display:
    """Shows a training as one bar over all its steps."""

    def __init__(self, bar: ProgressBar, epochs: int, say: Console) -> None:
        self._bar = bar
        self._say = say
        self._epochs = epochs
        self._task: TaskID | None = None

    def on_begin(self, beginning: Beginning) -> None:
        """Say whether this is a new training, the rest of one, or nothing to do."""
        finished = beginning.finished_epochs
        for warning in beginning.warnings:
            cli.warn(warning)
        if finished == self._epochs:
            self._say.print(f"already trained: {self._epochs} epochs")
        elif finished:
            self._say.print(f"going on after {finished} of {self._epochs} epochs")
        else:
            self._say.print(f"training {self._epochs} epochs")

    def on_step(self, now: Progress) -> None:
        """Move the bar."""
        if self._task is None:
            self._task = self._bar.add_task("", total=now.epochs * now.steps)
        self._bar.update(
            self._task,
            completed=(now.epoch - 1) * now.steps + now.step,
            description=f"epoch {now.epoch}/{now.epochs}, loss {now.loss:.1f} dB²",
        )


def _title(dataset: Dataset) -> str:
    kind = " (synthetic)" if dataset.synthetic and dataset.name != "synthetic" else ""
    return f"dataset {dataset.name}{kind}: {len(dataset.train)} training clips in {dataset.root}"


if __name__ == "__main__":
    cli.run(main)
