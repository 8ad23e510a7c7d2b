from dataclasses import dataclass, field

import pytest

from host.errors import TargetError
from host.flash.debug_challenge import Interface, refusal

TAR, DRW = 0x0100_0004, 0x0100_000C
VAULT_REPLY = 0x28  # bytes, with the debug status in the eighth word after the length
MID_REPLY = 0x14  # in the fourth


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class SecurityEngine:
    """The window of AP 1 as hardware description section 9 has it."""

    clock: Clock = field(default_factory=Clock)
    identity: int = 0x000D_C11D
    reply: tuple[int, ...] = ()
    delay_s: float = 0.02
    tar: int = 0
    written: list[int] = field(default_factory=list)
    due: list[int] = field(default_factory=list)
    ready_at: float = 0.0

    def write_ap(self, address: int, value: int) -> None:
        if address == TAR:
            self.tar = value
            return
        assert (address, self.tar) == (DRW, 0x1000)
        self.written.append(value)
        if len(self.written) % 2 == 0:
            self.due = list(self.reply)
            self.ready_at = self.clock.now() + self.delay_s

    def read_ap(self, address: int) -> int:
        assert address == DRW
        if self.tar == 0x10FC:
            return self.identity
        if self.tar == 0x1008:
            return 0x100 if self.due and self.clock.now() >= self.ready_at else 0
        assert self.tar == 0x1004
        return self.due.pop(0)


def interface(engine: SecurityEngine) -> Interface:
    return Interface(engine, engine.clock)


def reply(length: int, word: int, status: int) -> tuple[int, ...]:
    words = [0xFFFF_FFFF] * (length // 4 - 1)
    words[word] = status
    return (length, *words)


@pytest.mark.parametrize(("length", "word"), [(VAULT_REPLY, 7), (MID_REPLY, 3), (8, 0)])
@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        (0x00, (False, False, False, False)),
        (0x02, (False, False, True, False)),
        (0x23, (True, True, True, False)),
        (0x25, (True, True, False, True)),
    ],
)
def test_status(length: int, word: int, bits: int, expected: tuple[bool, ...]) -> None:
    engine = SecurityEngine(reply=reply(length, word, bits))
    status = interface(engine).status()
    assert engine.written == [8, 0xFE01_0000]
    assert (status.locked, status.lock_configured, status.erase_enabled, status.secure_debug) == expected


def test_erase_sends_the_command_and_waits_for_the_end() -> None:
    engine = SecurityEngine(reply=(4,), delay_s=2.0)
    interface(engine).erase_device()
    assert engine.written == [8, 0x430F_0000]
    assert engine.clock.now() >= 2.0


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        (SecurityEngine(identity=0x1477_0015), "no debug challenge interface"),
        (SecurityEngine(reply=(0x0005_0004,)), "refuses the command 0xfe010000: code 0x0005"),
        (SecurityEngine(reply=(0x4000,)), "a reply of 16384 bytes"),
        (SecurityEngine(reply=(4,)), "says nothing of the debug lock"),
        (SecurityEngine(reply=(8, 0), delay_s=9.0), "does not answer within 1 s"),
        (SecurityEngine(reply=(12, 0)), "does not answer within 1 s"),
    ],
)
def test_what_is_no_answer(engine: SecurityEngine, message: str) -> None:
    with pytest.raises(TargetError, match=message):
        interface(engine).status()


def test_a_locked_part_is_explained() -> None:
    locked = interface(SecurityEngine(reply=(8, 0x23))).status()
    assert "--recover unlocks it, and erases all of its flash" in str(refusal(locked))
    for_ever = interface(SecurityEngine(reply=(8, 0x21))).status()
    assert "locked for debuggers for ever" in str(refusal(for_ever))
