"""The interleaved form of a file: what it holds, that it is sound, and that everything else stays."""

import numpy as np
import pytest
import tflite_models
from numpy.typing import NDArray
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema
from tflite_models import Layer

from host import native, native_profile
from host.errors import ModelError
from host.fuzz.model_writer import ModelWriter
from host.tflite import reader, submodel, weight_layout
from host.tflite.golden import GoldenInterpreter
from host.tflite.reader import Model

INTERLEAVED = weight_layout.INTERLEAVED


def parse(data: bytes) -> Model:
    return reader.parse(data, "model")


def interleaved(model: Model) -> Model:
    return weight_layout.apply(model, INTERLEAVED)


def entry_of(model: Model) -> NDArray[np.uint32]:
    """Return the words of the metadata entry, read by the schema's own generated code."""
    table = schema.Model.GetRootAs(model.data, 0)
    (entry,) = [
        table.Metadata(i)
        for i in range(table.MetadataLength())
        if table.Metadata(i).Name() == b"earshot.layout"
    ]
    return table.Buffers(entry.Buffer()).DataAsNumpy().view("<u4")


def test_rows_alternate_in_pairs() -> None:
    model = parse(tflite_models.chain(3, [Layer(4)]))
    (tensor,) = weight_layout.interleavable(model)
    rows = model.tensors[tensor].constant()
    stored = interleaved(model).tensors[tensor].constant().reshape(-1)
    expected = [rows[0, 0], rows[1, 0], rows[0, 1], rows[1, 1], rows[0, 2], rows[1, 2]]
    expected += [rows[2, 0], rows[3, 0], rows[2, 1], rows[3, 1], rows[2, 2], rows[3, 2]]
    assert stored.tolist() == expected


def test_the_entry_names_the_tensors() -> None:
    model = parse(tflite_models.autoencoder_float(per_channel=True))
    tensors = weight_layout.interleavable(model)
    assert len(tensors) == 10
    assert entry_of(interleaved(model)).tolist() == [1, *tensors]


def test_everything_else_stays() -> None:
    model = parse(tflite_models.autoencoder_float())
    stored = interleaved(model)
    changed = set(weight_layout.interleavable(model))
    assert stored.operators == model.operators
    assert (stored.inputs, stored.outputs, stored.description) == (
        model.inputs,
        model.outputs,
        model.description,
    )
    for before, after in zip(model.tensors, stored.tensors, strict=True):
        assert (before == after) == (before.index not in changed)
        if before.index in changed:
            assert sorted(before.data or b"") == sorted(after.data or b"")
    assert len(stored.data) - len(model.data) < 1024


def test_constants_keep_their_alignment() -> None:
    model = parse(tflite_models.autoencoder_int8())
    assert (len(interleaved(model).data) - len(model.data)) % 16 == 0


def test_other_metadata_stays(shared) -> None:
    model = parse((shared / "data" / "mlperf_tiny" / "ad01_int8.tflite").read_bytes())
    before, after = (schema.Model.GetRootAs(m.data, 0) for m in (model, interleaved(model)))
    assert after.MetadataLength() == before.MetadataLength() + 1
    for i in range(before.MetadataLength()):
        assert after.Metadata(i).Name() == before.Metadata(i).Name()
        old, new = (m.Buffers(m.Metadata(i).Buffer()).DataAsNumpy() for m in (before, after))
        np.testing.assert_array_equal(old, new)


def test_rows_that_cannot_be_paired_stay() -> None:
    model = parse(tflite_models.chain(8, [Layer(5), Layer(1)]))
    assert weight_layout.interleavable(model) == ()
    assert interleaved(model) is model


