"""What pyOCD raises, as errors of this project: what failed, at which step, and what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager

from pyocd.core import exceptions

from host.errors import FlashError, HostError, ProbeError, TargetError
from host.interruption import Interrupted

_AGAIN = "power the board off and on, and run the command again"
_POWER = "check its cable and the board's power, and run the command again"
_LINE = "check the cable to the chip, or give a lower --frequency"


@contextmanager
def told(step: str) -> Iterator[None]:
    """Turn whatever comes out of pyOCD into one error of this project.

    Args:
        step: What is being done, as in "while STEP".

    Raises:
        ProbeError: the probe went away or fails.
        TargetError: the part does not answer as it should.
        FlashError: a flash routine failed.
    """
    try:
        yield
    except HostError:
        raise
    except exceptions.FlashFailure as error:
        raise FlashError(f"{step} failed: {_line(error)}: {_AGAIN}") from error
    except exceptions.Error as error:
        kind, text = _explained(error)
        raise kind(f"while {step}: {text}") from error
    except (OSError, EOFError) as error:
        raise ProbeError(f"while {step}: the debug probe was lost ({_line(error)}): {_POWER}") from error
    except Exception as error:  # pyOCD and vendors' libraries let out what they like.
        text = f"pyOCD stopped with {type(error).__name__}: {_line(error)}: {_AGAIN}"
        raise TargetError(f"while {step}: {text}") from error


@contextmanager
def leaving(state: str) -> Iterator[None]:
    """Add to whatever ends the body too early what the board is left like, until the command is run again.

    Args:
        state: As in "the image on the board is incomplete".

    Raises:
        HostError: of the kind that it was.
        Interrupted: with a note.
    """
    try:
        yield
    except HostError as error:
        raise type(error)(f"{error}; {state} until then") from error
    except Interrupted as error:
        error.add_note(f"{state}: run the command again")
        raise


def _explained(error: exceptions.Error) -> tuple[type[HostError], str]:
    """Return the class of the error and what to say, by whose fault it is."""
    cause = _line(error)
    if isinstance(error, exceptions.ProbeError) and "in use" in cause:
        return ProbeError, f"{cause}: end the program that uses it, and run the command again"
    if isinstance(error, exceptions.ProbeError):
        return ProbeError, f"{cause if 'probe' in cause else f'the debug probe fails ({cause})'}: {_POWER}"
    if "No cores were discovered" in cause:  # Also where transfers to the core's tables fail.
        return TargetError, f"{cause}: {_LINE}, {_POWER}"
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
    text = " ".join(str(error).split()).rstrip(".!") or type(error).__name__
    cause = error.__cause__
    if isinstance(cause, exceptions.Error) and str(cause) and str(cause) not in text:
        text += f" ({' '.join(str(cause).split()).rstrip('.')})"
    return text
