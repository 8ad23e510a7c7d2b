"""The accelerator's register map by the manual's names: offsets in its window, bits, counter selects."""

from enum import IntEnum, IntFlag

IMAGE_OFFSET = 0x064
"""Where a launch image goes: ALU[0].REGSTATE … CMD, in ascending order."""
IMAGE_WORDS = 69
IMAGE_BYTES = 4 * IMAGE_WORDS

ALU_REGISTERS = 8
ARRAYS = 5
DIMS = 3
LOOPS = 8
INSTRUCTIONS = 8

SET = 0x1000
"""Added to an offset: writing v sets the bits of v. CLR clears them, TGL inverts them."""
CLR = 0x2000
TGL = 0x3000


class Command(IntFlag):
    """Bits of CMD."""

    START = 1
    HALT = 2
    STEP = 4
    INIT = 8


class Status(IntFlag):
    """Bits of STATUS."""

    RUNNING = 1
    PAUSED = 2
    IDLE = 4


class Flag(IntFlag):
    """Bits of IF and IEN; LOOPnDONE is LOOP0DONE << n."""

    PROGDONE = 1 << 0
    LOOP0DONE = 1 << 1
    LOOP1DONE = 1 << 2
    LOOP2DONE = 1 << 3
    LOOP3DONE = 1 << 4
    LOOP4DONE = 1 << 5
    LOOP5DONE = 1 << 6
    LOOP6DONE = 1 << 7
    LOOP7DONE = 1 << 8
    ALUNAN = 1 << 10
    R0POSREAL = 1 << 11
    ALUOF = 1 << 12
    ALUUF = 1 << 13
    STORECONVERTOF = 1 << 14
    STORECONVERTUF = 1 << 15
    STORECONVERTINF = 1 << 16
    STORECONVERTNAN = 1 << 17
    PERFCNT0 = 1 << 18
    PERFCNT1 = 1 << 19
    LOOPFAULT = 1 << 24
    BUSERRFAULT = 1 << 25
    BUSALIGNFAULT = 1 << 26
    ALUFAULT = 1 << 27
    ARRAYFAULT = 1 << 28


FAULTS = Flag.LOOPFAULT | Flag.BUSERRFAULT | Flag.BUSALIGNFAULT | Flag.ALUFAULT | Flag.ARRAYFAULT


class Counter(IntEnum):
    """What a performance counter counts: codes of CFG.PERFnCNTSEL."""

    RUN = 0
    CMD = 1
    STALL = 2
    NOOP = 3
    ALUACTIVE = 4
    PIPESTALL = 5
    IOFENCESTALL = 6
    LOAD0STALL = 7
    LOAD1STALL = 8
    STORESTALL = 9
    BUSSTALL = 10
    LOAD0AHBSTALL = 11
    LOAD1AHBSTALL = 12
    LOAD0FENCESTALL = 13
    LOAD1FENCESTALL = 14


def _offsets() -> dict[str, int]:
    offsets = {
        "IPVERSION": 0x000,
        "EN": 0x004,
        "SWRST": 0x008,
        "CFG": 0x00C,
        "STATUS": 0x010,
        "PERF[0].CNT": 0x014,
        "PERF[1].CNT": 0x018,
        "IF": 0x01C,
        "IEN": 0x020,
        "FAULTSTATUS": 0x024,
        "FAULTADDR": 0x028,
        "PROGRAMSTATE": 0x02C,
        "CMD": 0x174,
        "DEBUGEN": 0x200,
        "DEBUGSTEPCNT": 0x204,
    }
    groups = (
        (ARRAYS, "ARRAYST", 0x030, ("INDEXSTATE",)),
        (LOOPS, "LOOPST", 0x044, ("STATE",)),
        (ALU_REGISTERS, "ALU", 0x064, ("REGSTATE",)),
        (ARRAYS, "ARRAY", 0x084, ("ADDRCFG", "DIM0CFG", "DIM1CFG", "DIM2CFG")),
        (LOOPS, "LOOP", 0x0D4, ("CFG", "RST")),
        (INSTRUCTIONS, "INSTR", 0x114, ("CFG0", "CFG1", "CFG2")),
    )
    for count, group, base, names in groups:
        for n in range(count):
            for position, name in enumerate(names):
                offsets[f"{group}[{n}].{name}"] = base + 4 * (n * len(names) + position)
    return offsets


OFFSETS = _offsets()
"""Name -> offset in the plain window: "EN", "PERF[0].CNT", "ARRAY[4].DIM2CFG", "INSTR[7].CFG2", …"""
