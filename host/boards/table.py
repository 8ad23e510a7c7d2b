"""One TOML table of a board file, read key by key; what is wrong is named with its key."""

import re
from typing import Any, cast

from host.boards.board import PORTS, Pin
from host.errors import BuildError

_PIN = re.compile(r"P([A-D])(\d)")


class Table:
    """The keys of one table; every method that reads one raises BuildError if it is missing or wrong.

    `board` and `section` are the file's and the table's names, for messages.
    """

    def __init__(self, board: str, section: str, values: dict[str, Any]) -> None:
        self._board = board
        self._section = section
        self._values = values
        self._used: set[str] = set()

    def __contains__(self, key: str) -> bool:
        """Tell whether the file has this key."""
        return key in self._values

    def error(self, key: str, problem: str) -> BuildError:
        """Return the error to raise about a key: file, place and problem in one line."""
        return BuildError(f"boards/{self._board}.toml: {self.place(key)}: {problem}")

    def place(self, key: str) -> str:
        """Return the key with its table's name, as "serial.tx"."""
        return f"{self._section}.{key}" if self._section else key

    def finish(self) -> None:
        """Refuse keys that nobody asked for.

        Raises:
            BuildError: there is one; the message lists those that are known.
        """
        for key in self._values.keys() - self._used:
            raise self.error(key, f"unknown key: remove it, or use one of {', '.join(sorted(self._used))}")

    def table(self, key: str) -> "Table":
        """Return the table of this name."""
        return Table(self._board, key, self._value(key, dict, "a table", None))

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text, or `default` where the key is missing."""
        return cast(str, self._value(key, str, "text in quotes", default))

    def texts(self, key: str, form: re.Pattern[str], what: str) -> tuple[str, ...]:
        """Return a list of texts that all match `form`, which messages call `what`."""
        values = cast(list[object], self._value(key, list, "a list of texts in quotes", None))
        for value in values:
            if not isinstance(value, str) or not form.fullmatch(value):
                raise self.error(key, f"{value!r} is no {what.removeprefix('a ')}")
        return tuple(str(value) for value in values)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        return cast(bool, self._value(key, bool, "true or false", None))

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """Return a text that is one of `choices`."""
        value = self.text(key)
        if value not in choices:
            raise self.error(key, f"{value!r} must be one of {', '.join(choices)}")
        return value

    def integer(self, key: str, low: int, high: int, multiple: int = 1) -> int:
        """Return an integer within `low` and `high`, both included."""
        value = cast(int, self._value(key, int, "an integer", None))
        if not low <= value <= high:
            raise self.error(key, f"{value} must be within {low}..{high}")
        if value % multiple:
            raise self.error(key, f"{value} must be a multiple of {multiple}")
        return value

    def address(self, key: str, low: int, high: int, multiple: int) -> int:
        """Return an address within `low` and `high`, both included; messages show it as people write it."""
        value = cast(int, self._value(key, int, "an integer", None))
        if not low <= value <= high:
            raise self.error(key, f"{value:#010x} must be within {low:#010x}..{high:#010x}")
        if value % multiple:
            raise self.error(key, f"{value:#010x} must be a multiple of {multiple:#x}")
        return value

    def pin(self, key: str) -> Pin:
        """Return a pin of port A to D; whether the part has it is not checked here."""
        text = self.text(key)
        match = _PIN.fullmatch(text)
        if match is None:
            raise self.error(key, f"{text!r} is no pin: write port and number, such as PA5")
        return Pin(PORTS.index(match[1]), int(match[2]))

    def _value(self, key: str, kind: type, wanted: str, default: object) -> Any:
        self._used.add(key)
        value = self._values.get(key, default)
        if value is None:
            raise self.error(key, f"missing: add {wanted}")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(key, f"{value!r} must be {wanted}")
        return value
