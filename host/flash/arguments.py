"""The arguments of `python -m host.flash`."""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from host import cli
from host.boards.part import FLASH_BASE
from host.errors import UsageError
from host.flash import backup
from host.flash.verification import BY_CRC, METHODS

_LOWEST_HZ, _HIGHEST_HZ = 1_000, 50_000_000
_SUFFIXES = {"k": 1_000, "m": 1_000_000}
_NOT_OF_RECOVERY = (
    *("dry_run", "backup", "full", "force", "replace_bootloader", "no_run", "port"),
    *("base", "verify"),
)
_NOT_OF_LIST = (*_NOT_OF_RECOVERY, "all", "recover", "probe", "pack", "frequency")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return what the command line says; `check` it next.

    Raises:
        DataError: --json can write nothing there.
    """
    parser = cli.parser(
        "flash",
        "Write an image to a board through its debug probe, verify every byte on the part, start it, and "
        "wait for its banner. Sectors that the part holds already are skipped.",
        "python -m host.flash --board xg24",
    )
    parser.add_argument(
        "image", type=Path, nargs="?", metavar="IMAGE", help="ELF, HEX or BIN file (default: last built)"
    )
    parser.add_argument("--board", default="xg24", metavar="NAME", help="the board (default: %(default)s)")
    parser.add_argument("--probe", metavar="ID", help="the probe by its id or a part of it")
    parser.add_argument("--all", action="store_true", help="all attached boards of this type, side by side")
    parser.add_argument("--list", action="store_true", help="list the attached probes and the boards")
    _add_what(parser)
    _add_how(parser)
    parser.add_argument(
        "--recover", action="store_true", help="unlock a part that is locked for debuggers; erases its flash"
    )
    parser.add_argument("--yes", action="store_true", help="with --recover: do not ask")
    parser.add_argument(
        "--json",
        type=cli.json_file,
        metavar="FILE",
        help="write flash/1 to FILE, or to standard output for -; also when the run fails",
    )
    parser.add_argument("--verbose", action="store_true", help="show pyOCD's log on standard error")
    return parser.parse_args(argv)


def _add_what(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be written")
    parser.add_argument(
        "--full", action="store_true", help="erase what the image leaves of its sectors (default: keep it)"
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="also an image for another board, or one that does not say for which",
    )
    parser.add_argument(
        "--base",
        type=cli.address,
        metavar="ADDRESS",
        help=f"where a .bin file begins (default: {FLASH_BASE:#010x})",
    )
    parser.add_argument(
        "--verify",
        choices=METHODS,
        help="crc: a checksum of each sector on the part, and reading back what differs; read: read all back "
        f"(default: {BY_CRC})",
    )
    parser.add_argument(
        "--no-run", action="store_true", help="leave the part halted instead of starting the image"
    )
    parser.add_argument(
        "--backup",
        type=Path,
        metavar="FILE.bin",
        help="first save what is in flash, to be flashed again with --force",
    )
    parser.add_argument(
        "--replace-bootloader", action="store_true", help="write over the bootloader that the board came with"
    )


def _add_how(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", metavar="PORT", help="the board's serial port, where the banner comes")
    parser.add_argument(
        "--frequency",
        type=frequency,
        metavar="HZ",
        help="of SWCLK, such as 1M or 400k (default: the board file's)",
    )
    parser.add_argument(
        "--wait",
        type=_seconds,
        default=0.0,
        metavar="S",
        help="how long to wait for a probe in use (default: 0)",
    )
    parser.add_argument(
        "--pack",
        metavar="FILE",
        help="take the target from a CMSIS pack; auto: fetch the pack from the network",
    )


def check(arguments: argparse.Namespace) -> None:
    """Refuse options that do not go together.

    Raises:
        UsageError: they do not.
    """
    if arguments.yes and not arguments.recover:
        raise UsageError("--yes answers --recover: give both, or leave it out")
    if arguments.recover and (arguments.all or arguments.image is not None):
        raise UsageError("--recover takes one board and no image: unlock it first, then flash it")
    for name in _NOT_OF_RECOVERY:
        # Above all --dry-run and --backup: whoever gives them expects that nothing is lost.
        if arguments.recover and getattr(arguments, name):
            raise UsageError(
                f"--recover only unlocks and erases: --{name.replace('_', '-')} would do nothing"
            )
    if arguments.list and arguments.image is not None:
        raise UsageError(f"--list only lists: leave {arguments.image} out, or --list")
    for name in _NOT_OF_LIST:
        if arguments.list and getattr(arguments, name):
            raise UsageError(f"--list only lists: --{name.replace('_', '-')} would do nothing")
    if arguments.base is not None and (arguments.image is None or arguments.image.suffix.lower() != ".bin"):
        raise UsageError(
            "--base says where a .bin file begins; ELF and HEX files say so themselves: leave it out"
        )
    if arguments.verify is not None and arguments.dry_run:
        raise UsageError("--dry-run writes nothing to verify: leave --verify out, or --dry-run")
    for name in ("port", "backup"):
        if arguments.all and getattr(arguments, name) is not None:
            raise UsageError(f"--{name} is of one board: name it with --probe ID instead of --all")
    if arguments.backup is not None and arguments.dry_run:
        raise UsageError("--dry-run saves nothing: leave --backup out, or --dry-run")
    if arguments.backup is not None:
        backup.check_name(arguments.backup)


def frequency(text: str) -> int:
    """Return a frequency of SWCLK in Hz; k and M may follow the number.

    Raises:
        ArgumentTypeError: it is none.
    """
    digits, factor = (text[:-1], _SUFFIXES[text[-1].lower()]) if text[-1:].lower() in _SUFFIXES else (text, 1)
    try:
        value = float(digits) * factor
    except ValueError:
        value = math.nan
    if not _LOWEST_HZ <= value <= _HIGHEST_HZ:
        raise argparse.ArgumentTypeError(
            f"{text} is no frequency for SWCLK: {_LOWEST_HZ} to {_HIGHEST_HZ} Hz is possible, such as 1M"
        )
    return int(value)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        raise argparse.ArgumentTypeError(f"{text} is no time in seconds")
    return value
