"""`host.generate`: the folder it writes and its refusals."""

from pathlib import Path

import pytest
import tflite_models

from host import generate
from host.errors import ModelError


@pytest.mark.usefixtures("sanitized_host")
def test_writes_the_folder(tmp_path, capsys):
    model = tmp_path / "seed_shaped.tflite"
    model.write_bytes(tflite_models.autoencoder_float())
    out = tmp_path / "generated"
    assert generate.main([str(model), "--out", str(out), "--preset", "host-sanitize"]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "model_data.cc",
        "model_facts.cc",
        "model_generated.h",
        "model_images.cc",
    ]
    text = capsys.readouterr().out
    assert f"bytes of model ({model.stat().st_size} in the file)" in text
    assert "STRIDED_SLICE" in text
    for path in out.iterdir():
        assert str(tmp_path) not in path.read_text()


@pytest.mark.usefixtures("sanitized_host")
@pytest.mark.parametrize(("options", "interleaved"), [([], True), (["--kernel", "baseline"], False)])
def test_stores_the_weights_as_the_kernel_likes_them(tmp_path, capsys, options, interleaved):
    model = tmp_path / "small.tflite"
    model.write_bytes(tflite_models.chain(4, [tflite_models.Layer(2)]))
    command = [str(model), "--out", str(tmp_path / "out"), "--preset", "host-sanitize", *options]
    assert generate.main(command) == 0
    size = model.stat().st_size
    text = capsys.readouterr().out
    assert (f"{size} bytes of model ({size} in the file)" in text) != interleaved
    assert generate.main([*command, "--layout", "tflite"]) == 0
    assert f"{size} bytes of model ({size} in the file)" in capsys.readouterr().out


@pytest.mark.parametrize("data", [b"", b"RIFF....WAVE", tflite_models.unsupported()])
def test_refuses_other_files_and_writes_nothing(tmp_path: Path, data):
    model = tmp_path / "bad.tflite"
    model.write_bytes(data)
    with pytest.raises(ModelError):
        generate.main([str(model), "--out", str(tmp_path / "out"), "--preset", "host-sanitize"])
    assert not (tmp_path / "out").exists()
