"""Frames and numbers as docs/link.md gives them."""

import re

from host.project import ROOT

DOCUMENT = ROOT / "docs" / "link.md"


def literal(title: str, number: int = 0) -> bytes:
    """A frame of the document's last chapter, by the words above it."""
    chapter = DOCUMENT.read_text(encoding="utf-8").split("## Literal frames")[1]
    block = re.split(r"\n\n(?=\S)", chapter.split(title)[1])[0]
    lines = [line for line in block.splitlines() if re.fullmatch(r" {4}([0-9a-f]{2} ?)+", line)]
    data = bytes.fromhex("".join(lines))
    return re.findall(rb"\x00[^\x00]+\x00", data)[number]


def types() -> dict[str, int]:
    """Numbers of the message types by name."""
    chapter = DOCUMENT.read_text(encoding="utf-8").split("## Types")[1]
    return {name: int(number) for number, name in re.findall(r"^\*\*(\d+) ([A-Z_]+)\*\*", chapter, re.M)}


def errors() -> dict[str, int]:
    """Numbers of the error codes by name."""
    chapter = DOCUMENT.read_text(encoding="utf-8").split("## Types")[1]
    return {name: int(number) for number, name in re.findall(r"^\| (\d+) \| ([A-Z_]+) \|", chapter, re.M)}
