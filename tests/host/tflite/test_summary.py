"""The summary of a model as a record and as the document summary/1."""

import json

import pytest
import tflite_models

from host.tflite import reader, summary


@pytest.mark.parametrize(("per_channel", "words"), [(False, "int8, per tensor"), (True, "int8, per channel")])
def test_says_how_weights_are_quantized(per_channel, words):
    model = reader.parse(tflite_models.autoencoder_int8(per_channel), "ad")
    assert summary.summarize(model).weights == words


def test_mixed_weights_are_both_named():
    layers = [tflite_models.Layer(4), tflite_models.Layer(4, per_channel=True)]
    model = reader.parse(tflite_models.chain(4, layers), "mixed")
    assert summary.summarize(model).weights == "int8, per channel and int8, per tensor"


def test_document_holds_the_plan():
    result = summary.summarize(reader.parse(tflite_models.autoencoder_float(), "seed"))
    document = json.loads(json.dumps(summary.document(result), allow_nan=False))
    plan = document["activation_plan"]
    assert document["summary"]["activation_plan_bytes"] == max(
        place["offset"] + place["bytes"] for place in plan
    )
    assert document["summary"]["run_time_plan_bytes"] == document["summary"]["least_plan_bytes"] == 5120
    assert document["summary"]["activation_plan_from_file"] is False
    assert [place["kept_input"] for place in plan].count(True) == 1
    assert [place["overwritten_by"] for place in plan if place["overwritten_by"] is not None] == [44]
    assert document["layers"][2]["inputs"][1]["constant"] is True
    assert document["inputs"][0]["quantization"] is None
