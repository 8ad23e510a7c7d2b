"""The vendor's simulator against the whole path: .tflite, firmware, kernel `baseline`, accelerator model.

Data and their origin: tests/data/mvp_oracle. Kernel `fast` is measured on the same layers.
"""

from pathlib import Path

import mvp_oracle
import numpy as np
import pytest
from mvp_oracle import Case
from numpy.typing import NDArray

from host import native
from host import run as run_command
from host.tflite import reader, weight_layout

CASES = mvp_oracle.load()


def run(
    case: Case, kernel: str, cycle_model: str, executable: Path, layout: str | None = None
) -> native.NativeRun:
    model = reader.parse(mvp_oracle.write_model(case), "oracle")
    return native.run(model, case.x, kernel, cycle_model, executable, layout=layout)


def outputs_of(result: native.NativeRun, case: Case) -> NDArray[np.int8]:
    return result.outputs.reshape(case.y_mvp.shape)


@pytest.mark.parametrize("name", CASES)
def test_baseline_gives_the_vendors_bytes_and_cycles(sanitized_host, name):
    case = CASES[name]
    result = run(case, "baseline", "vendor-sim", sanitized_host)
    np.testing.assert_array_equal(outputs_of(result, case), case.y_mvp)
    assert result.layers[0].launches == case.launches
    assert set(result.layers[0].accelerator_cycles) == {case.cycles}


@pytest.mark.usefixtures("sanitized_host")
@pytest.mark.parametrize("name", list(CASES)[:1])
def test_run_gives_the_vendors_bytes(tmp_path, capsys, name):
    case = CASES[name]
    model, x, y = (tmp_path / file for file in ("m.tflite", "x.npy", "y.npy"))
    model.write_bytes(mvp_oracle.write_model(case))
    np.save(x, case.x)
    options = ["--host", "--kernel", "baseline", "--preset", "host-sanitize"]
    assert run_command.main([str(model), "--input", str(x), "--output", str(y), *options]) == 0
    np.testing.assert_array_equal(np.load(y).reshape(case.y_mvp.shape), case.y_mvp)
    capsys.readouterr()


@pytest.mark.parametrize("layout", weight_layout.LAYOUTS)
@pytest.mark.parametrize("name", CASES)
def test_fast_is_no_further_from_the_reference_than_the_vendor(sanitized_host, name, layout):
    case = CASES[name]
    result = run(case, "fast", "device-flash", sanitized_host, layout)
    assert result.layers[0].launches > 0
    ours = outputs_of(result, case).astype(int) - case.y_ref
    vendors = case.y_mvp.astype(int) - case.y_ref
    assert np.abs(ours).max() <= np.abs(vendors).max()
    assert np.sqrt(np.mean(ours**2.0)) <= 1.1 * np.sqrt(np.mean(vendors**2.0))
