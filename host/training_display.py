"""What host.train shows: the recipe's differences, the progress of a training, several trainings' AUCs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress as ProgressBar
from rich.progress import TaskID
from rich.table import Table

from host import cli
from host.model import recipes
from host.model.settings import TrainingSettings

if TYPE_CHECKING:
    # Imported when needed: --help should not wait for matplotlib.
    from host.model.repeated_training import Spread, Trained
    from host.model.training import Progress
    from host.model.training_run import Beginning, Outcome


class TrainingDisplay:
    """Shows a training as one bar over all its steps."""

    def __init__(self, bar: ProgressBar, epochs: int, say: Console) -> None:
        self._bar = bar
        self._say = say
        self._epochs = epochs
        self._task: TaskID | None = None

    def on_begin(self, beginning: "Beginning") -> None:
        """Say whether this is a new training, the rest of one, or nothing to do."""
        finished = beginning.finished_epochs
        for warning in beginning.warnings:
            cli.warn(warning)
        if beginning.trained:
            self._say.print(f"already trained: {finished} epochs")
        elif finished:
            self._say.print(f"going on after {finished} of {self._epochs} epochs")
        else:
            self._say.print(f"training {self._epochs} epochs")

    def on_step(self, now: "Progress") -> None:
        """Move the bar."""
        if self._task is None:
            self._task = self._bar.add_task("", total=now.epochs * now.steps)
        self._bar.update(
            self._task,
            completed=(now.epoch - 1) * now.steps + now.step,
            description=f"epoch {now.epoch}/{now.epochs}, loss {now.loss:.1f} dB²",
        )


def recipe_table(settings: TrainingSettings) -> Table:
    """Return what distinguishes the published recipes, and what the run does."""
    table = Table(title=f"Recipe {settings.recipe}")
    for column in ("", "mlperf (published)", "mltk (published)", "this run"):
        table.add_column(column)
    for line in recipes.differences(settings):
        table.add_row(line.aspect, line.mlperf, line.mltk, line.run)
    return table


def options_line(settings: TrainingSettings) -> str:
    """Return what else decides the weights, for a person."""
    stopping = f"{settings.early_stopping} epochs" if settings.early_stopping else "off"
    return (
        f"Adam, learning rate {settings.learning_rate:g} ({settings.schedule}); early stopping {stopping}; "
        f"weight averaging {settings.ema or 'off'}; precision {settings.precision}; seed {settings.seed}"
    )


def outcome_lines(outcome: "Outcome") -> tuple[str, ...]:
    """Return what a training came to, and how long it waited for its input if that was measured."""
    best = outcome.best_epoch
    line = (
        f"best of {len(outcome.history)} epochs: {best.number}, mean squared error {best.loss:.2f} dB² "
        f"in training, {best.validation_loss:.2f} dB² in validation"
    )
    measured = [(e.seconds, e.input_seconds) for e in outcome.history if e.input_seconds is not None]
    if not measured:
        return (line,)
    seconds = sum(second for second, _ in measured)
    waited = sum(waiting for _, waiting in measured)
    return (line, f"{seconds:.1f} s, of which the trainer waited {waited / seconds:.1%} for its input")


def trainings_table(trained: "Sequence[Trained]", spreads: "dict[str, Spread]") -> Table:
    """Return a line per training and one per machine with mean and spread of the AUC."""
    table = Table(title="Trainings: AUC of the float models on the test clips")
    for column in ("machine", "seed"):
        table.add_column(column)
    for column in ("epochs", "validation loss", "test clips", "AUC"):
        table.add_column(column, justify="right")
    for one in trained:
        best = one.outcome.best_epoch
        table.add_row(
            one.member.machine_id or "all",
            str(one.member.seed),
            f"{best.number} of {len(one.outcome.history)}",
            f"{best.validation_loss:.2f} dB²",
            str(one.test_clips),
            "n/a" if one.auc is None else f"{one.auc:.4f}",
        )
    table.add_section()
    for machine, value in spreads.items():
        deviation = "" if value.deviation is None else f" ± {value.deviation:.4f}"
        seeds = f"{value.count} seed{'s' if value.count > 1 else ''}"
        table.add_row(machine, seeds, "", "", "", f"{value.mean:.4f}{deviation}", style="bold")
    return table
