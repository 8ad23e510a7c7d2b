"""What pyOCD raises, as errors of this project: what failed, at which step, and what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager

from pyocd.core import exceptions

from host.errors import FlashError, HostError, ProbeError, TargetError

INCOMPLETE = "the image on the board is incomplete: run the command again"
"""What is so once erasing has begun, and what to do."""

_POWER = "check its cable and the board's power, and run the command again"
_LINE = "check the cable to the chip, or give a lower --frequency"


@contextmanager
def told(step: str, incomplete: bool = False) -> Iterator[None]:
    """Turn whatever comes out of pyOCD into one error of this project.

    Args:
        step: What is being done, as in "while STEP".
        incomplete: Whether flash is left half written if this fails.

    Raises:
        ProbeError: the probe went away or fails.
        TargetError: the part does not answer as it should.
        FlashError: an erase or a write failed; or anything else, where `incomplete`.
    """
    try:
        yield
    except HostError:
        raise
    except exceptions.FlashFailure as error:
        raise FlashError(f"{step} failed: {_line(error)}; {INCOMPLETE}") from error
    except exceptions.Error as error:
        kind, text = _explained(error)
        raise _error(kind, step, text, incomplete) from error
    except (OSError, EOFError) as error:
        text = f"the debug probe was lost ({_line(error)}): {_POWER}"
        raise _error(ProbeError, step, text, incomplete) from error
    except Exception as error:  # pyOCD and vendors' libraries let out what they like.
        text = f"pyOCD stopped with {type(error).__name__}: {_line(error)}"
        raise _error(TargetError, step, text, incomplete) from error


def _error(kind: type[HostError], step: str, text: str, incomplete: bool) -> HostError:
    if incomplete:
        return kind(f"while {step}: {text}; the image on the board is incomplete until then")
    return kind(f"while {step}: {text}")


def _explained(error: exceptions.Error) -> tuple[type[HostError], str]:
    """Return the class of the error and what to say, by whose fault it is."""
    cause = _line(error)
    if isinstance(error, exceptions.ProbeError):
        return ProbeError, f"the debug probe was lost or fails ({cause}): {_POWER}"
    if isinstance(error, exceptions.TransferTimeoutError):
        return TargetError, f"the part answers WAIT for ever ({cause}): {_LINE}"
    if isinstance(error, exceptions.TransferFaultError):
        return TargetError, f"the part refuses an access ({cause}): {_POWER}"
    if isinstance(error, exceptions.TransferProtocolError):
        return TargetError, f"transfers are damaged ({cause}): {_LINE}"
    if isinstance(error, exceptions.TransferError):
        return TargetError, f"the part does not answer ({cause}): {_POWER}"
    return TargetError, f"{cause}: {_POWER}"


def _line(error: BaseException) -> str:
    """Return an error's text in one line, with the text of what caused it where that says more."""
    text = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    cause = error.__cause__
    if isinstance(cause, exceptions.Error) and str(cause) and str(cause) not in text:
        text += f" ({' '.join(str(cause).split()).rstrip('.')})"
    return text
