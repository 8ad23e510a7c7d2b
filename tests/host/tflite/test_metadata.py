"""Metadata entries: read by the schema's own generated code, and the rest of the file as it was."""

import pytest
import tflite_models
from hypothesis import given, settings
from hypothesis import strategies as st
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from host.tflite import metadata, reader

MODEL = tflite_models.autoencoder_float(per_channel=True)


def read_by_schema(data: bytes) -> list[tuple[bytes, bytes]]:
    table = schema.Model.GetRootAs(data, 0)
    entries = [table.Metadata(i) for i in range(table.MetadataLength())]
    return [(entry.Name(), bytes(table.Buffers(entry.Buffer()).DataAsNumpy())) for entry in entries]


@settings(max_examples=20, deadline=None)
@given(
    name=st.binary(min_size=1, max_size=40).filter(lambda name: 0 not in name), content=st.binary(min_size=1)
)
def test_an_entry_comes_back(name, content):
    data = metadata.append(MODEL, name, content)
    assert metadata.entries(data, name) == (content,)
    assert read_by_schema(data) == [(name, content)]


def test_entries_add_up():
    data = metadata.append(metadata.append(MODEL, b"one", b"1"), b"two", b"22")
    data = metadata.append(data, b"one", b"333")
    assert metadata.entries(data, b"one") == (b"1", b"333")
    assert read_by_schema(data) == [(b"one", b"1"), (b"two", b"22"), (b"one", b"333")]
    assert metadata.entries(data, b"on") == ()


def test_the_rest_stays():
    before, after = reader.parse(MODEL, "m"), reader.parse(metadata.append(MODEL, b"name", b"content"), "m")
    assert after.tensors == before.tensors
    assert [tensor.data for tensor in after.tensors] == [tensor.data for tensor in before.tensors]
    assert (after.operators, after.inputs, after.outputs) == (before.operators, before.inputs, before.outputs)


@pytest.mark.parametrize("size", range(1, 18))
def test_constants_and_contents_stay_aligned(size):
    data = metadata.append(MODEL, b"name", b"what it says" + bytes(size))
    (old, new) = (schema.Model.GetRootAs(file, 0) for file in (MODEL, data))
    assert data.endswith(MODEL)
    assert (len(data) - len(MODEL)) % 16 == 0
    assert old.BuffersLength() + 1 == new.BuffersLength()
    assert data.index(b"what it says" + bytes(size)) % 4 == 0
