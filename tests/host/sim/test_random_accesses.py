"""Random accesses to every block and to the private peripheral bus: the simulator survives, and goes on."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from host.sim import image_file
from host.sim.board import VirtualBoard
from host.sim.conditions import StopReason

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

# Windows of the memory map that hold blocks (hardware description, 1), 16 KiB each, Secure; the Non-secure
# alias is 0x1000'0000 above.
BLOCKS = {
    "EMU": 0x4000_4000,
    "CMU": 0x4000_8000,
    "HFRCO0": 0x4001_0000,
    "FSRCO": 0x4001_8000,
    "DPLL0": 0x4001_C000,
    "LFXO": 0x4002_0000,
    "LFRCO": 0x4002_4000,
    "ULFRCO": 0x4002_8000,
    "MSC": 0x4003_0000,
    "ICACHE0": 0x4003_4000,
    "GPIO": 0x4003_C000,
    "LDMA": 0x4004_0000,
    "LDMAXBAR": 0x4004_4000,
    "TIMER0": 0x4004_8000,
    "SYSCFG": 0x4007_C000,
    "HFXO0": 0x4A00_4000,
    "WDOG0": 0x4B00_4000,
    "DCDC": 0x4009_4000,
    "DMEM": 0x400B_4000,
    "PRS": 0x4003_8000,
    "IADC0": 0x4900_4000,
    "EUSART0": 0x4B01_0000,
    "EUSART1": 0x400A_0000,
    "MVP": 0x4D00_0000,
    "SMU": 0x4400_8000,
}
ALIAS = 0x1000_0000
PRIVATE_BUS, PRIVATE_BYTES = 0xE000_0000, 0x10_0000
SYSTEM = 0xE000_E000
COUNT = 1_000_000
ACCESSES_PER_WAIT = 200
ENDS = (StopReason.CYCLES, StopReason.LOCKUP, StopReason.POWER_CUT)


def addresses(random: np.random.Generator, count: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Three of four in blocks, most of them words; the others on the private bus and anywhere."""
    base = random.choice(list(BLOCKS.values()), count) + ALIAS * random.integers(0, 2, count)
    offset = random.integers(0, 0x400, count) + 0x1000 * random.integers(0, 4, count)
    offset = np.where(random.random(count) < 0.2, random.integers(0, 0x4000, count), offset)
    offset = np.where(random.random(count) < 0.7, offset & ~3, offset)
    chosen = base + offset
    kind = random.random(count)
    chosen = np.where(kind < 0.2, SYSTEM + random.integers(0, 0x1000, count), chosen)
    chosen = np.where(kind < 0.05, PRIVATE_BUS + random.integers(0, PRIVATE_BYTES, count), chosen)
    return np.where(kind < 0.01, random.integers(0, 1 << 32, count), chosen)


def test_a_debuggers_random_accesses(simulator_image: Path) -> None:
    random = np.random.default_rng(24)
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    core = board.core
    core.run(4_200_000)
    where = addresses(random, COUNT).tolist()
    sizes = random.choice([1, 2, 4], COUNT, p=[0.1, 0.1, 0.8]).tolist()
    single_bits = 1 << random.integers(0, 32, COUNT)
    values = np.where(random.random(COUNT) < 0.5, single_bits, random.integers(0, 1 << 32, COUNT)).tolist()
    reads = (random.random(COUNT) < 0.4).tolist()
    answered = 0
    for number, (address, size, value, read) in enumerate(zip(where, sizes, values, reads, strict=True)):
        if read:
            answered += core.read_memory(address, size) is not None
        else:
            answered += core.write_memory(address, value.to_bytes(4, "little")[:size])
        if number % ACCESSES_PER_WAIT == 0:
            core.run(core.now + 300)
    assert COUNT // 10 < answered < COUNT, "some are refused, most are not"
    core.power_on()
    core.faults.mvp_stuck = False
    assert core.read_memory(0x2000_0000, 4) is not None


FLAGS = (
    "-O1",
    "-fno-exceptions",
    "-Wl,--section-start=.vectors=0x08000000",
    "-Wl,-Tdata=0x20000000",
    "-Wl,-Tbss=0x20000100",
)
PROGRAM = """
typedef unsigned int u32;
extern "C" { extern volatile u32 faults, done, state; }
volatile u32 faults = 1, done = 1, state = 1;
static u32 Random() {
  u32 next = state;
  next ^= next << 13;
  next ^= next >> 17;
  next ^= next << 5;
  return state = next;
}
static const u32 kBases[] = {BASES};
extern "C" void Access(u32 kind, u32 address, u32 value);
asm(".text\\n.thumb\\n.global Access\\n.thumb_func\\nAccess:\\n"
    "tbb [pc, r0]\\n.byte 3, 5, 7, 9, 11, 13\\n"
    "ldrb r0, [r1]\\n bx lr\\n ldrh r0, [r1]\\n bx lr\\n ldr r0, [r1]\\n bx lr\\n"
    "strb r2, [r1]\\n bx lr\\n strh r2, [r1]\\n bx lr\\n str r2, [r1]\\n bx lr\\n");
extern "C" void first() {
  for (;;) {
    *reinterpret_cast<volatile u32*>(0xE000ED08) = 0x08000000;  // VTOR and the masks: it may have hit them
    asm volatile("cpsie i\\n cpsie f");
    const u32 pick = Random();
    u32 address = kBases[Random() % (sizeof(kBases) / sizeof(kBases[0]))] + (Random() & 0x3FFF);
    if ((pick >> 16 & 15) > 3) address &= 0xFFFFF3FC;
    if ((pick >> 20 & 1) != 0) address += 0x10000000;
    u32 value = Random();
    if ((pick >> 21 & 1) != 0) value = 1u << (value & 31);
    Access(pick % 6, address, value);
    done = done + 1;
  }
}
// Skips the access: each has two bytes.
extern "C" __attribute__((naked)) void Fault() {
  asm("ldr r0, [sp, #24]\\n adds r0, #2\\n str r0, [sp, #24]\\n ldr r0, =faults\\n ldr r1, [r0]\\n"
      "adds r1, #1\\n str r1, [r0]\\n bx lr\\n");
}
extern "C" __attribute__((naked)) void Return() { asm("bx lr"); }
struct Table { u32 stack; void (*handlers[15 + 76])(); };
extern "C" __attribute__((section(".vectors"), used)) const Table kTable = {
    0x20010000, {first, Return, Fault, Fault, Fault, Fault}};
"""


def test_a_programs_random_accesses(link: Callable[..., Path]) -> None:
    bases = ", ".join(f"{base:#x}" for base in BLOCKS.values())
    image = image_file.read(link(PROGRAM.replace("BASES", bases), *FLAGS, text=0x0800_0200))
    board = VirtualBoard()
    done = faults = 0
    for seed in range(1, 41):
        board.load(image)
        board.write_word("state", 2463534242 * seed % (1 << 32))
        stop = board.run(cycles=300_000, timeout_s=30)
        assert stop.reason in ENDS, stop.line()
        done += board.read_word("done")
        faults += board.read_word("faults")
    assert done > 50_000
    assert 1000 < faults < done
