"""Of group `sim`: what two boards on two cores lose, beside a plain arithmetic loop that runs twice at once.

Run as a program, this is one of the processes that are measured: `bench_sim_parallel.py board IMAGE` or
`bench_sim_parallel.py arithmetic`. It warms up, prints `ready`, and for each line on its input works for
SECONDS and prints how much work it did per second.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench_result import Result

GROUP = "sim"
ROUNDS = 5
SECONDS = 1.0
_ARITHMETIC_STEPS = 100_000


def results(elf: Path) -> list[Result]:
    """Return the losses in percentage points; they are measured by turns, and medians are taken."""
    with ExitStack() as stack:
        boards = [stack.enter_context(_Worker(["board", str(elf)])) for _ in range(2)]
        loops = [stack.enter_context(_Worker(["arithmetic"])) for _ in range(2)]
        pairs = [(loss(boards), loss(loops)) for _ in range(ROUNDS)]
    board, loop = (statistics.median(losses) for losses in zip(*pairs, strict=True))
    more = statistics.median(board - loop for board, loop in pairs)
    against = "a plain arithmetic loop, the same way by turns"
    return [
        Result(GROUP, "two arithmetic loops at once, loss of each", loop, "percentage points"),
        Result(GROUP, "two boards at once, loss of each", board, "percentage points"),
        Result(
            GROUP,
            "two boards at once, loss beyond the loops'",
            more,
            "percentage points",
            10.0,
            against=against,
        ),
    ]


class _Worker:
    def __init__(self, arguments: Sequence[str]) -> None:
        command = [sys.executable, __file__, *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> "_Worker":
        if self._line() != "ready":
            raise subprocess.CalledProcessError(self._process.wait(), self._process.args)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait()

    def start(self) -> None:
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def rate(self) -> float:
        return float(self._line())

    def _line(self) -> str:
        return self._process.stdout.readline().strip()


def loss(workers: Sequence[_Worker]) -> float:
    """Return how much slower each of two workers is beside the other than alone, in percentage points."""
    alone = []
    for worker in workers:
        worker.start()
        alone.append(worker.rate())
    for worker in workers:
        worker.start()
    together = [worker.rate() for worker in workers]
    return 100 * (1 - sum(together) / sum(alone))


def _board(elf: Path) -> Callable[[], None]:
    from host.sim import image_file
    from host.sim.board import VirtualBoard
    from host.sim.mailbox import Mailbox

    board = VirtualBoard()
    board.load(image_file.read(elf))
    mailbox = Mailbox(board)
    data = bytes(mailbox.input_bytes)
    return lambda: mailbox.invoke(data)


def _arithmetic() -> None:
    value = 1
    for _ in range(_ARITHMETIC_STEPS):
        value = (value * 1664525 + 1013904223) & 0xFFFF_FFFF


def _work(step: Callable[[], object]) -> None:
    step()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < SECONDS:
            step()
            count += 1
        sys.stdout.write(f"{count / (time.perf_counter() - start)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _work(_board(Path(sys.argv[2])) if sys.argv[1] == "board" else _arithmetic)
