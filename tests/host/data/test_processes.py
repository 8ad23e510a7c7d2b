import math
import os
import signal
from contextlib import closing

import pytest
from threadpoolctl import threadpool_info

from host.data import processes
from host.errors import DataError


def _process(task: int) -> tuple[int, int]:
    return task, os.getpid()


def _blas_threads(task: int) -> list[int]:
    import numpy as np

    np.ones((2, 2)) @ np.ones((2, 2))
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def _killed(task: int) -> int:
    if task == 70:
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def test_few_tasks_are_done_here_and_one_by_one() -> None:
    with closing(processes.ordered_map(_process, range(63), 2)) as answers:
        assert list(answers) == [(k, os.getpid()) for k in range(63)]


def test_many_tasks_are_done_by_several_processes_in_order() -> None:
    with closing(processes.ordered_map(_process, range(400), 2)) as answers:
        found = list(answers)
    assert [task for task, _ in found] == list(range(400))
    assert os.getpid() not in {process for _, process in found}


@pytest.mark.parametrize("tasks", [1, 64])
def test_blas_has_one_thread(tasks: int) -> None:
    with closing(processes.ordered_map(_blas_threads, range(tasks), 2)) as answers:
        for threads in answers:
            assert threads
            assert set(threads) == {1}


def test_a_killed_process_is_one_line() -> None:
    with (
        pytest.raises(DataError, match="ended by the system") as caught,
        closing(processes.ordered_map(_killed, range(128), 2)) as answers,
    ):
        list(answers)
    assert "\n" not in str(caught.value)


def test_an_error_of_the_function_arrives() -> None:
    with (
        pytest.raises(ValueError, match="math domain"),
        closing(processes.ordered_map(math.sqrt, [-1.0])) as a,
    ):
        list(a)
