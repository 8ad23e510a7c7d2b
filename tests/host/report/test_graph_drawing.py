"""The drawing of a model's graph, read back as XML."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import tflite_models

from host.report import graph_drawing
from host.tflite import reader

SVG = "{http://www.w3.org/2000/svg}"


def texts(document: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(document).iter(f"{SVG}text")]


def test_operators_shapes_and_quantization() -> None:
    model = reader.parse(tflite_models.autoencoder_float(per_channel=True), "seed")
    document = graph_drawing.svg(model)
    found = texts(document)
    titles = [text for text in found if re.fullmatch(r"\d+ [A-Z_]+", text)]
    assert titles == [f"{operator.index} {operator.opcode}" for operator in model.operators]
    assert found[:2] == ["input", "float32 1x5x128x1"]
    weights = next(text for text in found if text.startswith("const int8 128x640"))
    assert re.fullmatch(r"const int8 128x640, 128 scales [\d.e-]+ to [\d.e-]+ along 0", weights)
    assert sum("activation relu" in text for text in found) == 9
    assert any(re.fullmatch(r"gives int8 1x640, scale [\d.e-]+, zero -?\d+", text) for text in found)
    assert document == graph_drawing.svg(model)


def test_nothing_is_loaded() -> None:
    model = reader.parse(tflite_models.autoencoder_int8(), "seed")
    for document in (graph_drawing.svg(model), graph_drawing.html(model)):
        assert set(re.findall(r"https?://[^\s\"']+", document)) == {"http://www.w3.org/2000/svg"}
        assert not re.search(r"(src|href)=|url\(|@import|<script", document)


def test_names_cannot_break_the_document() -> None:
    model = reader.parse(tflite_models.autoencoder_int8(), 'a<b>&"\x01')
    tensors = tuple(replace(tensor, name='<script>"\x00]]>&' * 40) for tensor in model.tensors)
    broken = replace(model, tensors=tensors)
    ElementTree.fromstring(graph_drawing.svg(broken))
    assert "<script" not in graph_drawing.html(broken)
    assert "<b>" not in graph_drawing.html(broken)


def test_operators_that_the_firmware_lacks_are_drawn() -> None:
    model = reader.parse(tflite_models.unsupported(), "other")
    assert any(model.operators[0].opcode in text for text in texts(graph_drawing.svg(model)))
