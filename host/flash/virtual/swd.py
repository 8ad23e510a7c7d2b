"""Reads and writes of debug port and access port registers over a virtual board's debug port.

What a probe's firmware does on real hardware: it selects access port and bank, repeats on WAIT, asks again
for data with a wrong parity, repeats a write whose data reached the target with a wrong parity, and raises
pyOCD's exceptions for the rest. After FAULT the sticky flags stay set: clearing them is pyOCD's business.
"""

from collections.abc import Sequence
from typing import NoReturn

from pyocd.core import exceptions

from host.errors import ProbeError
from host.flash.virtual.debug_link import Ack, DebugLink, Item

WAIT_S = 0.1
"""How long a transfer is repeated on WAIT, in simulated time: several times what erasing a page takes."""

MENDS = 8
"""How often data with a wrong parity is sent again, in either direction, before a transfer fails."""

_AP = 1
_READ = 2
_ABORT = 0x0
_CTRL_STAT = 0x4
_SELECT = 0x8
_RDBUFF = 0xC
_WDERRCLR = 1 << 3  # ABORT
_STICKYERR = 1 << 5  # CTRL/STAT
_WDATAERR = 1 << 7
_WAIT_CYCLES = 13  # of SWCLK, each time
_MOST_WAITS = 0xFFFF
_BANK = 0xFF00_00F0  # SELECT without DPBANKSEL
_CHUNK = 0x10000  # transfers of one item: their bytes fit into a message


class SwdPort:
    """The registers behind a link.

    Every method raises TransferFaultError (FAULT), TransferTimeoutError (WAIT for WAIT_S),
    TransferProtocolError (parity), TransferError (no answer) or ProbeDisconnected, all of
    pyocd.core.exceptions.
    """

    def __init__(self, link: DebugLink) -> None:
        self._link = link
        self._waits = _MOST_WAITS
        self._select: int | None = None
        self._last_write: Item | None = None

    def set_clock(self, swclk_hz: int) -> None:
        """Say what SWCLK is: how often WAIT is repeated depends on it."""
        self._waits = max(min(int(WAIT_S * swclk_hz / _WAIT_CYCLES), _MOST_WAITS), 1)

    def forget(self) -> None:
        """Take nothing for known: after a line reset, or when the connection is made anew."""
        self._select = None
        self._last_write = None

    def read_dp(self, address: int) -> int:
        """Read a register of the debug port, bank 0; `address` is 0, 4, 8 or 0xC."""
        return self._run([*self._banking(address), Item(_READ | address, reads=1)])[0]

    def write_dp(self, address: int, word: int) -> None:
        """Write a register of the debug port, bank 0."""
        self._run([*self._banking(address), Item(address, (word,))])

    def read_ap(self, address: int, count: int) -> list[int]:
        """Read an access port's register `count` times; `address` is APSEL << 24 | register."""
        words: list[int] = []
        while len(words) < count:
            reads = Item(_AP | _READ | address & 0xC, reads=min(count - len(words), _CHUNK))
            words += self._run([*self._selecting(address & _BANK), reads])
        return words

    def write_ap(self, address: int, words: Sequence[int]) -> None:
        """Write an access port's register once for each word."""
        for start in range(0, len(words), _CHUNK):
            writes = Item(_AP | address & 0xC, tuple(words[start : start + _CHUNK]))
            self._run([*self._selecting(address & _BANK), writes])

    def settle(self) -> None:
        """Wait for an access port's last write, if there was one, and raise what became of it."""
        if self._last_write is not None and self._last_write.request & _AP:
            self._run([Item(_READ | _RDBUFF, reads=1)])
            self._last_write = None

    def _selecting(self, select: int) -> list[Item]:
        return [] if select == self._select else [Item(_SELECT, (select,))]

    def _banking(self, address: int) -> list[Item]:
        return self._selecting((self._select or 0) & _BANK) if address == _CTRL_STAT else []

    def _run(self, items: list[Item]) -> list[int]:
        words: list[int] = []
        mends = MENDS
        try:
            while items:
                answer = self._link.transfer(items, self._waits, MENDS)
                words += answer.words
                items = self._after(items, answer.done)
                if answer.ack == Ack.OK:
                    break
                mends = MENDS if answer.done > 1 else mends - 1
                garbled = self._garbled_write() if answer.ack == Ack.FAULT and mends else None
                if garbled is None:
                    self._fail(answer.ack)
                else:
                    items = [garbled, *items]
        except ProbeError as error:
            self.forget()
            raise exceptions.ProbeDisconnected(str(error)) from error
        return words

    def _after(self, items: Sequence[Item], done: int) -> list[Item]:
        """Return what is left to do; notes what was selected, and the last write."""
        for index, item in enumerate(items):
            part = min(done, item.count)
            if part and item.words:
                self._last_write = Item(item.request, item.words[part - 1 : part])
                if item.request == _SELECT:
                    self._select = item.words[part - 1]
            elif part and item.request & _AP:  # FAULT would have answered it, had the write been garbled
                self._last_write = None
            if part < item.count:
                return [item.after(part), *items[index + 1 :]]
            done -= part
        return []

    def _garbled_write(self) -> Item | None:
        """Return the last write if FAULT came from its data's parity alone; the flag is then clear again."""
        if self._last_write is None or (self._select or 0) & ~_BANK:
            return None
        status = self._link.transfer([Item(_READ | _CTRL_STAT, reads=1)], self._waits, MENDS)
        if status.ack != Ack.OK or status.words[0] & (_WDATAERR | _STICKYERR) != _WDATAERR:
            return None
        cleared = self._link.transfer([Item(_ABORT, (_WDERRCLR,))], self._waits, MENDS)
        return self._last_write if cleared.ack == Ack.OK else None

    def _fail(self, ack: int) -> NoReturn:
        if ack not in (Ack.WAIT, Ack.FAULT) or (self._last_write and self._last_write.request == _SELECT):
            self._select = None
        self._last_write = None
        if ack == Ack.FAULT:
            raise exceptions.TransferFaultError()
        if ack == Ack.WAIT:
            raise exceptions.TransferTimeoutError(f"the target answered WAIT for {WAIT_S:g} s")
        if ack == Ack.PARITY:
            raise exceptions.TransferProtocolError(f"data with a wrong parity, {MENDS + 1} times")
        raise exceptions.TransferError("the target does not answer (SWD without acknowledge)")
