"""Every list of supported operators names the same ones; C++ lists are read from their sources."""

import re
from pathlib import Path

import pytest

from host import native_profile
from host.codegen import firmware_sources, static_tables
from host.project import ROOT
from host.tflite import operators

SUPPORTED = set(operators.supported())
TFLM = ROOT / "firmware" / "tflm"
NO_OPTIONS = {"DEQUANTIZE", "LOGISTIC", "PAD", "QUANTIZE", "RELU", "RELU6"}
"""Operators whose kernels read no options."""


def names(path: Path, pattern: str) -> set[str]:
    found = re.findall(pattern, path.read_text())
    assert found, f"{path} has no {pattern}: the test reads the wrong place"
    return set(found)


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=(?<!2)[A-Z]|2D)", "_", name).upper()


def test_the_generator_adds_each():
    assert set(firmware_sources._ADDERS) == SUPPORTED
    for opcode, adder in firmware_sources._ADDERS.items():
        (name,) = re.findall(r"^Add(\w+)\(", adder)
        assert snake(name) == opcode


def test_tables_name_a_function_for_each():
    functions = {opcode: name.split("::")[-1] for opcode, name in static_tables.reference_functions().items()}
    assert set(functions) == SUPPORTED
    declared = names(ROOT / "firmware" / "kernels" / "reference" / "invoke.h", r"TfLiteStatus (Invoke\w+)\(")
    for opcode, function in functions.items():
        assert function in declared
        assert snake(function.removeprefix("Invoke").removesuffix("Int8")) == opcode


@pytest.mark.parametrize(
    "path",
    [
        ROOT / "host" / "sim" / "host_build" / "session.cc",
        ROOT / "tests" / "firmware" / "tflm" / "loaded_model.cc",
        TFLM / "earshot_c_operators.cc",
    ],
    ids=lambda path: path.name,
)
def test_resolvers_add_each(path):
    assert {snake(name) for name in names(path, r"(?:resolver|operators)[.>-]+Add(\w+)\(")} == SUPPORTED


def test_c_programs_can_name_each():
    declared = names(TFLM / "earshot_c.h", r"void Earshot(\w+)\(EarshotRegistration\*")
    assert {snake(name) for name in declared} == SUPPORTED
    sources = (TFLM / "earshot_c_operators.cc").read_text()
    for function, opcode, adder in re.findall(
        r"void Earshot(\w+)\(.*?BuiltinOperator_(\w+).*?\.Add(\w+)\(\)", sources, re.DOTALL
    ):
        assert (snake(function), snake(adder)) == (opcode, opcode)


def test_the_resolver_can_add_each():
    path = TFLM / "tensorflow" / "lite" / "micro" / "micro_mutable_op_resolver.h"
    assert {snake(name) for name in names(path, r"TfLiteStatus Add([A-Z]\w+)\(")} >= SUPPORTED


def test_options_are_read_of_each_that_has_some():
    path = TFLM / "tensorflow" / "lite" / "micro" / "micro_mutable_op_resolver.h"
    added = re.findall(r"AddBuiltin\(BuiltinOperator_(\w+), \w+(?:\(\))?,\s+(\S+)\);", path.read_text())
    assert {opcode for opcode, _ in added} == SUPPORTED
    assert {opcode for opcode, parser in added if parser == "nullptr"} == NO_OPTIONS


def test_accelerated_operators_are_the_firmwares():
    path = ROOT / "firmware" / "kernels" / "mvp" / "accelerated_operators.h"
    assert names(path, r"tflite::BuiltinOperator_(\w+)") == operators.ACCELERATED
    assert operators.ACCELERATED <= SUPPORTED


def test_operators_with_several_kernels_are_chosen_in_one_place():
    chosen = {opcode for opcode, adder in firmware_sources._ADDERS.items() if "kernels." in adder}
    choice = names(ROOT / "firmware" / "app" / "kernel_choice.h", r"TFLMRegistration (\w+)(?:\(\) const)?;")
    assert {name.upper() for name in choice} == chosen
    fast_on_core = {opcode.upper() for opcode, *_ in native_profile._FAST_ON_CORE}
    assert fast_on_core | operators.ACCELERATED == chosen


def test_accelerated_operators_are_named_nowhere_else():
    """Whoever needs to know asks kernels/mvp/accelerated_operators.h."""
    for folder in ("firmware/app", "host/sim/host_build"):
        for path in (ROOT / folder).glob("*.cc"):
            assert "BuiltinOperator_FULLY_CONNECTED" not in path.read_text(), path
