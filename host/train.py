"""`python -m host.train --data DIR --out RUN`: train the autoencoder; goes on where it stopped."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from host import cli
from host.project import cache_dir

if TYPE_CHECKING:
    # Imported when needed: --help should not wait for matplotlib.
    from host.data.feature_cache import FeatureSet
    from host.data.layout import Clip, Dataset
    from host.model.repeated_training import Member, Trained
    from host.model.run_folder import RunFolder, RunRecord
    from host.model.settings import TrainingSettings
    from host.model.training_run import Outcome

_NUMBERS = (
    "seed",
    "epochs",
    "batch_size",
    "learning_rate",
    "validation_split",
    "threads",
    "schedule",
    "early_stopping",
    "ema",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    arguments = _parser().parse_args(argv)
    from host import training_display
    from host.data import layout
    from host.model import repeated_training

    settings = _settings(arguments)
    dataset = layout.scan(arguments.data)
    machine_ids: Sequence[str | None] = arguments.machine_id or (None,)
    if arguments.per_machine_id:
        machine_ids = sorted({clip.machine_id for clip in dataset.train})
    members = repeated_training.members(arguments.out, dataset, settings.seed, arguments.seeds, machine_ids)
    command = shlex.join(["python", "-m", "host.train", *(sys.argv[1:] if argv is None else argv)])
    # Standard output belongs to the JSON document when that is asked for there.
    say = cli.err if arguments.json == "-" else cli.out
    say.print(_title(dataset), soft_wrap=True)
    _show(training_display.recipe_table(settings), say)
    say.print(training_display.options_line(settings), soft_wrap=True)
    features = _features(dataset.train, arguments.cache)
    for remark in (*dataset.remarks, *_contradictions(dataset, features), *features.remarks):
        cli.warn(remark)
    work = _Work(arguments, dataset, features, settings, command, say)
    if len(members) == 1 and members[0].path == arguments.out:
        _show_single(arguments, work.train(members[0]), say)
    else:
        _train_several(arguments, members, work)
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
    add(
        "--recipe",
        choices=["mlperf", "mltk"],
        default="mlperf",
        help="mlperf: all windows, batch 512 (the default); mltk: one random window per clip and epoch, "
        "batch 40, scored on one window. The options below change single settings",
    )
    add("--quick", action="store_true", help="only about 3,000 optimizer steps, for demonstrations")
    add("--seed", type=int, metavar="N", help="of weights, order and split (default 1)")
    add(
        "--seeds",
        type=int,
        metavar="N",
        help="N trainings with seeds from --seed up, in RUN/seed_…; shows mean and spread of their AUC",
    )
    add("--epochs", type=int, metavar="N", help="passes over the data (default 100; the most with --quick)")
    add("--batch-size", type=int, metavar="N", help="windows per step (default: of the recipe)")
    add("--learning-rate", type=float, metavar="X", help="of Adam (default 0.001)")
    add(
        "--schedule",
        choices=["constant", "cosine", "exponential"],
        help="of the learning rate over all "
        "epochs: constant (the default), half a cosine to 0, or exponential to 1 %%",
    )
    add("--early-stopping", type=int, metavar="N", help="end after N epochs without a better validation loss")
    add(
        "--ema",
        type=float,
        metavar="X",
        help="keep averaged weights, which move by 1 - X of the way in each "
        "step, as 0.99; batch statistics are taken anew for them",
    )
    add(
        "--mixed-precision",
        action="store_true",
        help="layers compute in bfloat16 while training; slower on processors without such instructions",
    )
    add(
        "--pipeline",
        choices=["thread", "tf.data"],
        default="thread",
        help="who prepares the batches; the weights do not depend on it (default thread)",
    )
    add("--validation-split", type=float, metavar="X", help="part of the clips that validates (default 0.1)")
    add("--threads", type=int, metavar="N", help="of TensorFlow; decides the last bits (default 2)")
    machines = parser.add_mutually_exclusive_group()
    machines.add_argument(
        "--machine-id",
        action="append",
        metavar="ID",
        help="a model of this machine's clips only, in RUN/id_ID; may be given several times",
    )
    machines.add_argument("--per-machine-id", action="store_true", help="such a model for each machine")
    add("--cache", type=Path, default=cache_dir() / "features", metavar="DIR", help="computed features")
    add(
        "--json",
        type=cli.json_file,
        metavar="FILE",
        help="write the best epoch, or all trainings with their AUC, as JSON (- for standard output)",
    )
    return parser


def _settings(arguments: argparse.Namespace) -> TrainingSettings:
    from host.model.recipes import RECIPES

    given: dict[str, Any] = {
        name: value for name in _NUMBERS if (value := getattr(arguments, name)) is not None
    }
    if arguments.mixed_precision:
        given["precision"] = "mixed"
    return replace(RECIPES[arguments.recipe], **given)


def _features(clips: Sequence[Clip], cache: Path) -> FeatureSet:
    from host.data import feature_cache

    with cli.progress() as bar:
        task = bar.add_task("features", total=len(clips))
        return feature_cache.load(clips, cache, lambda done, _: bar.update(task, completed=done))


def _contradictions(dataset: Dataset, features: FeatureSet) -> list[str]:
    left_out = {skipped.path for skipped in features.skipped}
    found = [same for same in dataset.contradicting if not any(clip.path in left_out for clip in same)]
    if not found:
        return []
    normal, anomalous = (next(clip.path for clip in found[0] if clip.label == label) for label in (0, 1))
    # What else is wrong is told with the clips that were left out.
    more = "" if features.skipped else f"; see python -m host.data check {shlex.quote(str(dataset.root))}"
    return [
        f"recordings labelled both normal and anomalous: {len(found)} (first: {normal} and {anomalous}){more}"
    ]


class _Work:
    """Trains members of one command on the features that they share."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        dataset: Dataset,
        features: FeatureSet,
        settings: TrainingSettings,
        command: str,
        say: Console,
    ) -> None:
        self.arguments, self.dataset, self.features = arguments, dataset, features
        self.settings, self.command, self.say = settings, command, say

    def train(self, member: Member) -> Outcome:
        """Train one, or find it trained."""
        from host.model import repeated_training, run_folder
        from host.model.settings import quick

        frames = self.features.frames
        if member.machine_id is not None:
            frames = frames[[clip.machine_id == member.machine_id for clip in self.features.clips]]
        settings = replace(self.settings, seed=member.seed)
        if self.arguments.quick:
            settings = quick(settings, len(frames))
        dataset = repeated_training.of_machine(self.dataset, member.machine_id)
        record = run_folder.record(settings, dataset, len(frames), self.command, member.machine_id)
        folder = run_folder.RunFolder(member.path)
        return _train(folder, record, frames, self.arguments.pipeline, self.say)


