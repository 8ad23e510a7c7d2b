"""Repeating what a bad line spoils: how often, in which blocks, and what is not repeated."""

import random

import pytest
from pyocd.core import exceptions

from host.flash.xg24.retry import Retry


class BadMemory:
    """Words of RAM behind a line on which each word fails with a chance, and some always."""

    def __init__(self, chance: float = 0.0, never: frozenset[int] = frozenset(), seed: int = 1) -> None:
        self.words: dict[int, int] = {}
        self.blocks: list[int] = []
        self._chance, self._never, self._random = chance, never, random.Random(seed)

    def write_memory_block32(self, address: int, words: list[int]) -> None:
        self.blocks.append(len(words))
        for index, word in enumerate(words):
            self._transfer(address + 4 * index)
            self.words[address + 4 * index] = word

    def read_memory_block32(self, address: int, count: int) -> list[int]:
        self.blocks.append(count)
        for index in range(count):
            self._transfer(address + 4 * index)
        return [self.words.get(address + 4 * index, 0) for index in range(count)]

    def flush(self) -> None:
        pass

    def _transfer(self, address: int) -> None:
        if address in self._never or self._random.random() < self._chance:
            raise exceptions.TransferFaultError(address)


def test_good_line_takes_one_block() -> None:
    memory = BadMemory()
    Retry().write_words(memory, 0x1000, list(range(500)))
    assert Retry().read_words(memory, 0x1000, 500) == list(range(500))
    assert memory.blocks == [500, 500]


@pytest.mark.parametrize("chance", [0.001, 0.01, 0.1])
@pytest.mark.parametrize("seed", range(10))
def test_all_words_arrive(chance: float, seed: int) -> None:
    memory = BadMemory(chance, seed=seed)
    words = [random.Random(seed).getrandbits(32) for _ in range(777)]
    Retry().write_words(memory, 0x1000, words)
    assert Retry().read_words(memory, 0x1000, 777) == words
    assert set(memory.words) == set(range(0x1000, 0x1000 + 4 * 777, 4))


def test_blocks_are_halved_and_grow_again() -> None:
    memory = BadMemory()
    failures = [True, True, False, False]

    def flush() -> None:
        if failures and failures.pop(0):
            raise exceptions.TransferProtocolError

    memory.flush = flush  # type: ignore[method-assign]
    Retry().write_words(memory, 0, list(range(64)))
    assert memory.blocks == [64, 32, 16, 32, 16]


def test_word_that_always_fails_ends_it() -> None:
    memory = BadMemory(never=frozenset({0x1040}))
    with pytest.raises(exceptions.TransferFaultError):
        Retry(attempts=7).write_words(memory, 0x1000, list(range(64)))
    assert memory.blocks.count(1) >= 7
    assert len(memory.blocks) < 40


def test_nothing_to_transfer() -> None:
    memory = BadMemory()
    Retry().write_words(memory, 0, [])
    assert Retry().read_words(memory, 0, 0) == []
    assert memory.blocks == []


@pytest.mark.parametrize("failures", [0, 1, 4])
def test_call_is_repeated_within_its_limit(failures: int) -> None:
    left = [exceptions.TransferTimeoutError()] * failures

    def action() -> int:
        if left:
            raise left.pop()
        return 42

    assert Retry(attempts=5).call(action) == 42


def test_call_is_given_up() -> None:
    calls: list[int] = []

    def action() -> None:
        calls.append(1)
        raise exceptions.TransferError

    with pytest.raises(exceptions.TransferError):
        Retry(attempts=5).call(action)
    assert len(calls) == 5


@pytest.mark.parametrize(
    "error", [exceptions.ProbeDisconnected, exceptions.FlashFailure, KeyboardInterrupt, ValueError]
)
def test_what_no_repetition_mends_is_raised_at_once(error: type[BaseException]) -> None:
    calls: list[int] = []

    def action() -> None:
        calls.append(1)
        raise error

    with pytest.raises(error):
        Retry().call(action)
    assert len(calls) == 1
