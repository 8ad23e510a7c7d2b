"""A connection to a device: a session at the wanted rate, with the wanted model, that survives resets."""

from collections.abc import Callable
from typing import TypeVar

from host.errors import DeviceResetError, FirmwareError
from host.link.requests import ANY_MODEL, Request
from host.link.session import Session
from host.link.transports import DEFAULT_BAUD, Transport
from host.tflite.reader import Model

ATTEMPTS = 5
"""How often work is done that a reset of the device destroys."""

_PROBES = 10  # messages that tell whether a line loses bytes,
_PROBE_BYTES = 64  # of at most that size, and
_LEAST_PROBE_BYTES = 8
_PROBE_S = 0.01  # for the payload of one

T = TypeVar("T")


class Connection:
    """A session that is opened anew when the device was reset, or its port had gone.

    Attributes:
        session: The session.
        found_at_baud: The rate at which the device was found, where that is another than the line had;
            else None.
    """

    def __init__(self, transport: Transport, model: Model | None = None, baud: int = DEFAULT_BAUD) -> None:
        """Open a session.

        Args:
            transport: The line, at its first rate; closed where this fails.
            model: The model that the device must run; None: any.
            baud: The rate to go on at.

        Raises:
            LinkError: nobody answers, or somebody else.
            FirmwareError: the device runs another model, or cannot have the rate.
        """
        self._baud = baud
        self._model = model
        try:
            first = transport.baud
            self.session = Session(transport, bytes.fromhex(model.sha256) if model else ANY_MODEL)
            self.found_at_baud = None if self.session.baud == first else self.session.baud
            self._check_model()
            self._raise_rate()
        except BaseException:
            transport.close()
            raise

    def close(self) -> None:
        """End the session and give the port up."""
        self.session.close()

    def remark(self) -> str:
        """Return what a person should know of how the device was found, "" for nothing.

        Raises:
            LinkError: no answer any more.
        """
        session, port = self.session, self.session.port
        if self.found_at_baud is not None:
            return f"the device on {port} was at {self.found_at_baud} baud: now at {session.baud}"
        if session.lost_hellos and session.baud:
            session.call(Request.ping())  # replies of a device that was only slow come before this one
        if not session.lost_hellos or not session.baud:
            return ""
        lost = session.lost_hellos
        if losses := self.again(self._losses):
            return (
                f"bytes get lost on the line to {port} (greetings without an answer: {lost}; {losses}): "
                "check the cable, or give a lower --baud"
            )
        return (
            f"the device on {port} did not understand the first words: it was starting, or at the baud rate "
            f"of a session that was cut off; now at {session.baud}"
        )

    def _losses(self) -> str:
        """Try the line; return what was lost, "" for nothing."""
        session = self.session
        repeats, damaged = session.repeats, session.damaged_frames
        size = min(max(int(session.baud / 10 * _PROBE_S), _LEAST_PROBE_BYTES), _PROBE_BYTES)
        for _ in session.exchange(Request.ping(bytes(range(size))) for _ in range(_PROBES)):
            pass
        again, bad = session.repeats - repeats, session.damaged_frames - damaged
        if not again and not bad:
            return ""
        return f"in {_PROBES} short messages, repeats: {again}, damaged frames that came in: {bad}"

    def again(self, work: Callable[[], T]) -> T:
        """Do work; where a reset of the device destroys it, do it again in a new session.

        Raises:
            DeviceResetError: it was destroyed ATTEMPTS times.
            FirmwareError: what the work raises, or the device now runs another model.
            LinkError: what the work raises, or nobody answers.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                return work()
            except DeviceResetError:
                self.restore()
        return work()

    def restore(self) -> None:
        """Open a new session after a DeviceResetError, at the same rate and with the same model.

        Raises:
            LinkError: nobody answers.
            FirmwareError: the device now runs another model.
        """
        for attempt in range(ATTEMPTS):
            try:
                self.session.reopen()
                self._raise_rate()
                break
            except DeviceResetError:
                if attempt == ATTEMPTS - 1:
                    raise
        self._check_model()

    def _raise_rate(self) -> None:
        if self.session.baud in (0, self._baud):
            return
        try:
            self.session.set_baud(self._baud)
        except FirmwareError as error:
            raise FirmwareError(f"{self._baud} baud: {error}; give another --baud") from error

    def _check_model(self) -> None:
        model, theirs = self._model, self.session.hello.model_sha256
        if model is not None and theirs != model.sha256:
            raise FirmwareError(
                f"the device runs the model {theirs}, not {model.name} ({model.sha256}): name its model's "
                "file, or flash an image that was built with this one"
            )
