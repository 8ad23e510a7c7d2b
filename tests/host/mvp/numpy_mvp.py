"""The accelerator a second time: slow, in numpy, written from the reference notes, not from host/mvp/*.cc.

Sections are those of the notes (hardware/mvp.md). Numeric conduct is 3.7's: each elementary operation rounds
to binary16, products before sums. Choices that the notes leave open are marked "open:".
"""

from dataclasses import dataclass, field

import numpy as np

# CFG2.ALUOP codes (3.6) whose meaning the notes state, by name; those marked as guesses are left out.
NOOP, CLEAR, COPY, SWAP, DBL, RELU2, NRELU2, INC2, DEC2 = 0, 1, 65, 66, 67, 70, 71, 72, 73
ADDR, MAX, MIN, ADDC, MAX2A, MIN2A = 74, 75, 76, 334, 339, 340
MULC, MULR2A, MAX4, MIN4, SQRMAGC2 = 397, 407, 411, 412, 413
MACC, AACC, MAXAC2, MINAC2, CLIP2A, MACR2A = 461, 462, 467, 468, 469, 471

PROGDONE, LOOPFAULT, BUSERRFAULT, BUSALIGNFAULT, ALUFAULT, ARRAYFAULT = (
    1 << b for b in (0, 24, 25, 26, 27, 28)
)
ALUNAN, ALUOF, STORECONVERTOF, STORECONVERTINF, STORECONVERTNAN = (1 << b for b in (10, 12, 14, 16, 17))

ONE = np.float16(1)
ZERO = np.float16(0)
NAN_BITS = 0x7E00  # open: the notes do not say which NaN an operation makes


@dataclass(frozen=True)
class CycleModel:
    """Cycles, by sections 5.2 and 5.4; `first_flash_word` and how `both_miss` overlaps by the fits there."""

    launch: int
    xy_dependency: int
    store_to_load: int
    ram_word: int
    flash_word: int
    first_flash_word: int
    both_miss: int = 0


CYCLE_MODELS = {
    "vendor-sim": CycleModel(0, 1, 0, 0, 0, 0),
    "device-flash": CycleModel(14, 1, 2, 1, 3, 5),
    "device-bothmiss": CycleModel(14, 1, 2, 1, 1, 5, 1),
}


@dataclass(frozen=True)
class Fault:
    """FAULTSTATUS and FAULTADDR, and the bit of IF."""

    flag: int
    pc: int
    array: int = 0
    bus: int = 0
    loop: int = 0
    address: int = 0


class _Stop(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


@dataclass
class Array:
    """ARRAY[n]: section 3.3."""

    base: int
    kind: int  # 0 uint8, 1 int8, 2 binary16, 3 reserved
    pair: bool
    size: list[int]
    stride: list[int]
    index: list[int] = field(default_factory=lambda: [0, 0, 0])

    @property
    def bytes(self) -> int:
        return (2 if self.kind == 2 else 1) * (2 if self.pair else 1)

    @property
    def address(self) -> int:
        elements = sum(i * s for i, s in zip(self.index, self.stride, strict=True))
        return (self.base + self.bytes * elements) & 0xFFFFFFFF

    def increment(self, dims: int) -> None:
        for d in range(3):
            if dims >> d & 1:
                self.index[d] = (self.index[d] + 1) % self.size[d]

    def reset(self, dims: int) -> None:
        for d in range(3):
            if dims >> d & 1:
                self.index[d] = 0


@dataclass
class Loop:
    """LOOP[n] and LOOPST[n]: section 3.4."""

    last: int
    increments: list[int]
    resets: list[int]
    count: int = 0
    active: bool = False
    begin: int = 0


@dataclass
class Region:
    """Memory on the bus; nothing writes to flash."""

    base: int
    data: np.ndarray
    flash: bool


def signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) & 1 else value


def group_bits(word: int) -> list[int]:
    """Three bits for each of five arrays, from bit 12, four bits apart."""
    return [word >> (12 + 4 * a) & 7 for a in range(5)]


