"""The vendor's simulator against the whole path: .tflite, firmware, kernel `baseline`, accelerator model.

Data and their origin: tests/data/mvp_oracle. Kernel `fast` is measured on the same layers.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema
from tflite_models import ModelWriter

from host import native
from host.project import ROOT
from host.tflite import reader

ORACLE = ROOT / "tests" / "data" / "mvp_oracle"


@dataclass(frozen=True)
class Case:
    """A single fully connected layer with 16 or so inputs; `y_*` are int8 [n, out]."""

    settings: dict[str, Any]
    x: NDArray[np.int8]
    w: NDArray[np.int8]
    b: NDArray[np.int32]
    y_ref: NDArray[np.int8]
    y_mvp: NDArray[np.int8]

    @property
    def cycles(self) -> int:
        return int(self.settings.get("mvp_acc_cycles", self.settings.get("cycles")))

    @property
    def launches(self) -> int:
        outputs, depth = self.w.shape
        return 1 if depth <= (2048 if depth % 2 == 0 else 1024) else outputs


def load_cases(stem: str) -> dict[str, Case]:
    settings = json.loads((ORACLE / f"{stem}_models.json").read_text())
    with np.load(ORACLE / f"{stem}_vectors.npz") as arrays:
        fields = ("x", "w", "b", "y_ref", "y_mvp")
        return {s["name"]: Case(s, *(arrays[f"{s['name']}/{field}"] for field in fields)) for s in settings}


CASES = load_cases("fc") | load_cases("fc_edge")


def write_model(case: Case) -> bytes:
    s = case.settings
    outputs, depth = case.w.shape
    writer = ModelWriter()
    x = writer.tensor("int8", (1, depth), [s["in_scale"]], s["in_zp"])
    w = writer.tensor("int8", (outputs, depth), [s["w_scale"]], s["w_zp"], case.w)
    bias_scale = float(np.float32(s["in_scale"]) * np.float32(s["w_scale"]))
    b = writer.tensor("int32", (outputs,), [bias_scale], 0, case.b)
    y = writer.tensor("int8", (1, outputs), [s["out_scale"]], s["out_zp"])
    options = schema.FullyConnectedOptionsT()
    options.fusedActivationFunction = s["relu"]
    writer.operator("FULLY_CONNECTED", [x, w, b], [y], options)
    return writer.pack([x], [y])


def run(case: Case, kernel: str, cycle_model: str, executable: Path) -> native.NativeRun:
    model = reader.parse(write_model(case), "oracle")
    return native.run(model, case.x, kernel, cycle_model, executable)


def outputs_of(result: native.NativeRun, case: Case) -> NDArray[np.int8]:
    return result.outputs.reshape(case.y_mvp.shape)


@pytest.mark.parametrize("name", CASES)
def test_baseline_gives_the_vendors_bytes_and_cycles(sanitized_host, name):
    case = CASES[name]
    result = run(case, "baseline", "vendor-sim", sanitized_host)
    np.testing.assert_array_equal(outputs_of(result, case), case.y_mvp)
    assert result.layers[0].launches == case.launches
    assert set(result.layers[0].accelerator_cycles) == {case.cycles}


# M_63 has a multiplier above 2, where every program of the accelerator saturates.
@pytest.mark.parametrize("name", [name for name in CASES if name != "M_63"])
def test_fast_is_no_further_from_the_reference_than_the_vendor(sanitized_host, name):
    case = CASES[name]
    result = run(case, "fast", "device-flash", sanitized_host)
    ours = outputs_of(result, case).astype(int) - case.y_ref
    vendors = case.y_mvp.astype(int) - case.y_ref
    assert np.abs(ours).max() <= np.abs(vendors).max()
    assert np.sqrt(np.mean(ours**2.0)) <= 1.1 * np.sqrt(np.mean(vendors**2.0))
