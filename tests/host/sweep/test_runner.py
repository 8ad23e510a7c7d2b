"""Who does the trials: that one failure stays one, and a cluster that is not there."""

import socket
import sys
import threading
import time
from contextlib import suppress

import pytest
import sweep_records

from host.errors import HostError, UsageError
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


@pytest.mark.parametrize(
    "address",
    [
        "nowhere",
        "",
        "tcp://",
        "tcp://127.0.0.1",
        "tcp://127.0.0.1:",
        "tcp://127.0.0.1:x",
        "tcp://127.0.0.1:0",
        "tcp://127.0.0.1:65536",
        "tcp://127.0.0.1:8786/",
        "tcp://127.0.0.1:8786\n",
        "tcp://:8786",
        "127.0.0.1:8786",
        "http://127.0.0.1:8786",
    ],
)
def test_no_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(runner, "_client", None)
    with pytest.raises(UsageError, match="is no address of a Dask scheduler: tcp://HOST:PORT") as caught:
        next(runner.dask([sweep_records.task()], address, 1.0))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tcp://board.local:65535", "tcp://[::1]:8786"])
def test_an_address(address: str) -> None:
    runner.check_address(address)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.0 400 Bad Request\r\n\r\n", bytes(8)])
def test_another_server_at_the_schedulers_address(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(runner, "CONNECT_TIMEOUT_S", 1.0)

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, suppress(ConnectionError):
            connection.sendall(answer)
            connection.recv(1)  # Until the other side closes.

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(HostError, match=f"what answers at {address} is no Dask scheduler"):
            next(runner.dask([sweep_records.task()], address, 1.0))
        thread.join(timeout=10)
    assert not thread.is_alive()


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


class Waiting:
    """A future that never ends, or ended in the state that is named."""

    def __init__(self, status: str) -> None:
        self.status = status

    def done(self) -> bool:
        return self.status != "pending"

    def exception(self) -> Exception:
        return RuntimeError("worker gone\nand more")


class Scheduler:
    """Counts no workers, or does not answer."""

    def __init__(self, answers: bool) -> None:
        self.answers = answers

    def scheduler_info(self, n_workers: int) -> dict[str, int]:
        if not self.answers:
            raise OSError("closed")
        return {"n_workers": 0}


@pytest.mark.parametrize(("answers", "message"), [(True, "has had no workers for 0 s"), (False, "went away")])
def test_cluster_that_is_gone_ends_the_waiting(
    monkeypatch: pytest.MonkeyPatch, answers: bool, message: str
) -> None:
    monkeypatch.setattr(runner, "NO_WORKER_TIMEOUT_S", 0.05)
    monkeypatch.setattr(runner, "_POLL_S", 0.02)
    with pytest.raises(HostError, match=message):
        list(runner._as_they_end(Scheduler(answers), [Waiting("pending")]))


def test_what_became_of_a_trial_is_one_line() -> None:
    task = sweep_records.task()
    assert runner._result(Waiting("error"), task).reason == "its worker failed: worker gone"
    assert runner._result(Waiting("cancelled"), task).reason.startswith("cancelled: the Dask scheduler went")
