"""The debug challenge interface: what a part says of its debug lock, and the erase that undoes it.

It is access port 1, a small window into the security engine (hardware description, section 9), and answers on
a locked part too. A command is its length in bytes and one word; a reply is a word with its length in the
lower half and an error code in the upper, then words.
"""

from dataclasses import dataclass
from typing import Protocol

from host.errors import TargetError
from host.flash.failures import told
from host.flash.xg24.pause import Pause

_TAR = 0x0100_0004
_DRW = 0x0100_000C
_WDATA, _RDATA, _STATUS, _ID = 0x1000, 0x1004, 0x1008, 0x10FC
_WRITE_PENDING, _READ_VALID = 1 << 0, 1 << 8
_IDENTITY = 0x000D_C11D

_READ_STATUS = 0xFE01_0000
_ERASE_DEVICE = 0x430F_0000
_COMMAND_BYTES = 8
_MOST_WORDS = 16

_LOCK_CONFIGURED, _ERASE_ENABLED, _SECURE_DEBUG, _LOCKED = 1 << 0, 1 << 1, 1 << 2, 1 << 5
# Which word of the reply has these bits: the engines of security level high tell more (9 words) than others.
_LONG_REPLY, _STATUS_WORD_OF_LONG, _STATUS_WORD = 9, 7, 3

_REPLY_S = 1.0
_ERASE_S = 10.0
_POLL_S = 0.005


class AccessPorts(Protocol):
    """What is needed of pyOCD's debug port: AP registers, `address` with the port's number in bits 31:24."""

    def read_ap(self, address: int) -> int:
        """Return a register."""

    def write_ap(self, address: int, value: int) -> None:
        """Write a register."""


@dataclass(frozen=True)
class Status:
    """A part's debug lock.

    Attributes:
        locked: Nothing can be read or written through the debugger.
        lock_configured: It locks itself at every reset.
        erase_enabled: Erasing the part unlocks it; where this is False there is no way back.
        secure_debug: It can be unlocked for one session by whoever has the key.
    """

    locked: bool
    lock_configured: bool
    erase_enabled: bool
    secure_debug: bool


class Interface:
    """The debug challenge interface of a connected part.

    Args:
        ports: The part's access ports.
        pause: The part's time.

    Raises:
        TargetError: the part has none.
        ProbeError: the probe went away.
    """

    def __init__(self, ports: AccessPorts, pause: Pause) -> None:
        self._ports = ports
        self._pause = pause
        identity = self._read(_ID)
        if identity != _IDENTITY:
            raise TargetError(
                f"the part has no debug challenge interface (id {identity:#010x}, not {_IDENTITY:#010x}): "
                "it is no EFR32xG24"
            )

    def status(self) -> Status:
        """Return the state of the lock.

        Raises:
            TargetError: the security engine does not answer, or refuses.
        """
        words = self._command(_READ_STATUS, _REPLY_S)
        if not words:
            raise TargetError(
                "the security engine says nothing of the debug lock: power the board off and on"
            )
        word = _STATUS_WORD_OF_LONG if len(words) >= _LONG_REPLY else _STATUS_WORD
        bits = words[min(word, len(words) - 1)]
        return Status(
            bool(bits & _LOCKED),
            bool(bits & _LOCK_CONFIGURED),
            bool(bits & _ERASE_ENABLED),
            bool(bits & _SECURE_DEBUG),
        )

    def erase_device(self) -> None:
        """Erase main flash and RAM, and clear the lock; takes effect with a reset.

        Raises:
            TargetError: the security engine does not answer, or refuses.
        """
        self._command(_ERASE_DEVICE, _ERASE_S)

    def _command(self, command: int, timeout_s: float) -> list[int]:
        self._send(_COMMAND_BYTES)
        self._send(command)
        head = self._receive(timeout_s)
        length, code = head & 0xFFFF, head >> 16
        if code:
            raise TargetError(f"the security engine refuses the command {command:#010x}: code {code:#06x}")
        count = max(length // 4 - 1, 0)
        if count > _MOST_WORDS:
            raise TargetError(
                f"the security engine announces a reply of {length} bytes: power the board off and on"
            )
        return [self._receive(_REPLY_S) for _ in range(count)]

    def _send(self, word: int) -> None:
        self._await(_WRITE_PENDING, 0, _REPLY_S)
        self._write(_WDATA, word)

    def _receive(self, timeout_s: float) -> int:
        self._await(_READ_VALID, _READ_VALID, timeout_s)
        return self._read(_RDATA)

    def _await(self, mask: int, value: int, timeout_s: float) -> None:
        end = self._pause.now() + timeout_s
        while self._read(_STATUS) & mask != value:
            if self._pause.now() >= end:
                raise TargetError(
                    f"the security engine does not answer within {timeout_s:g} s: power the board off and on"
                )
            self._pause.wait(_POLL_S)

    def _read(self, register: int) -> int:
        with told("asking the security engine"):
            self._ports.write_ap(_TAR, register)
            return self._ports.read_ap(_DRW)

    def _write(self, register: int, value: int) -> None:
        with told("asking the security engine"):
            self._ports.write_ap(_TAR, register)
            self._ports.write_ap(_DRW, value)


def refusal(status: Status) -> TargetError:
    """Return the error for a part that is locked."""
    if not status.erase_enabled:
        return TargetError(
            "the part is locked for debuggers for ever (device erase is disabled): it cannot be flashed "
            "again; take another board"
        )
    return TargetError(
        "the part is locked for debuggers: python -m host.flash --recover unlocks it, and erases all of its "
        "flash"
    )
