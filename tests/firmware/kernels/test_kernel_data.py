"""What the core's kernels keep of preparing: allocated in one place, and all that Invoke reads of it."""

import re

import pytest

from host.project import ROOT
from host.tflite import operators

KERNELS = ROOT / "firmware" / "kernels"
SOURCES = [
    path
    for room in ("reference", "fast")
    for path in sorted((KERNELS / room).iterdir())
    if path.suffix in (".cc", ".h")
]


def declared(room: str) -> set[str]:
    found = re.findall(r"TfLiteStatus (Invoke\w+)\(", (KERNELS / room / "invoke.h").read_text())
    assert found
    return set(found)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_only_kernel_data_allocates(path):
    assert ("AllocatePersistentBuffer" in path.read_text()) == (path.name == "kernel_data.h")


def test_each_operator_has_an_invoke_function_of_its_own():
    # As in the resolver: AddConv2D goes with InvokeConv2D.
    header = ROOT / "firmware" / "tflm" / "tensorflow" / "lite" / "micro" / "micro_mutable_op_resolver.h"
    adders = dict(
        re.findall(r"Add(\w+)\(const TFLMRegistration&[^{]*\{\s*return AddBuiltin\(BuiltinOperator_(\w+)",
                   header.read_text())
    )  # fmt: skip
    names = {name for name, opcode in adders.items() if opcode in operators.supported()}
    assert len(names) == len(operators.supported())
    assert {f"Invoke{name}" for name in names} <= declared("reference")
    assert declared("fast") <= declared("reference")


@pytest.mark.parametrize("room", ["reference", "fast"])
def test_invoke_functions_are_defined_once_and_read_no_options(room):
    defined = []
    for path in (KERNELS / room).glob("*.cc"):
        text = path.read_text()
        for name, body in re.findall(r"^(?:\[\[.*\]\] )?TfLiteStatus (Invoke\w+)\([^;{]*\) \{(.*?)\}$", text,
                                     re.M | re.S):  # fmt: skip
            assert "builtin_data" not in body, name
            defined.append(name)
    assert declared(room) <= set(defined)
    assert len(defined) == len(set(defined))
