"""`python -m host.boards`: lists the boards, or writes what the firmware needs to know of one."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from host import boards, cli
from host.boards import header, part, reader
from host.boards.board import Board


def main(argv: Sequence[str] | None = None) -> int:
    """List the boards or write one board's header and memory layout."""
    parser = cli.parser(
        "boards",
        "List the boards, or write board.h and memory.ld of one.",
        "python -m host.boards header xg24 --out build/brd2601b/board",
    )
    parser.add_argument(
        "--json", type=cli.json_file, metavar="FILE", help="write the list as JSON (- for standard output)"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    make = commands.add_parser("header", help="write board.h and memory.ld")
    make.add_argument("board", metavar="BOARD", help="a board's name or xg24")
    make.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    arguments = parser.parse_args(argv)
    if arguments.command == "header":
        return _header(arguments)
    return _list(arguments.json)


def _header(arguments: argparse.Namespace) -> int:
    board = boards.load(arguments.board)
    header.write(board, arguments.out)
    cli.out.print(f"{board.name}: wrote {arguments.out / 'board.h'} and {arguments.out / 'memory.ld'}")
    return 0


def _list(json_file: str | None) -> int:
    found = [boards.load(name) for name in boards.names()]
    if json_file is not None:
        cli.write_json(json_file, {"schema": "boards/1", "boards": [_record(board) for board in found]})
    if json_file != "-":
        cli.show(_table(found))
        for board in found:
            if board.note:
                cli.out.print(f"{board.name}: {board.note}", soft_wrap=True)
    return 0


def _table(found: Sequence[Board]) -> Table:
    table = Table("board", "part", box=box.SIMPLE)
    for title in ("flash KiB", "RAM KiB"):
        table.add_column(title, justify="right")
    for title in ("MVP", "probe", "serial TX/RX"):
        table.add_column(title)
    for column in table.columns:
        column.overflow = "fold"  # A part number that is cut names no part.
    for board in found:
        aliases = [alias for alias, name in reader.ALIASES.items() if name == board.name]
        table.add_row(
            ", ".join([board.name, *aliases]),
            board.part,
            str(board.memory.flash_bytes // 1024),
            str(board.memory.ram_bytes // 1024),
            "yes" if part.describe(board.part).has_mvp else "no",
            board.probe.type,
            f"{board.serial.peripheral} {board.serial.tx}/{board.serial.rx}",
        )
    return table


def _record(board: Board) -> dict[str, Any]:
    record = asdict(board)
    record["has_mvp"] = part.describe(board.part).has_mvp
    record["serial"] |= {
        "tx": str(board.serial.tx),
        "rx": str(board.serial.rx),
        "enable": str(board.serial.enable) if board.serial.enable else None,
    }
    record["led"]["pin"] = str(board.led.pin)
    record["timing_pin"] = str(board.timing_pin) if board.timing_pin else None
    record["note"] = board.note or None
    return record


if __name__ == "__main__":
    cli.run(main)