class NumpyMvp:
    """Runs one 69-word launch image."""

    def __init__(self, image: np.ndarray, regions: list[Region], model: CycleModel) -> None:
        words = [int(word) for word in image]
        halves = np.array(words[:8], np.uint32).view(np.uint16).reshape(8, 2)
        self.registers = halves.view(np.float16).copy()
        self.arrays = [self._array(words[8 + 4 * n : 12 + 4 * n]) for n in range(5)]
        self.loops = [
            Loop(words[28 + 2 * n] & 0x3FF, group_bits(words[28 + 2 * n]), group_bits(words[29 + 2 * n]))
            for n in range(8)
        ]
        self.instructions = [words[44 + 3 * n : 47 + 3 * n] for n in range(8)]
        self.regions = regions
        self.model = model
        self.pc = 0
        self.flags = 0
        self.fault: Fault | None = None
        self.done = False
        self.now = 0  # cycles since the launch ended
        self.count = dict.fromkeys(
            (
                "RUN",
                "CMD",
                "STALL",
                "NOOP",
                "ALUACTIVE",
                "PIPESTALL",
                "IOFENCESTALL",
                "LOAD0STALL",
                "LOAD1STALL",
            ),
            0,
        )
        self.count["RUN"] = model.launch
        self.previous_z: int | None = None
        self.previous_partial_store = False
        self.held: list[int | None] = [None, None]  # word in each stream's cache
        self.first_use = [0, 0]
        self.held_up = 0

    @staticmethod
    def _array(words: list[int]) -> Array:
        base, dims = words[0], words[1:]
        size = [(word & 0x3FF) + 1 for word in dims]
        stride = [signed(word >> 16 & 0xFFF, 12) for word in dims]
        return Array(base, dims[0] >> 12 & 3, bool(dims[0] >> 14 & 1), size, stride)

    def run(self, instructions: int = 1 << 30) -> None:
        """Go on until the end, a fault, or so many instructions."""
        with np.errstate(all="ignore"):
            for _ in range(instructions):
                if self.done or self.fault is not None:
                    return
                try:
                    self._step()
                except _Stop as stop:
                    self.fault = stop.fault
                    self.flags |= stop.fault.flag

    # One instruction, in the order of section 3.2.
    def _step(self) -> None:
        cfg0, cfg1, cfg2 = self.instructions[self.pc]
        for n, loop in enumerate(self.loops):
            if cfg2 >> (2 * n) & 1 and not loop.active:
                loop.count, loop.active, loop.begin = 0, True, self.pc
        op = cfg2 >> 20 & 0x1FF
        loads = [cfg1 & 0x3FF, cfg1 >> 10 & 0x3FF]
        store = cfg1 >> 20 & 0x3FF
        dependent = self.previous_z is not None and (
            (op & 0x100 and cfg0 & 7 == self.previous_z) or (op & 0x080 and cfg0 >> 8 & 7 == self.previous_z)
        )
        pipe = self.model.xy_dependency if dependent else 0
        any_load = any(stream >> 3 & 1 for stream in loads)
        fence = self.model.store_to_load if self.previous_partial_store and any_load else 0
        arrivals = [self._load(s, stream) if stream >> 3 & 1 else None for s, stream in enumerate(loads)]
        z = cfg0 >> 28 & 7
        self._alu(op, cfg0, z)
        partial = self._store(store) if store >> 3 & 1 else False
        self._time(op, pipe, fence, arrivals)
        self.previous_z = None if op == NOOP else z
        self.previous_partial_store = partial
        self._end(cfg2)

    # Section 5.2 rules 1 to 3 and 5.4's reading F: a stream holds one word and fetches the next from the
    # moment on at which the held one is first used; an instruction waits for words that have not arrived.
    # Reading S: after two fetches at once the next instruction is held up, along with what else it waits for.
    def _time(self, op: int, pipe: int, fence: int, arrivals: list[int | None]) -> None:
        ready = self.now + pipe + fence
        free = max(ready, self.now + self.held_up)
        fetched = {s: arrival for s, arrival in enumerate(arrivals) if arrival is not None}
        issue = max([free, *fetched.values()])
        self.count["LOAD1STALL"] += free - ready  # of two fetches at once, LOAD1's is the second
        for s, arrival in fetched.items():
            self.first_use[s] = issue
            self.count[f"LOAD{s}STALL"] += max(0, arrival - (ready, free)[s])
        self.count["RUN"] += issue + 1 - self.now
        self.count["CMD"] += 1
        self.count["STALL"] += issue - self.now
        self.count["NOOP" if op == NOOP else "ALUACTIVE"] += 1
        self.count["PIPESTALL"] += pipe
        self.count["IOFENCESTALL"] += fence
        self.now = issue + 1
        self.held_up = self.model.both_miss if len(fetched) == 2 else 0

    def _locate(self, stream: int, bus: int) -> tuple[Array, Region, int]:
        number = stream >> 4 & 7
        if number >= 5 or self.arrays[number].kind == 3:
            raise _Stop(Fault(ARRAYFAULT, self.pc, number, bus))
        array = self.arrays[number]
        address = array.address
        if address % array.bytes:
            raise _Stop(Fault(BUSALIGNFAULT, self.pc, number, bus, 0, address))
        for region in self.regions:
            offset = address - region.base
            if 0 <= offset <= len(region.data) - array.bytes and not (bus == 3 and region.flash):
                return array, region, offset
        raise _Stop(Fault(BUSERRFAULT, self.pc, number, bus, 0, address))

    # Returns when the word that it had to fetch arrives, None when the stream held it.
    def _load(self, s: int, stream: int) -> int | None:
        array, region, offset = self._locate(stream, s + 1)
        dtype = (np.uint8, np.int8, np.float16)[array.kind]
        lanes = region.data[offset : offset + array.bytes].copy().view(dtype).astype(np.float16)
        self.registers[stream & 7] = (lanes[0], lanes[1] if array.pair else ZERO)
        array.increment(stream >> 7 & 7)
        before, self.held[s] = self.held[s], (region.base + offset) // 4
        if before == self.held[s]:
            return None
        if before is None:
            return self.model.first_flash_word if region.flash else 0
        return self.first_use[s] + (self.model.flash_word if region.flash else self.model.ram_word)

    def _store(self, stream: int) -> bool:
        array, region, offset = self._locate(stream, 3)
        values = self.registers[stream & 7][: 2 if array.pair else 1]
        if array.kind == 2:
            encoded = canonical(values).view(np.uint8)
        else:
            encoded = self._to_integer(values, array.kind == 1).view(np.uint8)
        region.data[offset : offset + array.bytes] = encoded
        array.increment(stream >> 7 & 7)
        return array.bytes < 4

    # Section 3.1: nearest, ties to even (3.7), saturating; NaN becomes 0, infinities saturate by sign.
    def _to_integer(self, values: np.ndarray, is_signed: bool) -> np.ndarray:
        low, high = (-128, 127) if is_signed else (0, 255)
        rounded = np.rint(values.astype(np.float64))
        if np.isnan(values).any():
            self.flags |= STORECONVERTNAN
        if np.isinf(values).any():
            self.flags |= STORECONVERTINF
        if ((rounded < low) | (rounded > high)).any():
            self.flags |= STORECONVERTOF
        clipped = np.clip(np.nan_to_num(rounded, nan=0.0, posinf=high, neginf=low), low, high)
        return clipped.astype(np.int8 if is_signed else np.uint8)

    def _operand(self, cfg0: int, shift: int) -> np.ndarray:
        value = self.registers[cfg0 >> shift & 7].copy()
        transform = cfg0 >> (shift + 4) & 0xF
        for lane in (0, 1):
            if transform >> (2 * lane) & 1:
                value[lane] = ZERO
            if transform >> (2 * lane + 1) & 1:
                value[lane] = -value[lane]
        return value

    def _alu(self, op: int, cfg0: int, z: int) -> None:
        if op == NOOP:
            return
        if op not in OPERATIONS:
            raise _Stop(Fault(ALUFAULT, self.pc))
        x, y, a = (self._operand(cfg0, shift) for shift in (0, 8, 16))
        self.registers[z] = OPERATIONS[op](self, x, y, a)

    def add(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return self._checked(np.add(a, b, dtype=np.float16), a, b)

    def multiply(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return self._checked(np.multiply(a, b, dtype=np.float16), a, b)

    def _checked(self, result: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        if not np.isfinite(result).all():
            if np.isnan(result).any():
                self.flags |= ALUNAN
            if (np.isinf(result) & np.isfinite(a) & np.isfinite(b)).any():
                self.flags |= ALUOF
        return result

    # Section 3.4. On a shared end from the highest number down, stopping at the first that goes back.
    def _end(self, cfg2: int) -> None:
        for n in reversed(range(8)):
            if not cfg2 >> (2 * n + 1) & 1:
                continue
            loop = self.loops[n]
            inside = [
                m for m in range(8) if self.loops[m].active and (self.loops[m].begin, m) > (loop.begin, n)
            ]
            if not loop.active or inside:
                raise _Stop(Fault(LOOPFAULT, self.pc, loop=n))
            if loop.count != loop.last:
                loop.count += 1
                self.pc = loop.begin
                return
            loop.count, loop.active = 0, False
            self.flags |= 2 << n
            for array, increments, resets in zip(self.arrays, loop.increments, loop.resets, strict=True):
                array.increment(increments)
                array.reset(resets)
        if cfg2 >> 31:
            self.done = True
            self.flags |= PROGDONE
        elif self.pc == 7:
            raise _Stop(Fault(LOOPFAULT, self.pc))
        else:
            self.pc += 1


def canonical(values: np.ndarray) -> np.ndarray:
    """Bits of binary16 values, uint16, every NaN as one."""
    return np.where(np.isnan(values), np.uint16(NAN_BITS), values.view(np.uint16)).astype(np.uint16)


def lanes(real: np.float16, imaginary: np.float16 = ZERO) -> np.ndarray:
    return np.array([real, imaginary], np.float16)


# open: a NaN in either operand gives NaN, and +0 is above -0, as IEEE 754-2019's maximum and minimum have it.
# Operations with one result leave +0 in the other lane, as ADDR does.
def larger(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    zeros = np.where(np.signbit(a), b, a)
    return np.where((a == 0) & (b == 0), zeros, np.maximum(a, b))


def smaller(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return -larger(-a, -b)


def squares(m: NumpyMvp, v: np.ndarray) -> np.float16:
    products = m.multiply(v, v)
    return m.add(products[0], products[1])


def complex_multiply(m: NumpyMvp, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    real = m.add(m.multiply(x[0], y[0]), -m.multiply(x[1], y[1]))
    return lanes(real, m.add(m.multiply(x[0], y[1]), m.multiply(x[1], y[0])))


# open: the order of the two products of a lane; here as written, from the left.
def complex_accumulate(m: NumpyMvp, x: np.ndarray, y: np.ndarray, a: np.ndarray) -> np.ndarray:
    real = m.add(m.add(a[0], m.multiply(x[0], y[0])), -m.multiply(x[1], y[1]))
    return lanes(real, m.add(m.add(a[1], m.multiply(x[0], y[1])), m.multiply(x[1], y[0])))


OPERATIONS = {
    CLEAR: lambda m, x, y, a: lanes(ZERO),
    COPY: lambda m, x, y, a: a,
    SWAP: lambda m, x, y, a: a[::-1],
    DBL: lambda m, x, y, a: m.add(a, a),
    RELU2: lambda m, x, y, a: larger(a, lanes(ZERO, ZERO)),
    NRELU2: lambda m, x, y, a: smaller(a, -lanes(ZERO, ZERO)),
    INC2: lambda m, x, y, a: m.add(a, lanes(ONE, ONE)),
    DEC2: lambda m, x, y, a: m.add(a, -lanes(ONE, ONE)),
    ADDR: lambda m, x, y, a: lanes(m.add(a[0], a[1])),
    MAX: lambda m, x, y, a: lanes(larger(a[0], a[1])),
    MIN: lambda m, x, y, a: lanes(smaller(a[0], a[1])),
    ADDC: lambda m, x, y, a: m.add(x, a),
    MAX2A: lambda m, x, y, a: larger(x, a),
    MIN2A: lambda m, x, y, a: smaller(x, a),
    MULC: lambda m, x, y, a: complex_multiply(m, x, y),
    MULR2A: lambda m, x, y, a: m.multiply(x, y),
    MAX4: lambda m, x, y, a: lanes(larger(larger(x[0], x[1]), larger(y[0], y[1]))),
    MIN4: lambda m, x, y, a: lanes(smaller(smaller(x[0], x[1]), smaller(y[0], y[1]))),
    SQRMAGC2: lambda m, x, y, a: lanes(squares(m, x), squares(m, y)),
    MACC: lambda m, x, y, a: complex_accumulate(m, x, y, a),
    AACC: lambda m, x, y, a: m.add(m.add(a, x), y),
    MAXAC2: lambda m, x, y, a: larger(larger(x, y), a),
    MINAC2: lambda m, x, y, a: smaller(smaller(x, y), a),
    CLIP2A: lambda m, x, y, a: smaller(larger(a, x), y),
    MACR2A: lambda m, x, y, a: m.add(a, m.multiply(x, y)),
}
