"""Which model is taken when none is named."""

import json

import pytest

from host import default_model
from host.errors import ModelError


def test_the_last_one_built_comes_first(tmp_path):
    model = tmp_path / "model.tflite"
    model.write_bytes(b"")
    record = tmp_path / "last_image.json"
    record.write_text(json.dumps({"board": "brd2601b", "model_path": str(model)}))
    assert default_model.find(record, tmp_path / "pretrained.tflite") == model


def test_without_a_build_the_pretrained_one(tmp_path):
    model = tmp_path / "pretrained.tflite"
    model.write_bytes(b"")
    assert default_model.find(tmp_path / "nothing.json", model) == model


def test_neither_is_one_clear_line(tmp_path):
    with pytest.raises(ModelError, match=r"name a \.tflite file"):
        default_model.find(tmp_path / "nothing.json", tmp_path / "pretrained.tflite")


@pytest.mark.parametrize("text", ["", "[]", "{}", "\0", '"x"'])
def test_a_damaged_record_is_one_clear_line(tmp_path, text):
    record = tmp_path / "last_image.json"
    record.write_text(text)
    with pytest.raises(ModelError, match="build again"):
        default_model.find(record, tmp_path / "pretrained.tflite")
