"""What an image serves: the console with the link, or the MLPerf Tiny runner in one of its modes."""

from dataclasses import dataclass

from host.boards import Board
from host.errors import BuildError

CONSOLE_APP = "console"
BENCHMARK_APP = "benchmark"
APPS = (CONSOLE_APP, BENCHMARK_APP)

PERFORMANCE = "performance"
ENERGY = "energy"
MODES = (PERFORMANCE, ENERGY)
"""Of the benchmark. The performance image serves the accuracy run too."""


@dataclass(frozen=True)
class App:
    """An application: one of APPS, and one of MODES, which has a meaning for the benchmark only."""

    name: str = CONSOLE_APP
    mode: str = PERFORMANCE

    @property
    def folder_suffix(self) -> str:
        """What follows the board's name in the build folder's."""
        return "" if self.name == CONSOLE_APP else f"-{self.name}-{self.mode}"

    @property
    def title(self) -> str:
        """The application in words, "" for the usual one."""
        return "" if self.name == CONSOLE_APP else f"{self.name} in {self.mode} mode"

    @property
    def definitions(self) -> tuple[str, ...]:
        """What CMake is told."""
        return (f"-DEARSHOT_APP={self.name}", f"-DEARSHOT_BENCHMARK_MODE={self.mode}")

    def check(self, board: Board) -> None:
        """Check that the board has what the application needs.

        Raises:
            BuildError: energy mode, and the board's file names no timing pin.
        """
        if (self.name, self.mode) == (BENCHMARK_APP, ENERGY) and board.timing_pin is None:
            raise BuildError(
                f"{board.name} names no timing pin for energy mode: add timing_pin to [benchmark] in "
                f"boards/{board.image_board}.toml"
            )


CONSOLE = App()
