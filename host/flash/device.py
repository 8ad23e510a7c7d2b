"""Which part is behind a probe: its order code, revision, memories and unique id, from the part itself.

Addresses and fields: hardware description, sections 1.4 (DEVINFO), 3.1 (CMU) and 7 (SYSCFG).
"""

from collections.abc import Callable
from dataclasses import dataclass

from host import boards
from host.boards import Board, part
from host.errors import BuildError, TargetError

Read32 = Callable[[int], int]
Write32 = Callable[[int, int], None]

_DEVINFO = 0x0FE0_8000
_PART = _DEVINFO + 0x004
_MEMINFO = _DEVINFO + 0x008
_MSIZE = _DEVINFO + 0x00C
_PKGINFO = _DEVINFO + 0x010
_EUI64L = _DEVINFO + 0x048
_EUI64H = _DEVINFO + 0x04C
_LEGACY = _DEVINFO + 0x1FC
_SERIES_2 = 128
_FAMILIES = {1: "EFR32MG", 2: "EFR32BG"}
_FAMILY_NUMBER = 24
_PAGE_SIZE = part.SECTOR_BYTES.bit_length() - 1 - 10  # 2 to the power of this plus 10
_TEMPERATURES = {0: "G", 1: "I"}
_PACKAGES = "JLMQ"

_CLKEN0 = 0x4000_8064
_CLKEN0_SET = 0x4000_9064
_CLKEN0_CLR = 0x4000_A064
_CLKEN0_SYSCFG = 1 << 16
_CHIPREV = 0x4007_C018


@dataclass(frozen=True)
class Device:
    """A part of the EFR32xG24 family.

    Attributes:
        part: Order code, such as EFR32MG24B310F1536IM48; without its last letters where the part states a
            package or temperature grade that has no letter here.
        family: "EFR32MG24" or "EFR32BG24".
        revision: Of the silicon, major and minor number such as "1.1"; "" where it could not be read.
        flash_bytes: Size of main flash.
        ram_bytes: Size of RAM.
        unique_id: The factory's 64-bit number, 16 hexadecimal digits in upper case.
        has_mvp: Whether parts of this order code have the accelerator.
    """

    part: str
    family: str
    revision: str
    flash_bytes: int
    ram_bytes: int
    unique_id: str
    has_mvp: bool


def identify(read32: Read32, write32: Write32 | None = None) -> Device:
    """Read which part this is.

    Args:
        read32: Reads a word.
        write32: Writes a word. With it the revision can be read from a part that does not clock SYSCFG: the
            clock is switched on, and off again afterwards. Nothing else is written.

    Raises:
        TargetError: it is no EFR32MG24 or EFR32BG24, with what it says it is.
        whatever `read32` and `write32` raise, except for the revision, which is left empty on TargetError.
    """
    legacy, number = read32(_LEGACY), read32(_PART)
    letters, family_number = _FAMILIES.get(number >> 24 & 0x3F, ""), number >> 16 & 0x3F
    if legacy >> 16 & 0xFF != _SERIES_2 or not letters or family_number != _FAMILY_NUMBER:
        raise TargetError(
            f"the part behind the probe is no EFR32MG24 or EFR32BG24 (DEVINFO PART {number:#010x}, LEGACY"
            f" {legacy:#010x}): check that the right board is connected"
        )
    sizes, pages = read32(_MSIZE), read32(_MEMINFO)
    flash_kib, ram_kib = sizes & 0xFFFF, sizes >> 16 & 0x7FF
    if not flash_kib or not ram_kib or pages & 0xFF != _PAGE_SIZE:
        raise TargetError(
            "the part behind the probe states memories that no EFR32xG24 has (DEVINFO MSIZE"
            f" {sizes:#010x}, MEMINFO {pages:#010x}): check the cable to the chip, and run the command again"
        )
    family = f"{letters}{family_number}"
    short = f"{family}{_features(number & 0xFFFF)}F{flash_kib}"
    return Device(
        part=short + _package(read32(_PKGINFO)),
        family=family,
        revision=_revision(read32, write32),
        flash_bytes=flash_kib << 10,
        ram_bytes=ram_kib << 10,
        unique_id=f"{read32(_EUI64H):08X}{read32(_EUI64L):08X}",
        has_mvp=_has_mvp(short),
    )


def check(device: Device, board: Board, image_end: int) -> tuple[str, ...]:
    """Refuse a part that is too small for a board's images.

    Args:
        device: The part.
        board: The board that the image was built for.
        image_end: The address after the image's last byte.

    Returns:
        Warnings, one line each: it is another part than the board file names, or has no accelerator where
        that part has one.

    Raises:
        TargetError: it has less RAM than the board file states (the stack is at its top), or less flash than
            the image needs.
    """
    memory = board.memory
    needs = (
        ("flash", device.flash_bytes, image_end - part.FLASH_BASE),
        ("RAM", device.ram_bytes, memory.ram_base + memory.ram_bytes - part.RAM_BASE),
    )
    for name, available, needed in needs:
        if available < needed:
            raise TargetError(
                f"the part is an {device.part} with {available} B of {name}, and images for {board.name} need"
                f" {needed} B: {_remedy(device, board)}"
            )
    warnings = []
    if device.part != board.part:
        warnings.append(f"the part is an {device.part}, and {board.name} has an {board.part}")
    if part.describe(board.part).has_mvp and not device.has_mvp:
        warnings.append(f"an {device.part} has no accelerator: the model runs on the core")
    return tuple(warnings)


def _remedy(device: Device, board: Board) -> str:
    if device.part == board.part:
        return "build one with a smaller model"
    known = (boards.load(name) for name in boards.names())
    # The virtual board is none of those that could be behind a probe.
    names = [each.name for each in known if each.part == device.part and each.image_board == each.name]
    if names:
        return f"name the board that it is, --board {' or '.join(names)}"
    return f"there is no board file of an {device.part}: write one (docs/boards.md)"


def _features(device_number: int) -> str:
    return f"{chr(ord('A') + device_number // 1000)}{device_number % 1000:03d}"


def _package(info: int) -> str:
    temperature, package = _TEMPERATURES.get(info & 0xFF, ""), chr(info >> 8 & 0xFF)
    known = temperature and package in _PACKAGES
    return f"{temperature}{package}{info >> 16 & 0xFF}" if known else ""


def _has_mvp(short: str) -> bool:
    try:
        # The accelerator does not depend on the package.
        return part.describe(f"{short}IM48").has_mvp
    except BuildError:
        return False


def _revision(read32: Read32, write32: Write32 | None) -> str:
    try:
        # SYSCFG answers only while it is clocked; the CMU always does.
        clocked = bool(read32(_CLKEN0) & _CLKEN0_SYSCFG)
        if not clocked and write32 is None:
            return ""
        if not clocked and write32 is not None:
            write32(_CLKEN0_SET, _CLKEN0_SYSCFG)
        try:
            revision = read32(_CHIPREV)
        finally:
            if not clocked and write32 is not None:
                write32(_CLKEN0_CLR, _CLKEN0_SYSCFG)
    except TargetError:
        return ""
    return f"{revision & 0x3F}.{revision >> 12 & 0xFF}"
