"""The virtual probe as pyOCD sees it: listed, chosen, opened, and its errors."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_debug_port import DPIDR, DRW, IDR, TAR, FakeDebugPort
from pyocd.core import exceptions
from pyocd.core.session import Session
from pyocd.probe.aggregator import DebugProbeAggregator
from pyocd.probe.debug_probe import DebugProbe

from host.flash.virtual.virtual_probe import VirtualProbe, attached
from host.flash.xg24.target import GENERIC
from host.sim import registry
from host.sim.registry import ServedBoard

RAM = 0x2000_0000


@pytest.fixture(autouse=True)
def no_other_boards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.fixture
def fake() -> FakeDebugPort:
    return FakeDebugPort()


@pytest.fixture
def probe(fake: FakeDebugPort) -> Iterator[VirtualProbe]:
    """A probe that is open and connected."""
    with attached(fake.answer, "bench") as made:
        made.open()
        made.connect(DebugProbe.Protocol.DEFAULT)
        yield made
        made.close()


def found(unique_id: str | None = None) -> list[str]:
    return [each.unique_id for each in DebugProbeAggregator.get_all_connected_probes(unique_id)]


def test_served_boards_are_listed() -> None:
    assert found() == []
    with (
        registry.registered(ServedBoard("bench-1", os.getpid(), "/dev/pts/8", debug="127.0.0.1:1")),
        registry.registered(ServedBoard("bench-2", os.getpid(), "/dev/pts/9", debug="127.0.0.1:1")),
        registry.registered(ServedBoard("bench-3", os.getpid(), "/dev/pts/10")),  # without a debug port
    ):
        assert found() == ["bench-1", "bench-2"]
        assert found("earshot:") == ["bench-1", "bench-2"]
        assert found("earshot:bench-2") == ["bench-2"]
        assert found("BENCH-2") == ["bench-2"]
        assert VirtualProbe.get_probe_with_id("bench-1").unique_id == "bench-1"
        assert VirtualProbe.get_probe_with_id("bench") is None
    assert found() == []


def test_a_port_of_this_process_is_listed_while_it_is_attached(fake: FakeDebugPort) -> None:
    with attached(fake.answer, "bench"):
        assert found() == ["bench"]
    assert found() == []


def test_boards_that_cannot_be_listed_keep_nobody_from_real_probes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "earshot").write_text("no folder")
    assert found() == []
    assert "virtual boards cannot be listed" in caplog.text


def test_a_board_that_is_gone_says_so_when_it_is_opened() -> None:
    entry = ServedBoard("bench", os.getpid(), "/dev/pts/8", debug="127.0.0.1:1")
    with registry.registered(entry):
        (probe,) = DebugProbeAggregator.get_all_connected_probes("bench")
        assert probe.associated_board_info.target == GENERIC
        with pytest.raises(exceptions.ProbeError, match=r"no debug port answers at 127\.0\.0\.1:1"):
            probe.open()
        assert not probe.is_open


def test_its_states(fake: FakeDebugPort) -> None:
    with attached(fake.answer, "bench") as probe:
        assert (probe.is_open, probe.wire_protocol) == (False, None)
        probe.open()
        probe.open()
        probe.set_clock(4_000_000)
        assert (probe.is_open, probe.wire_protocol) == (True, None)
        probe.connect(DebugProbe.Protocol.SWD)
        assert probe.wire_protocol == DebugProbe.Protocol.SWD
        assert fake.requests[-1] == b"\x01" + (4_000_000).to_bytes(4, "little")
        probe.disconnect()
        assert probe.wire_protocol is None
        probe.close()
        probe.close()
        assert not probe.is_open


def test_what_needs_an_open_probe(fake: FakeDebugPort) -> None:
    with attached(fake.answer, "bench") as probe:
        for call in (probe.connect, probe.disconnect, probe.flush, probe.counters):
            with pytest.raises(exceptions.ProbeError, match="probe of virtual board bench is not open"):
                call()


def test_there_is_no_jtag(probe: VirtualProbe) -> None:
    with pytest.raises(exceptions.ProbeError, match="has no JTAG: use SWD"):
        probe.connect(DebugProbe.Protocol.JTAG)


@pytest.mark.parametrize("swclk_hz", [0, 999, 100_000_001])
def test_frequencies_that_are_not_possible(probe: VirtualProbe, swclk_hz: int) -> None:
    with pytest.raises(exceptions.ProbeError, match="a virtual board takes 1,000 to 100,000,000 Hz"):
        probe.set_clock(swclk_hz)


def test_registers(probe: VirtualProbe, fake: FakeDebugPort) -> None:
    assert probe.read_dp(0) == DPIDR
    assert probe.read_dp(0, now=False)() == DPIDR
    assert probe.read_ap(IDR, now=False)() == 0x1477_0015
    assert probe.read_ap(1 << 24 | IDR) == 0
    probe.write_ap(TAR, RAM)
    probe.write_ap_multiple(DRW, [5, 6, 7])
    probe.write_ap(TAR, RAM)
    assert probe.read_ap_multiple(DRW, 2) == [5, 6]
    assert list(probe.read_ap_multiple(DRW, 1, now=False)()) == [7]
    assert fake.memory == {RAM: 5, RAM + 4: 6, RAM + 8: 7}


def test_reset_takes_simulated_time(fake: FakeDebugPort) -> None:
    with attached(fake.answer, "bench") as probe:
        options = {"reset.hold_time": 0.02, "reset.post_delay": 0.03, "target_override": "cortex_m"}
        Session(probe, no_config=True, options=options)
        probe.open()
        probe.reset()
        assert [request for request in fake.requests if request[0] == 0x07] == [b"\x07\x01", b"\x07\x00"]
        assert fake.idle_ns == 50_000_000
        assert probe.simulated_seconds == pytest.approx(0.05)
        probe.assert_reset(True)
        assert probe.is_reset_asserted()
        probe.assert_reset(False)
        assert not probe.is_reset_asserted()
        probe.close()


def test_counters_start_anew(probe: VirtualProbe, fake: FakeDebugPort) -> None:
    probe.read_dp(0)
    assert probe.counters().swclk_cycles == 46
    probe.counters(reset=True)
    assert fake.requests[-1] == b"\x08\x01"


@pytest.mark.parametrize("call", ["counters", "disconnect", "connect", "flush_after_a_write"])
def test_a_pulled_probe_is_a_lost_one(probe: VirtualProbe, fake: FakeDebugPort, call: str) -> None:
    probe.write_ap(TAR, RAM)
    fake.pulled_at = len(fake.requests)
    with pytest.raises(exceptions.ProbeDisconnected, match="the debug probe is gone"):
        getattr(probe, call if call != "flush_after_a_write" else "flush")()
    # Closing raises nothing: pyOCD closes after each error.
    probe.close()


def test_the_board_names_the_target_type(fake: FakeDebugPort) -> None:
    with attached(fake.answer, "bench") as probe:
        info = probe.associated_board_info
        assert info.target == "efr32mg24b310f1536im48"
        assert info.name == "virtual board bench"
        assert Session(probe, no_config=True).board.target_type == info.target


def test_an_unknown_part_is_taken_for_any_of_the_family() -> None:
    with attached(FakeDebugPort(order_code="EFR32MG24Z999").answer, "bench") as probe:
        assert probe.associated_board_info.target == GENERIC


def test_switch_sequences_select_anew(probe: VirtualProbe, fake: FakeDebugPort) -> None:
    probe.read_ap(IDR)
    probe.swj_sequence(51, (1 << 51) - 1)
    before = len(fake.transfers)
    probe.read_ap(IDR)
    assert len(fake.transfers) == before + 2
