"""Choosing a port: named, the only one with the probe's ids, several, none, virtual."""

import pytest

from host.errors import BuildError, FirmwareError, LinkError
from host.link import ports
from host.link.ports import UsbPort
from host.sim import registry
from host.sim.registry import ServedBoard

JLINK = UsbPort("/dev/ttyACM0", "1366:0105", "J-Link")
OTHER_JLINK = UsbPort("/dev/ttyACM1", "1366:1015", "J-Link OB")
ADAPTER = UsbPort("/dev/ttyUSB0", "0403:6001", "FT232R")


def test_a_named_port_is_taken() -> None:
    assert ports.find(None, "/dev/ttyS7", []) == "/dev/ttyS7"
    assert ports.find("virtual", "socket://127.0.0.1:5000", []) == "socket://127.0.0.1:5000"


@pytest.mark.parametrize("jlink", [JLINK, OTHER_JLINK])
@pytest.mark.parametrize("board", [None, "xg24", "brd2601b"])
def test_the_only_port_with_the_probes_ids(board: str | None, jlink: UsbPort) -> None:
    assert ports.find(board, None, [ADAPTER, jlink]) == jlink.path


def test_several_ports_are_listed() -> None:
    listed = r"/dev/ttyACM0 \(J-Link\), /dev/ttyACM1 \(J-Link OB\); name one with --port"
    with pytest.raises(LinkError, match="several ports could be the brd2601b: " + listed):
        ports.find(None, None, [JLINK, ADAPTER, OTHER_JLINK])


def test_a_person_may_choose_among_several() -> None:
    asked = []

    def choose(title: str, listed) -> int:
        asked.append((title, *listed))
        return 1

    assert ports.find("xg24", None, [JLINK, ADAPTER, OTHER_JLINK], choose) == OTHER_JLINK.path
    assert asked == [
        ("several ports could be the brd2601b", "/dev/ttyACM0 (J-Link)", "/dev/ttyACM1 (J-Link OB)")
    ]
    # Where there is one, or one is named, nobody is asked.
    assert ports.find("xg24", None, [JLINK], choose) == JLINK.path
    assert ports.find("xg24", "/dev/ttyS7", [JLINK, OTHER_JLINK], choose) == "/dev/ttyS7"
    assert len(asked) == 1


def test_no_answer_is_the_error_with_the_list() -> None:
    with pytest.raises(LinkError, match=r"several ports .* name one with --port"):
        ports.find(None, None, [JLINK, OTHER_JLINK], lambda title, listed: None)


def test_without_its_port_the_others_are_listed() -> None:
    with pytest.raises(LinkError, match=r"ports on USB: /dev/ttyUSB0 \(0403:6001, FT232R\); plug it in"):
        ports.find("xg24", None, [ADAPTER])
    with pytest.raises(LinkError, match="ports on USB: none; plug it in"):
        ports.find("xg24", None, [])


def test_an_unknown_board() -> None:
    with pytest.raises(BuildError, match="unknown board 'brd1'"):
        ports.find("brd1", "/dev/ttyS7")


def test_the_virtual_board_is_one_that_is_served(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(registry.find, "__defaults__", (None, 0.0))
    with pytest.raises(FirmwareError, match="no virtual board to choose"):
        ports.find("virtual", None, [JLINK])
    with registry.registered(ServedBoard("virtual", 1, "/dev/pts/77")):
        assert ports.find("virtual", None, [JLINK]) == "/dev/pts/77"
        with registry.registered(ServedBoard("other", 2, "/dev/pts/78")):
            listed = r"/dev/pts/78 \(other\), /dev/pts/77 \(virtual\); name one with --port"
            with pytest.raises(LinkError, match="several virtual boards are served: " + listed):
                ports.find("virtual")
            assert ports.find("virtual", choose=lambda title, listed: 0) == "/dev/pts/78"
            assert ports.find("virtual", "/dev/pts/77") == "/dev/pts/77"


@pytest.mark.parametrize(
    ("board", "source", "fits"),
    [
        (None, "simulated", True),
        (None, "device", True),
        ("virtual", "simulated", True),
        ("virtual", "device", False),
        ("xg24", "device", True),
        ("xg24", "simulated", False),
    ],
)
def test_virtual_and_real_boards_do_not_stand_in_for_each_other(board, source, fits) -> None:
    if fits:
        ports.check_board(board, source, "/dev/pts/1")
        return
    with pytest.raises(LinkError, match="answers on /dev/pts/1, not"):
        ports.check_board(board, source, "/dev/pts/1")


def test_present_ports_have_ids() -> None:
    assert all(len(port.usb) == 9 for port in ports.present())
