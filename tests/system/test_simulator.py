"""The whole path on the virtual board: build, run, profile, console; bytes equal to the host build's."""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from host import native_profile
from host.default_model import PRETRAINED
from host.project import BUILD_DIR
from host.tflite import reader

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

IMAGES = BUILD_DIR / "test-images"  # shared with the other tests that build: only the model is compiled


def command(*arguments: str, text: str = "", cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        input=text,
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_the_image_that_is_flashed_boots_to_its_console(tmp_path: Path) -> None:
    build = ["host.build", "--board", "xg24", "--model", str(PRETRAINED), "--build-dir", str(IMAGES)]
    command(*build, "--preset", "host-sanitize", cwd=tmp_path)
    elf = IMAGES / "brd2601b" / "earshot.elf"
    done = command("host.sim", "run", str(elf), text="help\ninfo\nprofile\n", cwd=tmp_path)
    for words in ("this list", "DPLL locked to the crystal", "accelerator  MVP", "fully_connected"):
        assert words in done.stdout


@pytest.mark.parametrize("kernel", ["fast", "baseline"])
def test_the_virtual_board_gives_the_host_builds_bytes(tmp_path: Path, kernel: str) -> None:
    model = reader.read(PRETRAINED)
    np.save(tmp_path / "x.npy", native_profile.random_batch(model, 100, 11))
    outputs = []
    for place in ("--simulator", "--host"):
        out = tmp_path / f"{place}.npy"
        files = ["--input", str(tmp_path / "x.npy"), "--output", str(out)]
        options = [place, "--kernel", kernel, "--preset", "host-sanitize"]
        done = command("host.run", str(PRETRAINED), *files, *options)
        assert ("simulated" in done.stdout) == (place == "--simulator")
        outputs.append(np.load(out))
    assert outputs[0].shape == (100, 5, 128, 1)
    assert outputs[0].tobytes() == outputs[1].tobytes()


def test_a_profile_takes_seconds(tmp_path: Path) -> None:
    arguments = ["host.profile", "--simulator", str(PRETRAINED), "--json", str(tmp_path / "p.json")]
    command(*arguments)
    start = time.monotonic()
    done = command(*arguments)
    assert time.monotonic() - start < 15, "5 s on a computer that does nothing else"
    assert done.stdout.count("fully_connected") == 10
    profile = json.loads((tmp_path / "p.json").read_text())
    assert len(profile["layers"]) == 17
    assert all(layer["cpu_cycles"] > 0 for layer in profile["layers"])
    summary = profile["summary"]
    assert summary["total_cycles"] < 553_000, "what the reference implementation takes on silicon"
