"""Checks of what callers hand to the accelerator's model, before the extension sees it."""

import operator
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from host.errors import UsageError
from host.mvp import registers

_WORDS = 1 << 32


def integer(value: object, what: str) -> int:
    """Return a whole number, numpy's included, as an int.

    Raises:
        UsageError: `what`, as a person would name it, is something else.
    """
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise UsageError(f"{what} is {value!r}: give a whole number") from error


def register_offset(register: str | int) -> int:
    """Return the offset of a register's name or of an offset, which may be that of an alias.

    Raises:
        UsageError: no register has that name, or the offset is outside 32 bits.
    """
    if isinstance(register, str):
        if register not in registers.OFFSETS:
            raise UsageError(f"no register is named {register!r}: see host.mvp.registers.OFFSETS")
        return registers.OFFSETS[register]
    offset = integer(register, "a register")
    if not 0 <= offset < _WORDS:
        raise UsageError(f"no register at offset {offset}")
    return offset


def word(value: int, register: str | int) -> int:
    """Return a register's new value.

    Raises:
        UsageError: it is no whole number, or not in 0…2^32 - 1.
    """
    number = integer(value, f"the value for {register}")
    if not 0 <= number < _WORDS:
        raise UsageError(f"cannot write {number} to {register}: not a 32-bit word")
    return number


def flag(value: bool, what: str) -> bool:
    """Return True or False.

    Raises:
        UsageError: it is neither.
    """
    if not isinstance(value, bool | np.bool_):
        raise UsageError(f"{what} is {value!r}: give True or False")
    return bool(value)


def byte_view(memory: NDArray[np.generic] | bytes | bytearray) -> NDArray[np.uint8]:
    """Return the bytes of some memory, not a copy, uint8 [n].

    Raises:
        UsageError: it is of another type or not contiguous.
    """
    if isinstance(memory, bytes | bytearray):
        return np.frombuffer(memory, np.uint8)
    if not isinstance(memory, np.ndarray) or memory.dtype.hasobject:
        kind = f"an array of {memory.dtype}" if isinstance(memory, np.ndarray) else type(memory).__name__
        raise UsageError(f"memory is {kind}: give a numpy array of numbers, a bytearray or bytes")
    if not memory.flags.c_contiguous:
        raise UsageError(
            "memory must be contiguous: pass numpy.ascontiguousarray(…) and read results from it"
        )
    return memory.reshape(-1).view(np.uint8)


def base_address(base: int, view: NDArray[np.uint8]) -> int:
    """Return the bus address at which `view` begins.

    Raises:
        UsageError: it is no whole number, `view` is empty, or does not end within 32-bit addresses.
    """
    address = integer(base, "the address of memory")
    if view.size == 0:
        raise UsageError(f"memory at {address:#x} has no bytes: give at least one")
    if address < 0 or address + view.size > _WORDS:
        raise UsageError(f"{view.size} bytes at {address:#x} are not within 32-bit addresses")
    return address


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the extension refuses into an error for a person to read.

    Raises:
        UsageError: the extension refused, for the reason that it states.
    """
    try:
        yield
    except (IndexError, ValueError) as error:
        raise UsageError(f"{error}") from error
