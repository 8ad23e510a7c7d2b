"""A trial in a process of its own: it leaves nothing to the next, and only it is lost when it is killed.

`run` is called by a local thread or by a Dask worker; both start the same process, which is why both get the
same figures. The process ends when whoever started it does: its standard input is then closed.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from host import atomic, cli
from host.errors import HostError
from host.project import ROOT
from host.sweep import records
from host.sweep.records import Output, Task

_ENVIRONMENT = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_END_TIMEOUT_S = 20.0

_FIGURES = "figures.json"
_MODEL = "model.tflite"


class Processes:
    """The trials' processes of one sweep, so that they can be ended together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    def start(self, command: Sequence[str], errors: Path) -> subprocess.Popen[bytes]:
        """Start a process whose standard error goes to a file.

        Raises:
            HostError: the processes were ended, or it cannot be started.
        """
        with self._lock, errors.open("wb") as sink:
            if self._ended:
                raise HostError("not started: the sweep was interrupted")
            try:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=sink,
                    cwd=ROOT,
                    env={**os.environ, **_ENVIRONMENT, "PYTHONHASHSEED": "0"},
                )
            except OSError as error:
                raise HostError(f"cannot start a process: {error.strerror}") from error
            self._running.add(process)
        return process

    def forget(self, process: subprocess.Popen[bytes]) -> None:
        """End a process if it still runs, and forget it."""
        _end(process)
        with self._lock:
            self._running.discard(process)

    def end(self) -> None:
        """End all, and start none any more."""
        with self._lock:
            self._ended = True
            running = tuple(self._running)
        for process in running:
            _end(process)


def run(task: Task, timeout_s: float, processes: Processes | None = None) -> Output:
    """Do a trial in a process of its own.

    Raises:
        HostError: it failed, was killed, or did not end in time; the message has the reason only.
    """
    processes = processes or Processes()
    with atomic.work_folder() as folder:
        (folder / "task.json").write_text(json.dumps(records.task_document(task)), encoding="utf-8")
        errors = folder / "errors"
        command = [sys.executable, "-m", "host.sweep.trial_process", str(folder / "task.json"), str(folder)]
        process = processes.start(command, errors)
        try:
            status = process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise HostError(f"did not end within {timeout_s / 60:g} minutes: see --timeout") from None
        finally:
            processes.forget(process)
        if status:
            raise HostError(_reason(status, errors.read_text(errors="replace")))
        return _output(folder)


def _output(folder: Path) -> Output:
    try:
        figures = records.figures_of(json.loads((folder / _FIGURES).read_text(encoding="utf-8")))
        return Output(figures, (folder / _MODEL).read_bytes())
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise HostError(f"its process left no figures: {error}") from error


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_TIMEOUT_S)
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _reason(status: int, errors: str) -> str:
    if status < 0:
        return f"its process was killed by {signal.Signals(-status).name}"
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return lines[-1].removeprefix("error: ") if lines else f"its process ended with status {status}"


def main(argv: Sequence[str] | None = None) -> int:
    """Do the task of a file; the figures and the model go to a folder."""
    parser = argparse.ArgumentParser(prog="python -m host.sweep.trial_process")
    parser.add_argument("task", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args(argv)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from host.sweep import trial

    output = trial.run(records.task_of(json.loads(arguments.task.read_text(encoding="utf-8"))))
    (arguments.folder / _MODEL).write_bytes(output.model)
    (arguments.folder / _FIGURES).write_text(json.dumps(asdict(output.figures)), encoding="utf-8")
    return 0


def _end_with_parent() -> None:
    # Never written to: reading returns when the other end is closed.
    with suppress(OSError):
        os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    cli.run(main)
