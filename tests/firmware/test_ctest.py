"""Builds the host build with address and undefined-behaviour sanitizers and runs its tests through ctest."""

import re
import subprocess
from collections.abc import Callable

from host.project import BUILD_DIR, ROOT

PRESET = "host-sanitize"


def test_cpp_tests_pass_under_sanitizers(record_property: Callable[[str, object], None]) -> None:
    subprocess.run(["cmake", "--preset", PRESET], cwd=ROOT, check=True, capture_output=True, timeout=120)
    subprocess.run(["cmake", "--build", "--preset", PRESET], cwd=ROOT, check=True, timeout=1200)
    ctest = subprocess.run(
        [
            "ctest",
            "--test-dir",
            str(BUILD_DIR / PRESET),
            "--verbose",
            "--no-tests=error",
            "-j",
            "2",
        ],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert ctest.returncode == 0, ctest.stdout[-8000:]
    summary = re.search(r"\d+% tests passed, .*", ctest.stdout)
    assert summary, ctest.stdout[-2000:]
    cases = sum(int(count) for count in re.findall(r"\[  PASSED  \] (\d+) test", ctest.stdout))
    record_property("ctest", f"{summary.group()} programs, {cases} test cases")
