"""Whatever application and kernels use of TFLM's interface is in the list of public_signatures_test.cc."""

import re
from collections.abc import Iterator
from pathlib import Path

from host.project import ROOT

FIRMWARE = ROOT / "firmware"
LIST = ROOT / "tests" / "firmware" / "tflm" / "public_signatures_test.cc"
# What is compiled against an installed TFLM (firmware/tflm/outside).
SHARED = (
    "channel_factors",
    "dequantize",
    "fully_connected_operands",
    "fully_connected_prepare",
    "operands",
    "quantize",
)
NAME = re.compile(
    r"\btflite::(?:micro::)?([A-Za-z]\w*)(?:::(\w+))?"
    r"|\b(k?TfLite[A-Z]\w*|TFLM[A-Z]\w+|TF_LITE_\w+|MicroPrintf|DebugLog)\b"
)
MEMBER = re.compile(r"(?:\bmicro(?:_context)?|\binterpreter_|GetMicroContext\(\w+\))->(\w+)\(")


def sources() -> Iterator[Path]:
    for folder in ("app", "kernels/mvp", "kernels/fast"):
        yield from (path for path in (FIRMWARE / folder).rglob("*") if path.suffix in (".cc", ".h"))
    yield FIRMWARE / "kernels" / "external_context.h"
    for name in SHARED:
        yield from (FIRMWARE / "kernels" / "reference").glob(f"{name}.*")
    yield from (ROOT / "host" / "codegen" / "templates").glob("*.jinja")


def used() -> set[str]:
    found = set()
    for path in sources():
        text = re.sub(r"//.*", "", path.read_text())
        found.update(*NAME.findall(text), MEMBER.findall(text))
    return found - {""}


def test_everything_used_is_in_the_list():
    listed = set(re.findall(r"\w+", LIST.read_text()))
    assert len(used()) > 50, "the test looks in the wrong place"
    assert used() - listed == set()
