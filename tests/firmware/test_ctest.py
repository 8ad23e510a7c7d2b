"""Builds the host build and runs its C++ tests through ctest: the exhaustive ones only as slow tests."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from host.project import BUILD_DIR, ROOT


def build(preset: str, *arguments: str) -> None:
    subprocess.run(["cmake", "--preset", preset], cwd=ROOT, check=True, capture_output=True, timeout=120)
    command = ["cmake", "--build", "--preset", preset, *arguments]
    subprocess.run(command, cwd=ROOT, check=True, timeout=1200)


def ctest(preset: str, *arguments: str, timeout: int, image: Path | None = None) -> str:
    """Run tests, those of the decoder on an image of the firmware, and return what was printed."""
    command = ["ctest", "--test-dir", str(BUILD_DIR / preset), "--verbose", "--no-tests=error", *arguments]
    environment = os.environ | ({"EARSHOT_IMAGE": str(image)} if image else {})
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=timeout, check=False, env=environment
    )
    assert run.returncode == 0, run.stdout[-8000:]
    return run.stdout


def test_cpp_tests_pass_under_sanitizers(
    simulator_image: Path, record_property: Callable[[str, object], None]
) -> None:
    build("host-sanitize")
    output = ctest("host-sanitize", "-LE", "slow", "-j", "2", timeout=900, image=simulator_image)
    skipped = sorted(set(re.findall(r"\[  SKIPPED \] (\S+)", output)))
    assert skipped == [], "nothing that a test needs may be missing here"
    summary = re.search(r"\d+% tests passed, .*", output)
    assert summary, output[-2000:]
    cases = sum(int(count) for count in re.findall(r"\[  PASSED  \] (\d+) test", output))
    record_property("ctest", f"{summary.group()} programs, {cases} test cases")


# The sanitizers would make hours of it.
@pytest.mark.slow
def test_exhaustive_cpp_tests_pass() -> None:
    build("host", "--target", "mvp_model_slow_test")
    ctest("host", "-L", "slow", timeout=7200)
