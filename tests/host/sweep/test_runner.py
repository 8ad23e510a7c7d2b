"""Who does the trials: that one failure stays one, and a cluster that is not there."""

import socket
import sys
import threading
import time

import pytest
import sweep_records

from host.errors import HostError
from host.sweep import runner, trial_process
from host.sweep.records import Output, Task
from host.sweep.trial_process import Processes


def test_failures_take_nothing_along(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(task: Task, timeout_s: float, processes: Processes) -> Output:
        if task.trial.width == 8:
            raise HostError("its process was killed by SIGKILL")
        return sweep_records.output(auc=task.trial.width / 10)

    monkeypatch.setattr(trial_process, "run", run)
    found = list(runner.local([sweep_records.task(width) for width in (7, 8, 9)], jobs=2, timeout_s=1.0))
    by_width = {finished.task.trial.width: finished for finished in found}
    assert by_width[8].reason == "its process was killed by SIGKILL"
    assert by_width[8].output is None
    assert by_width[9].output == sweep_records.output(auc=0.9)
    assert len(found) == 3


def test_as_many_at_a_time_as_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2, timeout=20)

    def run(task: Task, timeout_s: float, processes: Processes) -> Output:
        both.wait()
        return sweep_records.output()

    monkeypatch.setattr(trial_process, "run", run)
    assert len(list(runner.local([sweep_records.task(width) for width in (7, 8)], 2, 1.0))) == 2


def test_nobody_at_the_schedulers_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "CONNECT_TIMEOUT_S", 1.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(HostError, match=f"no Dask scheduler answers at {address}") as caught:
            next(runner.dask([sweep_records.task()], address, 1.0))
    assert "\n" not in str(caught.value)
    assert time.monotonic() - started < 15


@pytest.mark.parametrize("address", ["nowhere", "tcp://127.0.0.1:x", ""])
def test_no_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(runner, "CONNECT_TIMEOUT_S", 1.0)
    with pytest.raises(HostError, match="no Dask scheduler answers at"):
        next(runner.dask([sweep_records.task()], address, 1.0))


@pytest.mark.parametrize("package", ["distributed", "joblib"])
def test_missing_package(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    task = sweep_records.task()
    with pytest.raises(HostError, match=f"the package {package} is not installed"):
        next(
            runner.dask([task], "tcp://127.0.0.1:1", 1.0)
            if package == "distributed"
            else runner.local([task], 1, 1)
        )
