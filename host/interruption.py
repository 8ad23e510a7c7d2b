"""Ctrl-C, SIGTERM and SIGHUP: an exit status and one line, from the first import to the last flush.

Three states follow each other. Before `host` is imported Python's own handling holds (some 20 ms). While
a command's modules are imported there is nothing to clean up, and libraries turn an exception in the middle
of their import into other errors: the process ends at once (`end_at_once`). While the command works, the
signals raise `Interrupted`, so that half-written files are removed (`raising`, used by cli.run).
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(KeyboardInterrupt):
    """A signal asked the command to end.

    A class of its own, also because Python ends a process by SIGINT, whatever status was asked for, once a
    plain KeyboardInterrupt has passed through an `exec` (every dataclass is made by one).
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """Return 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP, as shells do."""
        return 128 + self.number

    def __str__(self) -> str:
        """Return the line for the person, with the notes that were added on the way."""
        return ": ".join([_word(self.number), *getattr(self, "__notes__", ())])


def end_at_once() -> None:
    """Let the signals end the process with one line; for as long as there is nothing to clean up."""
    for number in _SIGNALS:
        # What the parent process ignores (nohup, jobs in the background) stays ignored.
        if signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
            signal.signal(number, _end)


@contextmanager
def raising() -> Iterator[None]:
    """Let the signals raise `Interrupted` in the main thread; what held before holds again afterwards."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, handler in before.items():
        if handler not in (signal.SIG_IGN, None):
            signal.signal(number, _raise)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def postponed() -> Iterator[Callable[[], None]]:
    """Let the first Ctrl-C, SIGTERM or SIGHUP wait until the body calls what this yields, which then raises.

    For work that must not be cut anywhere: the body calls the function where it may be; at the end a signal
    raises in any case. A second signal raises `Interrupted` at once, unless it is SIGHUP. Other threads
    may call the function too.
    Entered in another thread than the main one, it never raises: only that one gets signals.
    """
    came: list[int] = []

    def raise_if_asked() -> None:
        if came:
            raise Interrupted(came[0])

    def remember(number: int, _: FrameType | None) -> None:
        # A terminal that is closed may send SIGHUP twice, itself and through its shell.
        if came and number != signal.SIGHUP:
            raise Interrupted(number)
        came.append(number)

    if threading.current_thread() is not threading.main_thread():
        yield raise_if_asked
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, handler in before.items():
        if handler not in (signal.SIG_IGN, None):
            signal.signal(number, remember)
    try:
        yield raise_if_asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    raise_if_asked()


def finish() -> None:
    """Let Ctrl-C change nothing any more where `end_at_once` ruled: the exit status is decided.

    Python gives SIGINT back its default on the way out, which would replace the status.
    """
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(number: int, _: FrameType | None) -> NoReturn:
    with suppress(OSError):
        os.write(2, f"{_word(number)}\n".encode())
    # Not sys.exit: an import that is under way would catch it.
    os._exit(128 + number)


def _raise(number: int, _: FrameType | None) -> NoReturn:
    if number == signal.SIGHUP:  # It may come twice, see `postponed`: not into what the first one has to end.
        signal.signal(number, signal.SIG_IGN)
    raise Interrupted(number)


def _word(number: int) -> str:
    return "interrupted" if number == signal.SIGINT else "terminated"
