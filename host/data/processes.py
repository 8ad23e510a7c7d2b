"""Runs one function on many small tasks in several processes, in order, with one BLAS thread in each."""

import importlib
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from host.errors import DataError

_TASKS_PER_PROCESS = 32
"""Fewer take less time than another process does to start."""
_CHUNK = 8

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def ordered_map(
    function: Callable[[Task], Answer], tasks: Sequence[Task], processes: int | None = None
) -> Generator[Answer, None, None]:
    """Yield function(task) for each task, in their order.

    Few tasks are done in the calling process. An error of the function ends the iteration; tasks that are
    under way are finished then, others are not begun.

    Args:
        function: one that other processes can import.
        tasks: small values, since they are sent to the processes.
        processes: the most to use; by default one per core.

    Raises:
        DataError: a process was killed, as the system does when memory runs out.
    """
    workers = min(processes or os.cpu_count() or 1, len(tasks) // _TASKS_PER_PROCESS)
    if workers <= 1:
        with threadpool_limits(limits=1):
            for task in tasks:
                yield function(task)
        return
    # Spawned, not forked: the parent may hold threads of other libraries.
    with _ignoring_interrupts():
        pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_one_blas_thread)
    with pool:
        try:
            with _ignoring_interrupts():
                answers = pool.map(function, tasks, chunksize=_CHUNK)
            yield from answers
        except BrokenProcessPool as error:
            raise DataError(
                "a process that computes features was ended by the system, perhaps because memory ran out; "
                "what was finished is kept: close other programs and run the command again"
            ) from error
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _one_blas_thread() -> None:
    # Each task's matrix product is small: threads of BLAS's own only get in the other processes' way. Only
    # libraries that are loaded can be told.
    importlib.import_module("numpy")
    threadpool_limits(limits=1)


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Start processes that ignore Ctrl-C and SIGHUP: both reach the whole group, the parent answers them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
