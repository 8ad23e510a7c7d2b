"""Single fully connected layers with what the vendor's simulator computes of them (tests/data/mvp_oracle)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from host.fuzz.model_writer import ModelWriter

FOLDER = Path(__file__).resolve().parent.parent / "data" / "mvp_oracle"


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


def load() -> dict[str, Case]:
    """Return all cases by name."""
    return _load("fc") | _load("fc_edge")


def write_model(case: Case) -> bytes:
    """Return the case's layer as a .tflite file."""
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


def _load(stem: str) -> dict[str, Case]:
    settings = json.loads((FOLDER / f"{stem}_models.json").read_text())
    with np.load(FOLDER / f"{stem}_vectors.npz") as arrays:
        fields = ("x", "w", "b", "y_ref", "y_mvp")
        return {s["name"]: Case(s, *(arrays[f"{s['name']}/{field}"] for field in fields)) for s in settings}
