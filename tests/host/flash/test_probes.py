from types import SimpleNamespace

import pytest

from host import boards
from host.errors import ProbeError
from host.flash import probes, udev
from host.flash.probes import Enumeration, Probe
from host.flash.udev import RefusedDevice

XIAO, KIT, VIRTUAL = (boards.load(name) for name in ("xiao_mg24", "brd2601b", "virtual"))


def probe(kind: str, unique_id: str, usb: str = "") -> Probe:
    return Probe(kind, unique_id, f"a {kind}", usb, None)


JLINK = probe("jlink", "440112233")
OTHER_JLINK = probe("jlink", "440998877")
SAMD11 = probe("cmsis-dap", "E1B2C3", "2886:0062")
DAPLINK = probe("cmsis-dap", "99001122", "0d28:0204")
SERVED = probe("virtual", "virtual")
SERVED_2 = probe("virtual", "virtual-2")


def found(*listed: Probe, problems: tuple[str, ...] = ()) -> Enumeration:
    return Enumeration(listed, problems)


@pytest.fixture(autouse=True)
def no_usb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(udev, "refused", lambda usb_ids: ())


@pytest.mark.parametrize(
    ("board", "wanted", "listed", "expected"),
    [
        (KIT, None, (JLINK, SAMD11, SERVED), JLINK),
        (XIAO, None, (JLINK, DAPLINK, SAMD11, SERVED), SAMD11),
        (VIRTUAL, None, (JLINK, SAMD11, SERVED), SERVED),
        (KIT, "998", (JLINK, OTHER_JLINK), OTHER_JLINK),
        (KIT, "e1b2", (JLINK, SAMD11), SAMD11),
        (VIRTUAL, "virtual", (SERVED, SERVED_2), SERVED),
        (VIRTUAL, "-2", (SERVED, SERVED_2), SERVED_2),
        (VIRTUAL, "earshot:virtual-2", (SERVED, SERVED_2), SERVED_2),
        (KIT, "cmsisdap:1", (JLINK, SAMD11), SAMD11),
        (KIT, "jlink:4401", (JLINK, SAMD11), JLINK),
    ],
)
def test_the_probe_that_is_meant(
    board: boards.Board, wanted: str | None, listed: tuple[Probe, ...], expected: Probe
) -> None:
    assert probes.find(board, wanted, lambda: found(*listed)) == expected


@pytest.mark.parametrize(
    ("board", "wanted", "listed", "words"),
    [
        (KIT, None, (SERVED,), ["no debug probe of the brd2601b", "1366:0105", "plugged in", "SEGGER"]),
        (XIAO, None, (DAPLINK,), ["no debug probe of the xiao_mg24", "2886:0062", "99001122", "--probe ID"]),
        (KIT, None, (JLINK, OTHER_JLINK), ["several", "440112233", "440998877", "--probe ID"]),
        (KIT, "77", (JLINK,), ["no debug probe has 77", "440112233", "--list"]),
        (KIT, "virtual", (SERVED,), ["no debug probe has virtual in its id (found: none)"]),
        (VIRTUAL, None, (JLINK,), ["no virtual board is served: start one with python -m host.sim serve"]),
        (
            VIRTUAL,
            "4401",
            (JLINK, SERVED),
            ["no virtual board named 4401 is served, but virtual (a virtual)", "--probe"],
        ),
        (VIRTUAL, "x", (), ["no virtual board named x is served: start one"]),
        (VIRTUAL, "jlink:x", (SERVED,), ["no virtual board named jlink:x is served, but"]),
        (VIRTUAL, None, (SERVED, SERVED_2), ["several", "virtual-2", "--probe ID"]),
        (VIRTUAL, "irtual", (SERVED, SERVED_2), ["several", "--probe ID"]),
    ],
)
def test_no_choice(
    board: boards.Board, wanted: str | None, listed: tuple[Probe, ...], words: list[str]
) -> None:
    with pytest.raises(ProbeError) as raised:
        probes.find(board, wanted, lambda: found(*listed), wait_s=0)
    text = str(raised.value)
    assert "\n" not in text
    for word in words:
        assert word in text


def test_a_missing_library_is_told_where_it_is_missing() -> None:
    for kinds, told in ((frozenset({"jlink"}), False), (frozenset({"cmsis-dap"}), True)):
        with pytest.raises(ProbeError) as raised:
            probes.find(KIT, None, lambda kinds=kinds: Enumeration((), (), kinds))  # type: ignore[misc]
        assert ("SEGGER's J-Link software" in str(raised.value)) is told


def test_a_fleet_has_all_of_one_type() -> None:
    listed = found(JLINK, OTHER_JLINK, SAMD11, SERVED, SERVED_2)
    assert probes.find_all(KIT, None, lambda: listed) == (JLINK, OTHER_JLINK)
    assert probes.find_all(VIRTUAL, None, lambda: listed) == (SERVED, SERVED_2)
    with pytest.raises(ProbeError, match="no debug probe"):
        probes.find_all(KIT, None, lambda: found(SERVED))


def test_a_virtual_board_may_still_be_starting() -> None:
    answers = iter([found(), found(JLINK), found(SERVED)])
    assert probes.find(VIRTUAL, None, lambda: next(answers), wait_s=5) == SERVED


def test_what_could_not_be_listed_is_told() -> None:
    with pytest.raises(ProbeError, match="the J-Link library is broken"):
        probes.find(KIT, None, lambda: found(problems=("the J-Link library is broken",)))


def test_a_probe_that_may_not_be_opened_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def refused(usb_ids: object) -> tuple[RefusedDevice, ...]:
        asked.append(usb_ids)
        return (RefusedDevice("2886:0062", 1, 7),)

    monkeypatch.setattr(udev, "refused", refused)
    with pytest.raises(ProbeError, match="2886:0062") as raised:
        probes.find(XIAO, None, found)
    assert asked == [XIAO.probe.usb]
    assert udev.RULE_FILE in str(raised.value)


def test_one_family_that_fails_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> list[object]:
        raise OSError("no library")

    handle = SimpleNamespace(
        vendor_name="Seeed",
        product_name="Seeed XIAO",
        unique_id="E1",
        _link=SimpleNamespace(vidpid=(0x2886, 98)),
    )
    families = {
        "jlink": SimpleNamespace(get_all_connected_probes=fails),
        "cmsisdap": SimpleNamespace(get_all_connected_probes=lambda: [handle]),
        "remote": SimpleNamespace(get_all_connected_probes=fails),
    }
    monkeypatch.setattr("pyocd.probe.aggregator.PROBE_CLASSES", families)
    listed = probes.enumerate_probes()
    assert listed.kinds == {"jlink", "cmsis-dap", "remote"}
    assert listed.probes == (Probe("cmsis-dap", "E1", "Seeed XIAO", "2886:0062", handle),)
    assert listed.problems == ("probes of the type jlink cannot be listed: no library",)
