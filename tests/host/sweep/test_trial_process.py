"""A trial's process: what is said when it fails, is killed or takes too long."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sweep_records

from host.errors import HostError
from host.sweep import trial_process
from host.sweep.trial_process import Processes


class Sleeping(Processes):
    """Starts something that only sleeps in the place of a trial."""

    def start(self, command: list[str], errors: Path) -> subprocess.Popen[bytes]:  # type: ignore[override]
        self.process = super().start([sys.executable, "-c", "import time; time.sleep(60)"], errors)
        return self.process


def test_what_the_trial_says_is_the_reason() -> None:
    with pytest.raises(HostError, match="no dataset folder /data: make one with"):
        trial_process.run(sweep_records.task(), 120)


def test_killed() -> None:
    processes = Sleeping()

    def kill() -> None:
        while not hasattr(processes, "process"):
            time.sleep(0.01)
        os.kill(processes.process.pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    with pytest.raises(HostError, match="its process was killed by SIGKILL"):
        trial_process.run(sweep_records.task(), 60, processes)
    thread.join()


def test_too_long() -> None:
    processes = Sleeping()
    with pytest.raises(HostError, match=r"did not end within 0\.005 minutes: see --timeout"):
        trial_process.run(sweep_records.task(), 0.3, processes)
    assert processes.process.poll() is not None


def test_none_starts_after_the_end() -> None:
    processes = Processes()
    processes.end()
    with pytest.raises(HostError, match="not started: the sweep was interrupted"):
        trial_process.run(sweep_records.task(), 60, processes)


def test_ends_with_who_started_it() -> None:
    script = (
        "import threading, time; from host import interruption; from host.sweep import trial_process\n"
        "with interruption.raising():\n"
        "    threading.Thread(target=trial_process._end_with_parent, daemon=True).start()\n"
        "    time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None
        time.sleep(0.5)
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(20) != 0
