"""Registers over a debug port: what is selected, what is repeated, and what becomes of errors."""

import pytest
from fake_debug_port import (
    CTRL_STAT,
    DPIDR,
    DRW,
    FAULT,
    IDR,
    NO_ANSWER,
    NOTHING_THERE,
    PARITY,
    RDBUFF,
    SELECT,
    STICKYERR,
    TAR,
    WAIT,
    FakeDebugPort,
)
from hypothesis import given
from hypothesis import strategies as st
from pyocd.core import exceptions

from host.flash.virtual.debug_link import InProcessLink
from host.flash.virtual.swd import MENDS, SwdPort

RAM = 0x2000_0000
READ = 2
AP = 1


def port_on(fake: FakeDebugPort) -> SwdPort:
    return SwdPort(InProcessLink(fake.answer))


def write_words(port: SwdPort, address: int, words: list[int]) -> None:
    port.write_ap(TAR, (address,))
    port.write_ap(DRW, words)


def test_dpidr_is_the_first_transfer() -> None:
    fake = FakeDebugPort()
    assert port_on(fake).read_dp(0) == DPIDR
    assert fake.transfers == [(READ, None)]


def test_access_port_and_bank_are_selected_when_they_change() -> None:
    fake = FakeDebugPort()
    port = port_on(fake)
    assert port.read_ap(IDR, 1) == [0x1477_0015]
    assert port.read_ap(1 << 24 | IDR, 1) == [0]
    port.write_ap(TAR, (RAM,))
    port.write_ap(DRW, (1, 2))
    port.read_dp(CTRL_STAT)
    assert [word for request, word in fake.transfers if request == SELECT] == [0xF0, 0x0100_00F0, 0]
    assert fake.memory == {RAM: 1, RAM + 4: 2}


def test_a_block_is_one_request() -> None:
    fake = FakeDebugPort(memory={RAM + 4 * index: index for index in range(256)})
    port = port_on(fake)
    port.write_ap(TAR, (RAM,))
    before = len(fake.requests)
    assert port.read_ap(DRW, 256) == list(range(256))
    assert len(fake.requests) == before + 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (FAULT, exceptions.TransferFaultError),
        (WAIT, exceptions.TransferTimeoutError),
        (PARITY, exceptions.TransferProtocolError),
        (NO_ANSWER, exceptions.TransferError),
    ],
)
def test_errors_are_pyocds(answer: int, error: type[Exception]) -> None:
    fake = FakeDebugPort(answers={1: answer})
    with pytest.raises(error) as caught:
        port_on(fake).read_ap(IDR, 1)
    assert type(caught.value) is error


def test_wait_is_repeated_for_a_tenth_of_a_second() -> None:
    fake = FakeDebugPort()
    port = port_on(fake)
    for swclk_hz, waits in ((1_000_000, 7_692), (100_000_000, 0xFFFF), (1_000, 7)):
        port.set_clock(swclk_hz)
        port.read_dp(0)
        assert int.from_bytes(fake.requests[-1][1:3], "little") == waits


def test_a_pulled_probe() -> None:
    fake = FakeDebugPort(pulled_at=2)
    port = port_on(fake)
    write_words(port, RAM, [1])
    with pytest.raises(exceptions.ProbeDisconnected, match="the debug probe is gone"):
        port.read_dp(0)


def test_a_bus_error_of_a_write_is_told_by_settle() -> None:
    fake = FakeDebugPort()
    port = port_on(fake)
    write_words(port, NOTHING_THERE, [1])
    with pytest.raises(exceptions.TransferFaultError):
        port.settle()
    assert port.read_dp(CTRL_STAT) & STICKYERR
    # The flags are pyOCD's to clear; nothing is sent before, and settling has nothing to wait for.
    sent = len(fake.transfers)
    port.settle()
    assert len(fake.transfers) == sent
    port.write_dp(0, 0x1E)
    assert port.read_ap(TAR, 1) == [NOTHING_THERE + 4]


def test_settle_costs_one_transfer_after_writes_only() -> None:
    fake = FakeDebugPort()
    port = port_on(fake)
    write_words(port, RAM, [1])
    port.settle()
    assert fake.transfers[-1] == (READ | RDBUFF, None)
    port.read_ap(DRW, 1)
    sent = len(fake.transfers)
    port.settle()
    assert len(fake.transfers) == sent


def test_a_write_that_arrives_with_a_wrong_parity_for_ever() -> None:
    fake = FakeDebugPort(garbled=set(range(2, 1000)))
    port = port_on(fake)
    port.write_ap(TAR, (RAM,))
    port.write_ap(DRW, (1,))
    with pytest.raises(exceptions.TransferFaultError):
        port.settle()
    assert len(fake.transfers) < 6 * MENDS


words = st.integers(0, 0xFFFF_FFFF)
accesses = st.lists(
    st.tuples(st.sampled_from("wrs"), st.integers(0, 15), st.lists(words, min_size=1, max_size=12)),
    max_size=8,
)


@given(accesses, st.sets(st.integers(0, 120), max_size=12))
def test_writes_that_arrive_with_a_wrong_parity_are_sent_again(
    steps: list[tuple[str, int, list[int]]], garbled: set[int]
) -> None:
    def run(fake: FakeDebugPort) -> list[int]:
        port = port_on(fake)
        seen = []
        for kind, place, data in steps:
            port.write_ap(TAR, (RAM + 4 * place,))
            if kind == "w":
                port.write_ap(DRW, data)
            elif kind == "r":
                seen += port.read_ap(DRW, len(data))
            else:
                seen += port.read_ap(1 << 24 | IDR, 1)
        port.settle()
        return seen

    # One write in seven at most: more in a row than are mended is another test.
    spread = {number for number in garbled if number % 7 == 0}
    clean, noisy = FakeDebugPort(), FakeDebugPort(garbled=spread)
    assert run(noisy) == run(clean)
    assert noisy.memory == clean.memory
