"""Every float and every scale, by the C++ tests that ctest leaves out for their length."""

import subprocess

import pytest

from host.project import BUILD_DIR, ROOT

PRESET = "host"  # optimized, without sanitizers


@pytest.mark.slow
@pytest.mark.parametrize("program", ["kernels_fast_reciprocal_test", "kernels_fast_quantize_test"])
def test_no_float_and_no_scale_is_quantized_differently(program: str) -> None:
    subprocess.run(["cmake", "--preset", PRESET], cwd=ROOT, check=True, capture_output=True, timeout=120)
    build = ["cmake", "--build", "--preset", PRESET, "--target", program]
    subprocess.run(build, cwd=ROOT, check=True, timeout=1200)
    path = BUILD_DIR / PRESET / "tests/firmware/kernels/fast" / program
    result = subprocess.run(
        [str(path), "--gtest_also_run_disabled_tests", "--gtest_filter=*DISABLED_*"],
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-4000:]
    assert "[  PASSED  ]" in result.stdout
    assert "[  PASSED  ] 0 tests" not in result.stdout
