"""The accelerator's ALU operations: codes of INSTR[n].CFG2.ALUOP and the operands that they read."""

from dataclasses import dataclass

_NAMES = {
    0: "NOOP", 1: "CLEAR", 65: "COPY", 66: "SWAP", 67: "DBL", 68: "FANA", 69: "FANB", 70: "RELU2",
    71: "NRELU2", 72: "INC2", 73: "DEC2", 74: "ADDR", 75: "MAX", 76: "MIN", 292: "RSQR2B", 334: "ADDC",
    339: "MAX2A", 340: "MIN2A", 350: "XREALC2", 351: "XIMAGC2", 353: "ADDR2B", 354: "MAX2B", 355: "MIN2B",
    397: "MULC", 407: "MULR2A", 408: "MULR2B", 410: "ADDR4", 411: "MAX4", 412: "MIN4", 413: "SQRMAGC2",
    416: "PRELU2B", 461: "MACC", 462: "AACC", 463: "ELU2A", 464: "ELU2B", 465: "IFR2A", 466: "IFR2B",
    467: "MAXAC2", 468: "MINAC2", 469: "CLIP2A", 470: "CLIP2B", 471: "MACR2A", 472: "MACR2B", 473: "IFC",
}  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """An ALU operation; bits 8, 7 and 6 of its code say whether it reads X, Y and A."""

    code: int

    @property
    def name(self) -> str:
        """The manual's name, "OP511" for a code that has none."""
        return _NAMES.get(self.code, f"OP{self.code}")

    @property
    def known(self) -> bool:
        """Whether the code has a name; the others fault."""
        return self.code in _NAMES

    @property
    def reads(self) -> str:
        """Which of "XYA" it reads, in the order in which they are written."""
        return "".join(operand for operand, bit in (("X", 8), ("Y", 7), ("A", 6)) if self.code >> bit & 1)

    @property
    def writes(self) -> bool:
        """Whether it writes Z."""
        return self.code != 0
