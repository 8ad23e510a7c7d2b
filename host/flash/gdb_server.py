"""`pyocd gdbserver` as a child process: started on ports of its own, watched until it listens, and ended."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from host.errors import ProbeError, TargetError
from host.flash.probes import Probe
from host.flash.session import Reach

START_S = 30.0
"""How long the server may take to connect with the target and to listen."""

_END_S = 5.0
_LISTENS = re.compile(r"GDB server listening on port (\d+)")
_ERROR = re.compile(r"^\d+ [EC] (.*?)(?: \[\w+\])?$")  # pyOCD's log: milliseconds, level, text, module
_POLL_S = 0.05


class GdbServer:
    """A server that listens; `port` is where, on this computer."""

    def __init__(self, process: "subprocess.Popen[str]", port: int, log: "_Log") -> None:
        self._process = process
        self._log = log
        self.port = port

    @property
    def ended(self) -> bool:
        """Whether the process is over."""
        return self._process.poll() is not None

    @property
    def complaint(self) -> str:
        """The last error that it logged, "" if there was none."""
        return self._log.error

    def wait(self) -> None:
        """Wait until it ends by itself."""
        self._process.wait()


@contextmanager
def started(probe: Probe, reach: Reach, persist: bool = False) -> Iterator[GdbServer]:
    """Run a server on a probe while the body runs; with `persist` it stays when gdb goes.

    Raises:
        TargetError: it did not come as far as to listen; the message has pyOCD's reason.
        ProbeError: pyOCD does not know the probe's type.
    """
    command = _command(probe, reach, persist)
    with _interruptible():
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            # Ctrl-C is for gdb: it stops the target.
            start_new_session=True,
        )
    log = _Log(process)
    try:
        yield GdbServer(process, _port(process, log), log)
    finally:
        _end(process)
        log.join()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a child hear SIGINT, which ends it in order; background jobs ignore it, and hand that down."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Log(threading.Thread):
    """Reads what the server logs, so that it never waits for a reader."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        super().__init__(name="log of pyocd gdbserver", daemon=True)
        self._process = process
        self._last: deque[str] = deque(maxlen=1)
        self.port: int | None = None
        self.error = ""
        self.start()

    def run(self) -> None:
        """Read to the end."""
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                text = line.strip()
                listens = _LISTENS.search(text)
                if listens:
                    self.port = int(listens[1])
                error = _ERROR.match(text)
                if error:
                    self.error = error[1]
                if text:
                    self._last.append(text)

    @property
    def reason(self) -> str:
        """What an unsuccessful start is to be told as."""
        return self.error or next(iter(self._last), "it says nothing")


def _command(probe: Probe, reach: Reach, persist: bool) -> list[str]:
    from pyocd.probe.aggregator import PROBE_CLASSES

    prefixes = [name for name, family in PROBE_CLASSES.items() if isinstance(probe.handle, family)]
    if not prefixes:
        raise ProbeError(f"probe {probe} is of no type that pyocd gdbserver could be told")
    # Neither pyocd.yaml nor pyocd_user.py of the working folder.
    command = [sys.executable, "-m", "pyocd", "gdbserver", "--no-wait", "--no-config", "--script", os.devnull]
    command += ["--uid", f"{prefixes[0]}:{probe.unique_id}", "--target", reach.target]
    command += ["--frequency", str(reach.frequency_hz), "--port", "0", "--telnet-port", "0"]
    command += ["-O", "adi.v5.max_invalid_ap_count=0", "-O", "auto_unlock=false"]
    return [*command, "--persist"] if persist else command


def _port(process: "subprocess.Popen[str]", log: _Log) -> int:
    deadline = time.monotonic() + START_S
    while log.port is None:
        if process.poll() is not None:
            log.join()
            raise TargetError(f"pyocd gdbserver could not connect: {log.reason}")
        if time.monotonic() >= deadline:
            raise TargetError(f"pyocd gdbserver does not listen after {START_S:g} s: {log.reason}")
        time.sleep(_POLL_S)
    return log.port


def _end(process: "subprocess.Popen[str]") -> None:
    # The first lets the target go on, and closes the probe.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_S)
