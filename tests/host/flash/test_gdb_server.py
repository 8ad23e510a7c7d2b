"""pyocd gdbserver as a child: how it is started, and what is said when it does not start."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_debug_port import FakeDebugPort

from host.errors import ProbeError, TargetError
from host.flash import gdb_server
from host.flash.probes import Probe
from host.flash.session import Reach
from host.flash.virtual.virtual_probe import attached

REACH = Reach("efr32mg24b310f1536im48", 4_000_000)

SERVER = """
import signal, sys, time
print("0000100 I Target type is efr32mg24b310f1536im48 [board]", file=sys.stderr)
for number in range(20000):
    print("0000200 I chatter that nobody reads [board]", file=sys.stderr)
print("0000300 E something failed, but not all [cortex_m]", file=sys.stderr)
print("0000400 I GDB server listening on port 50123 (core 0) [gdbserver]", file=sys.stderr, flush=True)
try:
    time.sleep(60)
except KeyboardInterrupt:
    open(sys.argv[1], "w").write("let go")
"""


@pytest.fixture
def probe() -> Probe:
    with attached(FakeDebugPort().answer, "bench") as handle:
        return Probe("virtual", "bench", "Earshot virtual xG24", "", handle)


def stand_in(monkeypatch: pytest.MonkeyPatch, code: str, *arguments: str) -> None:
    command = [sys.executable, "-c", code, *arguments]
    monkeypatch.setattr(gdb_server, "_command", lambda *_: command)


def test_it_names_the_probe_and_the_target(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = []

    def start(command: list[str], **_: object) -> None:
        commands.append(command)
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "Popen", start)
    for persist in (False, True):
        with pytest.raises(FileNotFoundError), gdb_server.started(probe, REACH, persist):
            pass
    text = " ".join(commands[0])
    assert "-m pyocd gdbserver" in text
    assert "--uid earshot:bench --target efr32mg24b310f1536im48 --frequency 4000000 --port 0" in text
    assert ("--persist" in commands[0], "--persist" in commands[1]) == (False, True)


def test_a_probe_that_pyocd_does_not_know() -> None:
    stranger = Probe("stlink", "0001", "STLink", "", object())
    with (
        pytest.raises(ProbeError, match=r"probe 0001 \(STLink\) is of no type that pyocd gdbserver"),
        gdb_server.started(stranger, REACH),
    ):
        pass


def test_it_is_ended_by_ctrl_c(probe: Probe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, SERVER, str(tmp_path / "said"))
    with gdb_server.started(probe, REACH) as server:
        assert server.port == 50123
        assert not server.ended
        assert server.complaint == "something failed, but not all"
    assert server.ended
    assert (tmp_path / "said").read_text() == "let go"


def test_it_ends_in_order_in_the_background_too(
    probe: Probe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in(monkeypatch, SERVER, str(tmp_path / "said"))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with gdb_server.started(probe, REACH):
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert (tmp_path / "said").read_text() == "let go"


def test_one_that_does_not_end_is_killed(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gdb_server, "_END_S", 0.3)
    deaf = "signal.signal(15, signal.SIG_IGN); signal.signal(2, signal.SIG_IGN)\ntry:"
    stand_in(monkeypatch, SERVER.replace("try:", deaf), "nowhere")
    with gdb_server.started(probe, REACH) as server:
        time.sleep(0.2)
    assert server.ended


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            "0000300 C Target not detected. Check connection. [__main__]",
            "Target not detected. Check connection.",
        ),
        ("0000300 E No cores were discovered! [discovery]\\n0000310 I bye [x]", "No cores were discovered!"),
        ("Traceback: out of memory", "Traceback: out of memory"),
        ("", "it says nothing"),
    ],
)
def test_one_that_ends_at_once(probe: Probe, monkeypatch: pytest.MonkeyPatch, said: str, reason: str) -> None:
    stand_in(monkeypatch, f"import sys; print({said!r}.encode().decode('unicode_escape'), file=sys.stderr)")
    with (
        pytest.raises(TargetError, match=f"^pyocd gdbserver could not connect: {reason}$"),
        gdb_server.started(probe, REACH),
    ):
        pass


def test_one_that_never_listens(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gdb_server, "START_S", 0.3)
    stand_in(monkeypatch, "import time; time.sleep(60)")
    with (
        pytest.raises(TargetError, match=r"does not listen after 0\.3 s: it says nothing"),
        gdb_server.started(probe, REACH),
    ):
        pass


def test_pyocds_own_reason_is_told(probe: Probe) -> None:
    # The real one: no board of this name is served.
    with (
        pytest.raises(TargetError, match=r"could not connect: .*(bench|[Pp]robe)"),
        gdb_server.started(probe, REACH),
    ):
        pass