def _train(folder: RunFolder, record: RunRecord, frames: Any, pipeline: Any, say: Console) -> Outcome:
    from host.model import training_run
    from host.training_display import TrainingDisplay

    with cli.progress() as bar:
        display = TrainingDisplay(bar, record.settings.epochs, say)
        callbacks = training_run.RunCallbacks(display.on_begin, display.on_step)
        try:
            return training_run.run(folder, record, frames, callbacks, pipeline)
        except KeyboardInterrupt as error:
            # What is in the folder, not what was seen last: an epoch counts once its checkpoint is written.
            kept = training_run.kept_epochs(folder, record)
            error.add_note(
                f"{kept} of {record.settings.epochs} epochs are kept; the same command goes on from there"
            )
            raise


def _show_single(arguments: argparse.Namespace, outcome: Outcome, say: Console) -> None:
    from host import training_display
    from host.model.run_folder import RunFolder

    best = outcome.best_epoch
    model = RunFolder(arguments.out).keras
    if arguments.json:
        cli.write_json(
            arguments.json,
            {
                "schema": "train/1",
                "model": str(model),
                "epochs": len(outcome.history),
                "best": {"epoch": best.number, "loss": best.loss, "validation_loss": best.validation_loss},
            },
        )
    for line in training_display.outcome_lines(outcome):
        say.print(line, soft_wrap=True)
    say.print(f"model: {model}", soft_wrap=True)


def _train_several(arguments: argparse.Namespace, members: Sequence[Member], work: _Work) -> None:
    from host import training_display
    from host.model import repeated_training

    test = _features(work.dataset.test, arguments.cache) if work.dataset.test else None
    if test is None:
        cli.warn(f"{work.dataset.root} has no test clips: no AUC can be measured")
    trained = []
    for number, member in enumerate(members, start=1):
        work.say.print(f"{number}/{len(members)} {member.name}: {member.path}", soft_wrap=True)
        outcome = work.train(member)
        trained.append(_measured(member, outcome, test, work.settings))
        repeated_training.write(arguments.out, trained)
    if arguments.json:
        cli.write_json(arguments.json, repeated_training.document(trained))
    _show(training_display.trainings_table(trained, repeated_training.spreads(trained)), work.say)


def _measured(
    member: Member, outcome: Outcome, test: FeatureSet | None, settings: TrainingSettings
) -> Trained:
    from host.model import autoencoder, repeated_training
    from host.model.run_folder import RunFolder

    if test is None:
        return repeated_training.Trained(member, outcome, 0, None)
    model = autoencoder.load(RunFolder(member.path).keras, settings.threads)
    labels, frames = repeated_training.test_part(test.clips, test.frames, member.machine_id)
    with cli.progress() as bar:
        task = bar.add_task("scores", total=len(frames))
        scores = repeated_training.clip_scores(
            model, frames, settings.evaluation_windows, lambda: bar.advance(task)
        )
    return repeated_training.Trained(member, outcome, len(frames), repeated_training.auc(labels, scores))


def _show(table: Table, say: Console) -> None:
    if say is cli.out:
        cli.show(table)
    else:
        say.print(table)


def _title(dataset: Dataset) -> str:
    kind = " (synthetic)" if dataset.synthetic and dataset.name != "synthetic" else ""
    return f"dataset {dataset.name}{kind}: {len(dataset.train)} training clips in {dataset.root}"


if __name__ == "__main__":
    cli.run(main)
