import pytest
from pyocd.core import exceptions

from host.errors import FlashError, HostError, ImageError, ProbeError, TargetError
from host.flash import failures
from host.interruption import Interrupted


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (exceptions.ProbeError("no such device"), ProbeError, ["no such device", "cable"]),
        (exceptions.ProbeDisconnected("gone"), ProbeError, ["the debug probe fails (gone)"]),
        (exceptions.ProbeError("port is in use: another client"), ProbeError, ["in use", "end the program"]),
        (exceptions.TransferTimeoutError("WAIT"), TargetError, ["WAIT for ever", "--frequency"]),
        (exceptions.TransferFaultError(fault_address=0x0800_0000), TargetError, ["refuses", "0x08000000"]),
        (exceptions.TransferProtocolError("parity"), TargetError, ["damaged", "--frequency"]),
        (exceptions.TransferError("no ACK"), TargetError, ["does not answer", "no ACK"]),
        (exceptions.TimeoutError("reset"), TargetError, ["reset"]),
        (exceptions.DebugError("No cores were discovered!"), TargetError, ["No cores", "--frequency"]),
        (
            exceptions.FlashEraseFailure("flash erase sector failure", address=0x0800_2000, result_code=7),
            FlashError,
            ["0x08002000", "0x7", "run the command again"],
        ),
        (OSError(19, "No such device"), ProbeError, ["lost", "No such device"]),
        (AssertionError(), TargetError, ["pyOCD stopped with AssertionError"]),
        (KeyError("pc_init"), TargetError, ["KeyError", "pc_init"]),
    ],
)
def test_each_kind_becomes_one_line_that_says_what_to_do(
    raised: Exception, kind: type[HostError], words: list[str]
) -> None:
    with pytest.raises(HostError) as told, failures.told("writing"):
        raise raised
    assert type(told.value) is kind
    assert told.value.__cause__ is raised
    text = str(told.value)
    assert "\n" not in text
    assert "writing" in text
    for word in words:
        assert word in text


def test_what_flash_is_left_like_is_told() -> None:
    with (
        pytest.raises(ProbeError, match=r"fails \(gone\).*; the flash is half full until then$"),
        failures.leaving("the flash is half full"),
        failures.told("x"),
    ):
        raise exceptions.ProbeError("gone")
    with pytest.raises(Interrupted) as told, failures.leaving("the flash is half full"):
        raise Interrupted(2)
    assert str(told.value) == "interrupted: the flash is half full: run the command again"


def test_our_own_errors_stay() -> None:
    error = ImageError("too large")
    with pytest.raises(ImageError) as told, failures.told("writing"):
        raise error
    assert told.value is error


def test_the_cause_is_told_where_it_says_more() -> None:
    error = exceptions.Error("Target not detected. Check connection to target.\n Potentially reduce clock.")
    error.__cause__ = exceptions.TransferError("No ACK")
    with (
        pytest.raises(TargetError, match=r"Potentially reduce clock \(No ACK\)"),
        failures.told("connecting"),
    ):
        raise error


def test_every_error_class_of_pyocd_is_mapped() -> None:
    def descendants(of: type[Exception]) -> list[type[Exception]]:
        return [of, *(each for child in of.__subclasses__() for each in descendants(child))]

    for kind in descendants(exceptions.Error):
        with pytest.raises(HostError), failures.told("writing"):
            raise kind("x")
