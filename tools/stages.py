"""The path's stages as the commands that a person would type: tools/demo runs, tools/bench times them."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

COMPARED_CLIPS = 48


@dataclass(frozen=True)
class Stage:
    """One step of the path: what it is called and the `python -m` arguments that do it."""

    name: str
    arguments: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command as a person types it."""
        return "python -m " + " ".join(self.arguments)

    def run(self, output: TextIO | None = None) -> float:
        """Run the stage in a process of its own and return its duration in seconds.

        What the stage prints goes to `output`, else to standard output.

        Raises:
            subprocess.CalledProcessError: it failed; it has printed the reason itself.
        """
        start = time.monotonic()
        subprocess.run([sys.executable, "-m", *self.arguments], stdout=output, check=True)
        return time.monotonic() - start


def training_stages(data: Path, run: Path, *, synthesise: bool, seed: int, full: bool = False) -> list[Stage]:
    """Return the stages from recordings to an evaluated int8 model in the folder `run`."""
    stages = []
    if synthesise:
        stages.append(Stage("data", ("host.data", "synth", "--out", str(data), "--seed", str(seed))))
    quick = () if full else ("--quick",)
    train = ("host.train", "--data", str(data), "--out", str(run), "--seed", str(seed), *quick)
    return [
        *stages,
        Stage("training", train),
        Stage("quantization", ("host.quantize", str(run), "--io", "float", "--io", "int8")),
        Stage("accuracy", ("host.evaluate", str(run), "--data", str(data))),
    ]


def comparison_stage(data: Path, run: Path) -> Stage:
    """Return the stage that compares the ways to quantize, for the report.

    All eight over every clip take minutes, so it is over some of them; the report says of how many.
    """
    clips = ("--clips", str(COMPARED_CLIPS))
    return Stage("ways to quantize", ("host.quantize", str(run), "--compare", "--data", str(data), *clips))


def firmware_stages(
    model: Path, run: Path, board: str = "xg24", other_kernels: tuple[str, ...] = ()
) -> list[Stage]:
    """Return the stages from a .tflite to an image, its profile and a report; figures go to `run`.

    The report shows the profiles of `other_kernels` beside that of the fast one.
    """
    return [
        Stage("model", ("host.summarize", str(model))),
        Stage(
            "build", ("host.build", "--board", board, "--model", str(model), "--json", f"{run}/build.json")
        ),
        *(_kernel_profile(model, run, kernel) for kernel in other_kernels),
        Stage(
            "profile",
            ("host.profile", "--simulator", "--errors", str(model), "--json", f"{run}/profile.json"),
        ),
        Stage("report", ("host.report", str(run))),
    ]


def _kernel_profile(model: Path, run: Path, kernel: str) -> Stage:
    figures = f"{run}/profile_{kernel}.json"
    profile = ("host.profile", "--simulator", "--kernel", kernel, str(model), "--json", figures)
    return Stage(f"profile, {kernel}", profile)
