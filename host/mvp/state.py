"""What the accelerator's model shows of a program: the states of its loops, and the fault that stopped it."""

from dataclasses import dataclass

from host.mvp.registers import Flag


@dataclass(frozen=True)
class LoopState:
    """LOOPST[n].STATE: `count` iterations done (0…1023), `begin` the instruction it goes back to."""

    count: int
    active: bool
    begin: int


@dataclass(frozen=True)
class Fault:
    """Why and where a program stopped; `array`, `bus` ("LOAD0", …) and `address` with faults of memory."""

    flag: Flag
    pc: int
    array: int
    bus: str | None
    loop: int
    address: int

    def __str__(self) -> str:
        where = f"instruction {self.pc}"
        if self.bus is not None:
            where += f", {self.bus} of array {self.array} at 0x{self.address:08x}"
        return f"{self.flag.name} in {where}"
