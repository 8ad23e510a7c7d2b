"""Faults as the command line writes them."""

import pytest

from host.errors import UsageError
from host.sim import injection
from host.sim.injection import Injection


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("power-cut@1000", Injection("power-cut", 1000, (0,))),
        ("power-cut@1_000:restart", Injection("power-cut", 1000, (1,))),
        ("flip-bit@0:0x20000010,7", Injection("flip-bit", 0, (0x2000_0010, 7))),
        ("flip-register@5:PC,31", Injection("flip-register", 5, (15, 31))),
        ("flip-register@5:psp,2", Injection("flip-register", 5, (18, 2))),
        ("serial-drop@5", Injection("serial-drop", 5, (1_000_000, 1))),
        ("serial-corrupt@5:1000,7", Injection("serial-corrupt", 5, (1000, 7))),
        ("hfxo-dead@0x10", Injection("hfxo-dead", 16)),
        ("hfxo-dead@010", Injection("hfxo-dead", 10)),
        ("hfxo-dead@9223372036854775807", Injection("hfxo-dead", 2**63 - 1)),
        ("mvp-stuck@0", Injection("mvp-stuck", 0)),
        ("flash-stuck@0:0x08000000,0x81", Injection("flash-stuck", 0, (0x0800_0000, 0x81))),
        ("swd-wait@5:10000,3", Injection("swd-wait", 5, (10_000, 3))),
        ("swd-fault@0:10", Injection("swd-fault", 0, (10, 1))),
        ("swd-parity@0", Injection("swd-parity", 0, (1_000_000, 1))),
        ("probe-pull@7:0x100", Injection("probe-pull", 7, (256,))),
        ("probe-pull@7", Injection("probe-pull", 7, (0,))),
        ("debug-lock@0", Injection("debug-lock", 0, (0,))),
        ("debug-lock@0:forever", Injection("debug-lock", 0, (1,))),
        ("se-start@0:2500", Injection("se-start", 0, (2500, 0))),
        ("se-start@0:2500,fault", Injection("se-start", 0, (2500, 1))),
    ],
)
def test_faults(text: str, fault: Injection) -> None:
    assert injection.parse(text) == fault


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is no fault"),
        ("power-cut", "is no fault"),
        ("power-cut@", "is no fault"),
        ("power-cut@-1", "is no fault"),
        ("meteor@1", "unknown kind meteor: there are power-cut"),
        ("power-cut@1:later", "is not restart"),
        ("hfxo-dead@1:x", "takes no arguments"),
        ("flip-bit@1", "address of a byte and a bit"),
        ("flip-bit@010:", "address of a byte and a bit from 0 to 7, such as"),
        ("flip-bit@1:,1", "'' is no number"),
        ("flip-bit@1:010,x", "'x' is no number"),
        ("power-cut@99999999999999999999999", r"9999 is not within 0 to 2\*\*63-1"),
        ("flip-bit@9223372036854775808:0x20000000,1", "is not within"),
        ("power-cut@_", "'_' is no number"),
        ("flip-bit@1:0x20000000", "address of a byte and a bit"),
        ("flip-bit@1:0x20000000,8", "address of a byte and a bit"),
        ("flip-bit@1:0x120000000,1", "address of a byte and a bit"),
        ("flip-bit@1:-1,1", "negative"),
        ("flip-register@1:r16,0", "give a register"),
        ("flip-register@1:r1,32", "give a register"),
        ("serial-drop@1:2000000", "parts per million"),
        ("serial-drop@1:1,2,3", "parts per million"),
        ("serial-drop@1:1,0x10000000000000000", "a seed below"),
        ("flash-stuck@1:0,256", "bits that stay 1"),
        ("swd-wait@1:1000001", "parts per million"),
        ("probe-pull@1:-5", "negative"),
        ("probe-pull@1:1,2", "how many transfers"),
        ("debug-lock@1:always", "is not forever"),
        ("se-start@1", "is no number"),
        ("se-start@1:2000000", "microseconds up to"),
        ("se-start@1:5,ok", "is not fault"),
    ],
)
def test_wrong_faults_are_named(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        injection.parse(text)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Injection("bogus", 0), "no fault of the kind 'bogus': there are power-cut"),
        (Injection("power-cut", -1), "is not within"),
        (Injection("power-cut", 1 << 63), "is not within"),
        (Injection("power-cut", 0, (2,)), "1 if the power comes back"),
        (Injection("mvp-stuck", 0, (1,)), "it takes no arguments"),
        (Injection("flip-bit", 0), "address of a byte and a bit"),
        (Injection("flip-register", 0, (19, 0)), "give a register"),
        (Injection("serial-drop", 0, (5,)), "parts per million"),
        (Injection("flash-stuck", 0, (0x0800_0000, -1)), "bits that stay 1"),
    ],
)
def test_wrong_faults_from_python_are_named(fault: Injection, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        injection.check(fault)


def test_only_a_power_cut_restarts() -> None:
    assert Injection("power-cut", 0, (1,)).restarts
    assert not Injection("power-cut", 0).restarts
    assert not Injection("serial-drop", 0, (1, 1)).restarts


def test_help_names_every_kind() -> None:
    assert all(f"{kind}@CYCLE" in injection.HELP for kind in injection.KINDS)
