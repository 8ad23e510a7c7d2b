"""Writes the tables of operators in docs/runtime.md, read from the kernels' sources.

Run as `python tools/operator_table.py` after a change of a kernel; a test compares the tables. Calls are
followed from each kernel's registration and from what reads its options: checks on the way are the limits.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from host import atomic
from host.project import ROOT
from host.tflite import operators

DOCUMENT = ROOT / "docs" / "runtime.md"
BEGIN = "<!-- operators: written by tools/operator_table.py -->\n"
END = "<!-- end of operators -->\n"
FIRMWARE = ROOT / "firmware"
REFERENCE = FIRMWARE / "kernels" / "reference"
OPTIONS = FIRMWARE / "tflm" / "options"
RESOLVER = FIRMWARE / "tflm" / "tensorflow" / "lite" / "micro" / "micro_mutable_op_resolver.h"

_FUNCTION = re.compile(
    r"^[A-Za-z][\w:<>*& ]*?\b(\w+)\(([^;{}]*)\) (?:const )?\{(?: ([^\n]*) \}$|\n(.*?)^\})", re.M | re.S
)
_ADDED = re.compile(r"AddBuiltin\(BuiltinOperator_(\w+), \w+,\s+(?:earshot::)?(\w+)\);")
_TYPE_ASKED = re.compile(r"\b(input|output)(?:->|\.)type == kTfLite(\w+)")
_EVERY_OPERAND_KERNEL = ("CheckType", "CheckOperandCount", "DescribeInput", "DescribeOutput")
_PLACEHOLDER = re.compile(r"%[dus]")
_NO_ACTIVATION = "a fused activation is not supported"


@dataclass(frozen=True)
class Function:
    """A function of a source file: the names of its parameters and its text without comments."""

    path: Path
    name: str
    parameters: tuple[str, ...]
    body: str


@dataclass
class Limits:
    """What the functions of a kernel check. `types` are by operand, in the order of the checks."""

    inputs: str = ""
    types: dict[str, list[str]] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    activations: tuple[str, ...] = ()

    def add_type(self, operand: str, name: str) -> None:
        """Note that an operand may have a type."""
        known = self.types.setdefault(operand, [])
        if name not in known:
            known.append(name)

    def add_refusal(self, text: str) -> None:
        """Note a message with which a model is refused; N stands for what depends on the model."""
        if text not in self.refusals:
            self.refusals.append(text)


@cache
def _source(path: Path) -> str:
    return re.sub(r"//.*", "", path.read_text()) if path.is_file() else ""


@cache
def _functions(path: Path) -> dict[str, Function]:
    found = {}
    for name, parameters, line, lines in _FUNCTION.findall(_source(path)):
        names = tuple(part.split()[-1].strip("*&") for part in _split(parameters) if part)
        found[name] = Function(path, name, names, line or lines)
    return found


@cache
def _headers(path: Path) -> tuple[Path, ...]:
    """Return the headers that a source includes, directly or not."""
    found: dict[Path, None] = {}
    for name in re.findall(r'#include "([\w/.]+)"', path.read_text()):
        for header in (FIRMWARE / name, FIRMWARE / "tflm" / name):
            if header.is_file():
                found |= dict.fromkeys((header, *_headers(header)))
    return tuple(found)


def _resolve(path: Path, name: str) -> Function | None:
    """Return the function that a name in a source means: its own, or one that a header declares."""
    if name in _functions(path):
        return _functions(path)[name]
    for header in _headers(path):
        source = header.with_suffix(".cc")
        if name in _functions(header):
            return _functions(header)[name]
        if name in _functions(source) and re.search(rf"\b{name}\(", _source(header)):
            return _functions(source)[name]
    return None


def _split(arguments: str) -> list[str]:
    """Split at the commas outside of brackets and strings."""
    parts, depth, quoted = [""], 0, False
    for character in arguments:
        quoted ^= character == '"'
        depth += 0 if quoted else (character in "([{") - (character in ")]}")
        if character == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return [" ".join(part.split()) for part in parts]


def _calls(body: str) -> Iterator[tuple[str, list[str] | None]]:
    """Yield each name in the text with the arguments that follow it; None for a name without any."""
    for match in re.finditer(r'"[^"]*"|\b([A-Za-z_]\w*)(\()?', body):
        if match[1] is None:
            continue
        if match[2] is None:
            yield match[1], None
            continue
        end, depth, quoted = match.end(), 1, False
        while depth and end < len(body):
            quoted ^= body[end] == '"'
            depth += 0 if quoted else (body[end] == "(") - (body[end] == ")")
            end += 1
        yield match[1], _split(body[match.end() : end - 1])


def _text(argument: str, body: str) -> str:
    """Return a string literal, joined, or that of the variable of this name."""
    if '"' not in argument:
        (argument,) = re.findall(rf"\bconst char\* {argument} = ([^;]*);", body)
    return "".join(re.findall(r'"([^"]*)"', argument))


def _message(arguments: list[str], function: Function, bound: dict[str, str]) -> str:
    """Return a format with the values that are known before a model is: literals and constants."""
    text = _text(arguments[0], function.body)
    for argument in arguments[1:]:
        text = _PLACEHOLDER.sub(_value(argument, function, bound), text, count=1)
    return text


def _value(argument: str, function: Function, bound: dict[str, str]) -> str:
    known = bound.get(argument, "")
    if known.startswith('"'):
        return _text(known, "")
    for constant in re.findall(r"\bk[A-Z]\w+", argument):
        for path in (function.path, function.path.with_suffix(".h")):
            for value in re.findall(rf"\bconstexpr \w+ {constant} = ([^;]+);", _source(path)):
                return str(value)
    return "N"


def _type_name(name: str) -> str:
    return name.removeprefix("kTfLite").lower()


def _note(call: str, arguments: list[str], function: Function, limits: Limits, bound: dict[str, str]) -> None:
    """Note what one check says."""
    if call == "TF_LITE_ENSURE_MSG":
        limits.add_refusal(_text(arguments[2], function.body))
    elif call == "TF_LITE_KERNEL_LOG":
        limits.add_refusal(_message(arguments[1:], function, bound))
    elif call == "MicroPrintf":
        limits.add_refusal(_message(arguments, function, bound))
    elif call == "TF_LITE_ENSURE_EQ":
        limits.add_refusal(f"`{arguments[1]} != {arguments[2]}`")
    elif call == "CheckOperandCount":
        limits.inputs = arguments[2] if arguments[2] == arguments[3] else f"{arguments[2]}–{arguments[3]}"
        limits.inputs = re.sub(r"–\D.*", " or more", limits.inputs)
    elif call == "CheckType":
        limits.add_type(_text(arguments[3], ""), _type_name(bound.get(arguments[2], arguments[2])))
    elif call == "MovableElementBytes":
        movable = _functions(REFERENCE / "operands.cc")["MovableElementBytes"].body
        for name in re.findall(r"kTfLite\w+", movable):
            limits.add_type("all", _type_name(name))
    elif call == "ConvertActivation":
        converted = _functions(OPTIONS / "checked_options.cc")["ConvertActivation"].body
        limits.activations = tuple(re.findall(r"case tflite::ActivationFunctionType_(\w+):", converted))


def _follow(function: Function, limits: Limits, bound: dict[str, str], seen: set[object]) -> None:
    key = (function.path, function.name, tuple(sorted(bound.items())))
    if key in seen:
        return
    seen.add(key)
    for operand, name in _TYPE_ASKED.findall(function.body):
        limits.add_type(f"the {operand}", name.lower())
    for name, arguments in _calls(function.body):
        if arguments is not None:
            _note(name, arguments, function, limits, bound)
        if name in _EVERY_OPERAND_KERNEL:  # what they say stands in the columns of inputs and types
            continue
        called = _resolve(function.path, name)
        if called is not None:
            values = dict(zip(called.parameters, arguments or (), strict=False))
            passed = {key: bound.get(value, value) for key, value in values.items()}
            _follow(called, limits, {k: v for k, v in passed.items() if v.startswith(("kTfLite", '"'))}, seen)


def limits_of(opcode: str) -> Limits:
    """Return what an operator's reference kernel and its options' reader accept."""
    limits = Limits()
    parser = dict(_ADDED.findall(_source(RESOLVER)))[opcode]
    for path in sorted(OPTIONS.glob("*.cc")):
        if parser in _functions(path):
            _follow(_functions(path)[parser], limits, {}, set())
    path = REFERENCE / f"{opcode.lower()}.cc"
    _follow(_functions(path)[f"Register_{opcode}"], limits, {}, set())
    if _NO_ACTIVATION in limits.refusals:
        limits.activations = ("NONE",)
    return limits


def _summary(opcode: str) -> str:
    """Return the first sentence of the kernel's heading, without the operator's name."""
    heading = []
    for line in (REFERENCE / f"{opcode.lower()}.cc").read_text().splitlines():
        if not line.startswith("//"):
            break
        heading.append(line.removeprefix("//").strip())
    text = re.sub(rf"^{opcode}(?: in \w+)?: ", "", " ".join(heading))
    return re.split(r"(?<=[a-z])\. (?=[A-Z])", text)[0].removesuffix(".")


def _cell(text: str) -> str:
    if text.startswith("`"):
        return text
    return re.sub(r"([*|_<>\[\]])", r"\\\1", text)


def _types(limits: Limits) -> str:
    by_types: dict[str, list[str]] = {}
    for operand, names in limits.types.items():
        by_types.setdefault(" or ".join(sorted(names)), []).append(operand.removeprefix("the "))
    if len(by_types) == 1 and limits.types.keys() != {"the output"}:
        return next(iter(by_types))
    return "; ".join(f"{', '.join(operands)}: {names}" for names, operands in by_types.items()) or "any"


def _others(opcode: str) -> str:
    rooms = [
        room for room in ("fast", "mvp") if (FIRMWARE / "kernels" / room / f"{opcode.lower()}.cc").is_file()
    ]
    return ", ".join(rooms)


def tables() -> str:
    """Return both tables as Markdown: what each operator takes, and what it refuses."""
    rows = [
        "| operator | computes | inputs | element types | fused activation | also in |",
        "|---|---|---|---|---|---|",
    ]
    refused = ["| operator | a model is refused with |", "|---|---|"]
    for opcode in sorted(operators.supported()):
        limits = limits_of(opcode)
        activations = ", ".join(limits.activations).replace("_", "\\_")
        cells = (_cell(_summary(opcode)), limits.inputs, _types(limits), activations, _others(opcode))
        rows.append(f"| {_cell(opcode)} | {' | '.join(cells)} |")
        refused.append(f"| {_cell(opcode)} | {'; '.join(_cell(text) for text in limits.refusals)} |")
    return "\n".join(rows) + "\n\n" + "\n".join(refused) + "\n"


def current(document: str) -> str:
    """Return the document with its tables as the sources have them now."""
    before, rest = document.split(BEGIN)
    _, behind = rest.split(END)
    return f"{before}{BEGIN}\n{tables()}\n{END}{behind}"


if __name__ == "__main__":
    atomic.write_text(DOCUMENT, current(DOCUMENT.read_text()))
