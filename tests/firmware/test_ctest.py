"""Builds the host build with address and undefined-behaviour sanitizers and runs its C++ tests through ctest."""

import re
import subprocess

import pytest

from host.project import BUILD_DIR, ROOT
from tests.conftest import CTEST_RESULTS

PRESET = "host-sanitize"


def test_cpp_tests_pass_under_sanitizers(pytestconfig: pytest.Config) -> None:
    subprocess.run(["cmake", "--preset", PRESET], cwd=ROOT, check=True, capture_output=True, timeout=120)
    subprocess.run(["cmake", "--build", "--preset", PRESET], cwd=ROOT, check=True, timeout=1200)
    ctest = subprocess.run(
        ["ctest", "--test-dir", str(BUILD_DIR / PRESET), "--output-on-failure", "--no-tests=error", "-j", "2"],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert ctest.returncode == 0, ctest.stdout[-8000:]
    summary = re.search(r"\d+% tests passed, .*", ctest.stdout)
    assert summary, ctest.stdout[-2000:]
    pytestconfig.stash[CTEST_RESULTS] = summary.group()
