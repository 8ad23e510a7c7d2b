"""The document of a run of host.flash: written once however the run ends, so that no older one stays."""

from collections.abc import Sequence
from contextlib import suppress

from host import cli
from host.boards import Board
from host.errors import HostError
from host.flash import report
from host.flash.image import FlashImage
from host.flash.probes import Probe
from host.flash.report import BoardResult


class Journal:
    """Where the document goes, and what is known for it.

    Attributes:
        path: As --json has it: a file, "-" for standard output, None for no document.
        contents: The image, once it has been read.

    Args:
        path: The same.
        board: The board's name.
    """

    def __init__(self, path: str | None, board: str) -> None:
        self.path = path
        self.contents: FlashImage | None = None
        self._board = board
        self._written = False

    def write(self, results: Sequence[BoardResult], error: str = "") -> None:
        """Write flash/1; `error` is the line with which the run ends.

        Raises:
            DataError: the file cannot be written.
        """
        self._written = True
        if self.path is not None:
            cli.write_json(self.path, report.document(self._board, self.contents, results, error))

    def write_list(self, found: Sequence[Probe], boards: Sequence[Board], problems: Sequence[str]) -> None:
        """Write probes/1.

        Raises:
            DataError: the file cannot be written.
        """
        self._written = True
        if self.path is not None:
            cli.write_json(self.path, report.probe_document(found, boards, problems))

    def failed(self, error: str, of_list: bool = False) -> None:
        """Write the document of a run that fails, unless it has been written.

        What keeps that from being done is not told: the run's own error is.

        Args:
            error: The run's error.
            of_list: Whether it was to be probes/1.
        """
        if self._written:
            return
        with suppress(HostError):
            if of_list:
                self.write_list((), (), (error,))
            else:
                self.write((), error)
