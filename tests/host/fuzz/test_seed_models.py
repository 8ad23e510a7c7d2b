"""The models that the fuzzer damages: all operators of the runtime are there, and tflite-micro runs them."""

import re

import numpy as np
import pytest
from tflite_micro import runtime

from host.fuzz.seed_models import SeedModel, seed_models
from host.project import ROOT
from host.tflite import reader


def test_every_operator_of_the_runtime_is_there(tmp_path):
    resolver = ROOT / "firmware/tflm/tensorflow/lite/micro/micro_mutable_op_resolver.h"
    registered = set(re.findall(r"AddBuiltin\(BuiltinOperator_(\w+),", resolver.read_text()))
    assert len(registered) == 21
    present = set()
    for model in seed_models():
        path = tmp_path / f"{model.name}.tflite"
        path.write_bytes(model.data)
        present |= {operator.opcode for operator in reader.read(path).operators}
    assert registered <= present


# tflite-micro knows nothing of interleaved weights, but their file is one like others to it.
@pytest.mark.parametrize("model", seed_models(), ids=lambda model: model.name)
def test_the_reference_runs_it(model: SeedModel):
    interpreter = runtime.Interpreter.from_bytes(model.data, arena_size=1 << 16)
    index = 0
    while True:
        try:
            details = interpreter.get_input_details(index)
        except (IndexError, RuntimeError, ValueError):
            break
        interpreter.set_input(np.zeros(details["shape"], details["dtype"]), index)
        index += 1
    interpreter.invoke()
    assert interpreter.get_output(0).size > 0
