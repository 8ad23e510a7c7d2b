"""A tiny dataset and a training on it, run once through the commands and used by the tests of all stages."""

import shutil
import subprocess
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

# Small batches make an epoch last long enough to be interrupted in its middle.
TINY_TRAINING = ("--epochs", "5", "--batch-size", "8", "--seed", "3")


@dataclass(frozen=True)
class TinyRun:
    """A finished training of five epochs on six clips, with the arguments that made it."""

    path: Path
    data: Path
    cache: Path
    arguments: tuple[str, ...]

    def command(self, out: Path) -> list[str]:
        """The command line that trains the same model into another folder."""
        return [sys.executable, "-m", "host.train", *self.arguments, "--out", str(out)]


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips of 8.1 s: per machine 3 for training and 4 + 4 for testing; anomalous ones have a tone more."""
    root = tmp_path_factory.mktemp("tiny_data")
    random = np.random.default_rng(5)
    for machine in ("01", "02"):
        for number in range(3):
            write_clip(root / "train" / f"normal_id_{machine}_{number:08}.wav", random, tone=0.0)
        for number in range(4):
            write_clip(root / "test" / f"normal_id_{machine}_{number:08}.wav", random, tone=0.0)
            write_clip(root / "test" / f"anomaly_id_{machine}_{number:08}.wav", random, tone=0.3)
    return root


def write_clip(path: Path, random: np.random.Generator, tone: float) -> None:
    time = np.arange(int(8.1 * 16000)) / 16000
    samples = 0.05 * random.standard_normal(len(time)) + tone * np.sin(2 * np.pi * 3000 * time)
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


@pytest.fixture(scope="session")
def tiny_run(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> TinyRun:
    """The undisturbed training. Tests that change it take a copy."""
    base = tmp_path_factory.mktemp("tiny_run")
    cache = base / "cache"
    run = TinyRun(
        base / "run", tiny_data, cache, ("--data", str(tiny_data), "--cache", str(cache), *TINY_TRAINING)
    )
    subprocess.run(run.command(run.path), check=True, stdout=subprocess.DEVNULL)
    return run


@pytest.fixture
def run_copy(tiny_run: TinyRun, tmp_path: Path) -> Path:
    """A copy of the finished training's folder."""
    return Path(shutil.copytree(tiny_run.path, tmp_path / "run"))


@pytest.fixture(scope="session")
def quantized_run(tiny_run: TinyRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the training with the float model and both int8 forms."""
    from host.quantize import main

    path = Path(shutil.copytree(tiny_run.path, tmp_path_factory.mktemp("quantized") / "run"))
    assert main([str(path), "--io", "float", "--io", "int8", "--calibration", "50"]) == 0
    return path
