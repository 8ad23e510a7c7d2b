"""Ten million random and mutated bytes for the link and the console, under sanitizers."""

import subprocess

import pytest

from host.project import BUILD_DIR, ROOT

PRESET = "host-sanitize"
PROGRAM = "link_mutation_test"


@pytest.mark.slow
def test_ten_million_bytes_break_nothing() -> None:
    subprocess.run(["cmake", "--preset", PRESET], cwd=ROOT, check=True, capture_output=True, timeout=120)
    build = ["cmake", "--build", "--preset", PRESET, "--target", PROGRAM]
    subprocess.run(build, cwd=ROOT, check=True, timeout=1200)
    path = BUILD_DIR / PRESET / "tests/firmware/link" / PROGRAM
    run = subprocess.run(
        [str(path), "--gtest_also_run_disabled_tests", "--gtest_filter=*DISABLED_*"],
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    assert "[  PASSED  ] 1 test" in run.stdout
