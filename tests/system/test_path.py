"""The whole path as a person walks it: every command in a process of its own, from sound to report."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

STAGES = (
    "host.data synth --out data --seed 3 --ids 01 --train 4 --test-normal 3 --test-anomaly 3 --seconds 8.2 9",
    "host.train --data data --out run --epochs 1 --cache cache",
    "host.quantize run --io int8 --io float --calibration 20",
    "host.evaluate run --data data --cache cache --sources float int8 host --json evaluation.json",
    "host.summarize run/model_int8.tflite --json summary.json",
    "host.build --board xg24 --model run/model_int8.tflite --build-dir build --json run/build.json",
    "host.profile --host run/model_int8.tflite --json run/profile.json",
    "host.report run",
)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which all stages have run, each from outside the clone."""
    folder = tmp_path_factory.mktemp("path")
    for stage in STAGES:
        done = subprocess.run(
            [sys.executable, "-m", *stage.split()],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{stage}\n{done.stdout}\n{done.stderr}"
    return folder


def test_every_fully_connected_layer_ran_on_the_accelerator(walked: Path) -> None:
    profile = json.loads((walked / "run" / "profile.json").read_text())
    layers = [layer for layer in profile["layers"] if layer["opcode"] == "fully_connected"]
    assert len(layers) == 10
    assert all(layer["accelerator_cycles"] > layer["macs"] // 2 for layer in layers), "0.5 cycle per MAC"
    assert profile["source"] == "host"
    assert profile["summary"]["cpu_cycles"] is None


def test_figures_are_labelled_synthetic(walked: Path) -> None:
    evaluation = json.loads((walked / "evaluation.json").read_text())
    assert evaluation["dataset"]["synthetic"] is True
    assert evaluation["dataset"]["clips"] == 6
    assert evaluation["results"]["device"] is None


def test_same_model_through_all_stages(walked: Path) -> None:
    profile = json.loads((walked / "run" / "profile.json").read_text())
    image = json.loads((walked / "build" / "last_image.json").read_text())
    assert profile["model"]["sha256"] == image["sha256"]
    assert profile["summary"]["macs"] == 264_192


def test_report_is_one_page_with_the_layers(walked: Path) -> None:
    page = (walked / "run" / "report.html").read_text()
    assert page.count("fully_connected") == 10
    assert "Synthetic data" in page
