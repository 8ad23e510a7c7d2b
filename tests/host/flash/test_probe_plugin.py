"""The plug-in as pyOCD loads it: found by its entry point, light, and with the target types."""

import json
import subprocess
import sys

import pytest
from pyocd.probe.aggregator import PROBE_CLASSES
from pyocd.target import TARGET

from host.flash.virtual.virtual_probe import VirtualProbe
from host.flash.xg24.target import GENERIC

HEAVY = {"numpy", "tensorflow", "unicorn", "virtual_xg24", "tflite_micro", "librosa", "matplotlib", "rich"}


def test_pyocd_finds_the_probe_class() -> None:
    assert PROBE_CLASSES["earshot"] is VirtualProbe


@pytest.mark.parametrize("name", [GENERIC, "efr32mg24b310f1536im48"])
def test_target_types_are_registered(name: str) -> None:
    assert name in TARGET


def test_pyocd_starts_as_light_as_without_the_plug_in() -> None:
    code = "import json, sys, pyocd.probe.aggregator; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = json.loads(done.stdout)
    assert "host.flash.virtual.virtual_probe" in modules
    assert not HEAVY & {module.partition(".")[0] for module in modules}


def test_pyocd_lists_the_plug_in() -> None:
    command = [sys.executable, "-m", "pyocd", "list", "--plugins"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if "earshot" in line)
    assert "Debug Probe" in line
    assert "virtual xG24 boards that python -m host.sim serves" in line
    assert done.stderr == ""