@pytest.mark.parametrize(("depth", "order"), [(32_736, INTERLEAVED), (32_738, "tflite"), (65_472, "tflite")])
def test_layers_that_fit_only_in_the_files_order_keep_it(sanitized_host, depth: int, order: str) -> None:
    model = parse(tflite_models.chain(depth, [Layer(4), Layer(2)]))
    deep, small = (model.tensors[operator.inputs[1]] for operator in model.operators)
    stored = [weight_layout.store(model, "fast").tensors[o.inputs[1]] for o in model.operators]
    assert (stored[0].data == deep.data) == (order == "tflite")
    assert stored[1].data != small.data
    batch = native_profile.random_batch(model, 1, seed=2)
    for layout in (None, INTERLEAVED):
        result = native.run(
            model, batch, "fast", executable=sanitized_host, arena_bytes=1 << 20, layout=layout
        )
        assert all(layer.launches for layer in result.layers)
        assert result.notes == ()
        expected = GoldenInterpreter(model.data).run(batch)
        difference = result.outputs.reshape(expected.shape).astype(int) - expected
        assert np.abs(difference).max() <= 2


def test_shared_weights_stay() -> None:
    writer = ModelWriter()
    first = writer.tensor("int8", (1, 4), [0.1])
    weights = writer.tensor("int8", (4, 4), [0.1], 0, np.arange(16, dtype=np.int8))
    twin = writer.tensor("int8", (4, 4), [0.1])
    writer.tensors[twin].buffer = writer.tensors[weights].buffer
    second, third = (writer.tensor("int8", (1, 4), [0.1]) for _ in range(2))
    options = schema.FullyConnectedOptionsT()
    writer.operator("FULLY_CONNECTED", [first, weights, -1], [second], options)
    writer.operator("FULLY_CONNECTED", [second, twin, -1], [third], options)
    assert weight_layout.interleavable(parse(writer.pack([first], [third]))) == ()


def test_applying_twice_changes_nothing() -> None:
    once = interleaved(parse(tflite_models.autoencoder_int8()))
    assert interleaved(once) is once
    assert weight_layout.store(once, "baseline") is once
    with pytest.raises(ModelError, match="interleaved already: use the original"):
        weight_layout.apply(once, weight_layout.TFLITE)


@pytest.mark.parametrize(("kernel", "same"), [("reference", True), ("baseline", True), ("fast", False)])
def test_each_kernel_has_its_layout(kernel: str, same: bool) -> None:
    model = parse(tflite_models.chain(8, [Layer(4)]))
    assert (weight_layout.store(model, kernel) is model) == same
    assert weight_layout.store(model, kernel, weight_layout.TFLITE) is model


@pytest.mark.parametrize("per_channel", [False, True], ids=["per tensor", "per channel"])
def test_the_reference_kernel_gives_the_same_bytes(sanitized_host, per_channel: bool) -> None:
    sizes = (12, 7, 30, 1, 64, 10)
    layers = [Layer(size, per_channel=per_channel) for size in sizes]
    model = parse(tflite_models.chain(37, layers, seed=3))
    assert len(weight_layout.interleavable(model)) == 4
    batch = native_profile.random_batch(model, 200, seed=9)
    expected = GoldenInterpreter(model.data).run(batch)
    result = native.run(model, batch, "reference", executable=sanitized_host, layout=INTERLEAVED)
    np.testing.assert_array_equal(result.outputs.reshape(expected.shape), expected)


def test_the_baseline_leaves_interleaved_layers_to_the_core(sanitized_host) -> None:
    model = parse(tflite_models.chain(16, [Layer(8), Layer(5)], seed=3))
    batch = native_profile.random_batch(model, 5, seed=9)
    result = native.run(model, batch, "baseline", executable=sanitized_host, layout=INTERLEAVED)
    assert [layer.launches for layer in result.layers] == [0, 1]


def test_what_knows_no_layout_refuses_interleaved_weights() -> None:
    stored = interleaved(parse(tflite_models.chain(3, [Layer(4)])))
    with pytest.raises(ModelError, match=r"interleaved .* use the original model"):
        GoldenInterpreter(stored.data)
    with pytest.raises(ModelError, match="interleaved: use the original model"):
        submodel.layer(stored, 0)
    with pytest.raises(ModelError, match="interleaved: use the original model"):
        submodel.up_to(stored, stored.outputs[0])
