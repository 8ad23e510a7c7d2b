"""A model's graph as an SVG file or an HTML page that needs nothing else: operators, shapes, quantization.

Equal models give equal files. Any operator is drawn, also those that the firmware does not run.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from host.report import graph_layout
from host.report.graph_layout import Edge, Node, Place
from host.tflite import schema
from host.tflite.operators import shape_text
from host.tflite.reader import Model, Operator, Option, Tensor

_CHARACTER = 7.3  # width in pixels in a monospaced font of 12 pixels, rounded up
_LINE = 17.0
_MARGIN = 10.0

_STYLE = """
text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328; }
.name { font-weight: 700; } .page { fill: #fff; } .edge { fill: none; stroke: #57606a; stroke-width: 1.5; }
.tip { fill: #57606a; } .box { fill: #f3f6fa; stroke: #57606a; } .end .box { fill: #dcebfb; }
@media (prefers-color-scheme: dark) {
text { fill: #e6e8ea; } .page { fill: #15181c; } .edge { stroke: #9aa4ae; } .tip { fill: #9aa4ae; }
.box { fill: #22272e; stroke: #9aa4ae; } .end .box { fill: #173450; }
}
@media print { .page { fill: #fff; } text { fill: #000; } .box, .end .box { fill: #fff; stroke: #000; } }
"""


@dataclass(frozen=True)
class _Box:
    """What stands in a box: its title, the lines below, and what a browser shows under the pointer."""

    title: str
    lines: tuple[str, ...]
    hint: str
    end: bool = False

    @property
    def width(self) -> float:
        longest = max(len(line) for line in (self.title, *self.lines))
        return round(longest * _CHARACTER + 2 * _MARGIN, 1)

    @property
    def height(self) -> float:
        return (1 + len(self.lines)) * _LINE + _MARGIN


def svg(model: Model) -> str:
    """Return the drawing of a model's graph as an SVG document."""
    boxes, nodes = _boxes(model)
    layout = graph_layout.lay_out(nodes)
    width, height = f"{layout.width:g}", f"{layout.height:g}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label={quoteattr(f"graph of {_plain(model.name)}")}>',
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{width}" height="{height}"/>',
        *(_edge(edge) for edge in layout.edges),
        *(_drawn(box, layout.places[number]) for number, box in enumerate(boxes)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def html(model: Model) -> str:
    """Return the drawing in a page, with what can be said of the whole model above it."""
    name = escape(_plain(model.name))
    facts = (
        f"{len(model.operators)} operators, {len(model.tensors)} tensors, {len(model.data):,} bytes, "
        f"SHA-256 {model.sha256}"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}</title>\n<style>\n:root {{ color-scheme: light dark; }}\n"
        "body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem; overflow-wrap: anywhere; }\n"
        "main > div { overflow-x: auto; } svg { max-width: none; }\n"
        "@media print { svg { max-width: 100%; height: auto; } }\n</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{name}</h1>\n<p>{escape(facts)}</p>\n"
        f'<div role="region" aria-label="graph" tabindex="0">\n{svg(model)}</div>\n'
        "</main>\n</body>\n</html>\n"
    )


def _boxes(model: Model) -> tuple[list[_Box], list[Node]]:
    """Return the boxes of inputs, operators and outputs, and how they follow each other."""
    boxes: list[_Box] = []
    nodes: list[Node] = []
    made_by: dict[int, int] = {}

    def add(box: _Box, reads: Iterable[int], writes: Iterable[int]) -> None:
        before = tuple(dict.fromkeys(made_by[index] for index in reads if index in made_by))
        made_by.update(dict.fromkeys(writes, len(boxes)))
        nodes.append(Node(len(boxes), box.width, box.height, before))
        boxes.append(box)

    for index in model.inputs:
        add(_end("input", model.tensors[index]), (), (index,))
    for operator in model.operators:
        add(_operator(model, operator), operator.inputs, operator.outputs)
    for index in model.outputs:
        add(_end("output", model.tensors[index]), (index,), ())
    return boxes, nodes


def _end(title: str, tensor: Tensor) -> _Box:
    return _Box(title, (_tensor(tensor),), _plain(tensor.name), end=True)


def _operator(model: Model, operator: Operator) -> _Box:
    options = ", ".join(text for option in operator.options if (text := _option(option)))
    inputs = [model.tensors[index] for index in operator.inputs if index != -1]
    outputs = [model.tensors[index] for index in operator.outputs]
    lines = [options] if options else []
    lines += [f"const {_tensor(tensor)}" for tensor in inputs if tensor.data is not None]
    lines += [f"gives {_tensor(tensor)}" for tensor in outputs]
    hint = ", ".join(_plain(tensor.name) for tensor in outputs)
    return _Box(f"{operator.index} {_plain(operator.opcode)}", tuple(lines), hint)


def _option(option: Option) -> str:
    if option.name == "FusedActivationFunction":
        return f"activation {schema.activation_name(option.value).lower()}" if option.value else ""
    return f"{option.name} {option.value}" if option.value else ""


def _tensor(tensor: Tensor) -> str:
    text = f"{tensor.type} {shape_text(tensor.shape)}"
    quantization = tensor.quantization
    if quantization is None:
        return text
    if quantization.per_channel:
        low, high = min(quantization.scales), max(quantization.scales)
        count = len(quantization.scales)
        return f"{text}, {count} scales {low:.4g} to {high:.4g} along {quantization.dimension}"
    return f"{text}, scale {quantization.scales[0]:.4g}, zero {quantization.zero_points[0]}"


def _plain(text: str) -> str:
    """Return a name of the file without characters that XML cannot have, shortened."""
    printable = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return printable if len(printable) <= 200 else f"{printable[:199]}…"


def _drawn(box: _Box, place: Place) -> str:
    kind = ' class="end"' if box.end else ""
    x, radius = place.x + _MARGIN, 12 if box.end else 4
    texts = [f'<text class="name" x="{x:g}" y="{place.y + _LINE:g}">{escape(box.title)}</text>']
    for number, line in enumerate(box.lines, start=2):
        texts.append(f'<text x="{x:g}" y="{place.y + number * _LINE:g}">{escape(line)}</text>')
    return (
        f"<g{kind}><title>{escape(box.hint)}</title>"
        f'<rect class="box" x="{place.x:g}" y="{place.y:g}" width="{box.width:g}" height="{box.height:g}" '
        f'rx="{radius}"/>{"".join(texts)}</g>'
    )


def _edge(edge: Edge) -> str:
    (x, y), *further = edge.points
    path = [f"M{x:g} {y:g}"]
    for to_x, to_y in further:
        middle = round((y + to_y) / 2, 1)
        path.append(
            f"L{to_x:g} {to_y:g}" if to_x == x else f"C{x:g} {middle:g} {to_x:g} {middle:g} {to_x:g} {to_y:g}"
        )
        x, y = to_x, to_y
    return f'<path class="edge" d="{" ".join(path)}"/><path class="tip" d="M{x:g} {y:g} l-4 -8 h8 z"/>'
