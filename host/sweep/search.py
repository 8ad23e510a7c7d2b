"""A sweep in its folder: what earlier runs finished is kept, the rest is done and kept as it ends."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from host.data import feature_cache, layout
from host.data.feature_cache import OnProgress
from host.errors import DataError
from host.model import metrics
from host.sweep import pareto, records
from host.sweep.records import SOURCES, Recordings, SweepFolder, Task, TrialState
from host.sweep.runner import Finished, Runner
from host.sweep.space import Space

SCHEMA = "sweep/1"


@dataclass(frozen=True)
class Sweep:
    """All trials in the order of the space, with what they have in common; `warnings` are for people."""

    space: Space
    recordings: Recordings
    states: tuple[TrialState, ...]
    warnings: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[TrialState, ...]:
        """Trials without figures."""
        return tuple(state for state in self.states if state.figures is None)


def prepare(data: Path, cache: Path, on_progress: OnProgress | None = None) -> Recordings:
    """Compute the features of all clips, so that no trial has to.

    Raises:
        DataError: there are no recordings, or no test clips of both kinds.
    """
    dataset = layout.scan(data)
    if not metrics.has_both(_labels(dataset)):
        raise DataError(
            f"{data} has no test clips of both kinds, normal and anomalous: no AUC can be measured"
        )
    # Each set on its own: that is how trials ask for them.
    feature_cache.load(dataset.train, cache, on_progress)
    feature_cache.load(dataset.test, cache, on_progress)
    return Recordings(
        str(dataset.root.resolve()),
        str(cache.resolve()),
        dataset.name,
        dataset.synthetic,
        dataset.fingerprint,
    )


def _labels(dataset: layout.Dataset) -> Any:
    import numpy as np

    return np.array([clip.label for clip in dataset.test], int)


def run(
    space: Space,
    recordings: Recordings,
    folder: SweepFolder,
    runner: Runner,
    on_trial: Callable[[TrialState], None] = lambda state: None,
) -> Sweep:
    """Do the trials that no earlier run finished, and return all.

    Args:
        space: what to try.
        recordings: on what.
        folder: where finished trials are kept.
        runner: who does them.
        on_trial: called with each trial as it is found or ends.

    Raises:
        DataError: the folder cannot be written.
        HostError: the runner cannot go on; what was finished is kept.
    """
    states: dict[str, TrialState] = {}
    missing: list[Task] = []
    warnings: list[str] = []

    def found(state: TrialState) -> None:
        states[state.task.key] = state
        on_trial(state)

    wanted = records.tasks(space, recordings)
    for task in wanted:
        try:
            figures = records.read(folder, task)
        except DataError as error:
            warnings.append(f"{error}: the trial is repeated")
            figures = None
        if figures is None:
            missing.append(task)
        else:
            found(TrialState(task, figures, kept=True))
    if missing:
        with closing(runner(missing)) as results:
            for finished in results:
                found(_kept(folder, finished))
    ordered = tuple(states[task.key] for task in wanted)
    if records.other_firmware(ordered):
        warnings.append(
            "some trials were measured with firmware of other sources: remove their files from "
            f"{folder.path / 'trials'} to measure them again"
        )
    return Sweep(space, recordings, ordered, tuple(warnings))


def _kept(folder: SweepFolder, finished: Finished) -> TrialState:
    if finished.output is None:
        return TrialState(finished.task, None, finished.reason)
    records.write(folder, finished.task, finished.output)
    return TrialState(finished.task, finished.output.figures)


def document(sweep: Sweep, folder: SweepFolder) -> dict[str, Any]:
    """Return the document sweep/1; a trial that failed has null for its figures, and the reason."""
    best = pareto.front(sweep.states)
    return {
        "schema": SCHEMA,
        "data": asdict(sweep.recordings),
        "training": asdict(sweep.space.training),
        "measurement": asdict(sweep.space.measurement),
        "sources": SOURCES,
        "objectives": [asdict(objective) for objective in pareto.OBJECTIVES],
        "trials": [
            {
                "key": state.task.key,
                "name": state.task.trial.name,
                "settings": asdict(state.task.trial),
                "weights": state.task.trial.weights,
                "pareto": state in best,
                "model": str(folder.model(state.task)) if state.figures else None,
                "reason": state.reason,
                "figures": asdict(state.figures) if state.figures else None,
            }
            for state in sweep.states
        ],
    }
