"""A sweep in its folder: resumed, repeated where it failed, and what it writes."""

import json
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest
import sweep_records

from host.errors import DataError, HostError
from host.sweep import search
from host.sweep.records import SweepFolder, Task
from host.sweep.runner import Finished


class Worker:
    """Does trials at once; those of `bad` widths fail."""

    def __init__(self, *bad: int) -> None:
        self.bad, self.done = bad, []

    def __call__(self, tasks: Sequence[Task]) -> Generator[Finished]:
        for task in reversed(tasks):  # As workers end, not in the order of the space.
            self.done.append(task.trial.width)
            if task.trial.width in self.bad:
                yield Finished(task, None, "its process was killed by SIGKILL")
            else:
                yield Finished(task, sweep_records.output(auc=task.trial.width / 10))


def sweep(folder: SweepFolder, worker: Worker) -> search.Sweep:
    return search.run(sweep_records.space(7, 8, 9), sweep_records.recordings(), folder, worker)


def test_failed_trial_loses_only_itself_and_is_repeated(tmp_path: Path) -> None:
    folder = SweepFolder(tmp_path)
    first = Worker(8)
    found = sweep(folder, first)
    assert [state.figures is not None for state in found.states] == [True, False, True]
    assert [state.reason for state in found.failed] == ["its process was killed by SIGKILL"]
    again = Worker()
    complete = sweep(folder, again)
    assert again.done == [8]
    assert [state.kept for state in complete.states] == [True, False, True]
    assert not complete.failed
    third = Worker()
    assert [state.kept for state in sweep(folder, third).states] == [True, True, True]
    assert not third.done


def test_what_was_finished_before_an_interruption_is_kept(tmp_path: Path) -> None:
    folder = SweepFolder(tmp_path)

    def interrupted(tasks: Sequence[Task]) -> Generator[Finished]:
        yield Finished(tasks[0], sweep_records.output())
        raise HostError("the cluster went away")

    with pytest.raises(HostError, match="went away"):
        search.run(sweep_records.space(7, 8), sweep_records.recordings(), folder, interrupted)
    worker = Worker()
    sweep(folder, worker)
    assert worker.done == [9, 8]


def test_damaged_record_is_named_and_repeated(tmp_path: Path) -> None:
    folder = SweepFolder(tmp_path)
    found = sweep(folder, Worker())
    folder.trial(found.states[0].task).write_text("{")
    worker = Worker()
    warned = sweep(folder, worker).warnings
    assert worker.done == [7]
    assert len(warned) == 1
    assert "cannot be used" in warned[0]


def test_figures_of_other_firmware_are_named(tmp_path: Path) -> None:
    folder = SweepFolder(tmp_path)
    found = sweep(folder, Worker())
    path = folder.trial(found.states[0].task)
    path.write_text(path.read_text().replace("f" * 64, "e" * 64))
    (warning,) = sweep(folder, Worker()).warnings
    assert "firmware of other sources" in warning


def test_document_has_null_for_what_failed(tmp_path: Path) -> None:
    folder = SweepFolder(tmp_path)
    document = json.loads(json.dumps(search.document(sweep(folder, Worker(8)), folder)))
    assert document["schema"] == "sweep/1"
    first, failed, last = document["trials"]
    assert failed["figures"] is None
    assert failed["model"] is None
    assert failed["reason"] == "its process was killed by SIGKILL"
    assert (first["pareto"], last["pareto"]) == (False, True)
    assert last["settings"]["width"] == 9
    assert Path(last["model"]).read_bytes() == sweep_records.MODEL


def test_recordings_without_anomalies_are_refused(tiny_data: Path, tmp_path: Path) -> None:
    normal = tmp_path / "normal"
    (normal / "train").mkdir(parents=True)
    for clip in (tiny_data / "train").iterdir():
        (normal / "train" / clip.name).write_bytes(clip.read_bytes())
    with pytest.raises(DataError, match="no test clips of both kinds"):
        search.prepare(normal, tmp_path / "cache")
