"""Text from a device as it may reach a terminal or a log: no escape sequences or other control characters."""

_KEPT = frozenset(b"\a\b\t\n\r")
_ESCAPE = 0x1B
_INTRODUCERS = frozenset(b"[O")
_STRINGS = frozenset(b"]P^_X")  # their text goes on up to BEL or ESC \


class TerminalText:
    """A filter that remembers a sequence which is cut by the end of a piece."""

    def __init__(self) -> None:
        self._state = "text"

    def filter(self, data: bytes) -> str:
        """Return the text of the next piece; bytes that are no ASCII show as a replacement character."""
        return "".join(filter(None, (self._next(byte) for byte in data)))

    def _next(self, byte: int) -> str:
        if self._state == "text":
            if byte == _ESCAPE:
                self._state = "escape"
                return ""
            if byte in _KEPT or 0x20 <= byte < 0x7F:
                return chr(byte)
            return "\N{REPLACEMENT CHARACTER}" if byte >= 0x80 else ""
        if self._state == "escape":
            self._state = "sequence" if byte in _INTRODUCERS else "string" if byte in _STRINGS else "text"
        elif self._state == "sequence":
            if 0x40 <= byte <= 0x7E or byte == _ESCAPE:
                self._state = "escape" if byte == _ESCAPE else "text"
        elif byte == _ESCAPE:  # ESC \ ends a string
            self._state = "escape"
        elif byte == 0x07:
            self._state = "text"
        return ""
