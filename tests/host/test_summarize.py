"""`host.summarize`: the figures it prints and writes, and its refusals."""

import json
from pathlib import Path

import pytest
import tflite_models

from host import summarize
from host.errors import ModelError


@pytest.fixture
def seed_shaped(tmp_path: Path) -> Path:
    path = tmp_path / "seed_shaped.tflite"
    path.write_bytes(tflite_models.autoencoder_float(per_channel=True))
    return path


def test_prints_operators_and_totals(seed_shaped, capsys):
    assert summarize.main([str(seed_shaped)]) == 0
    text = capsys.readouterr().out
    for word in ("264.192k", "535.96k", "1x5x128x1 (float32)", "128x640 (int8 per channel)", "per channel"):
        assert word in text
    assert text.count("fully_connected") == 2 * 10  # in the list, and in the picture of the memory
    assert f"{seed_shaped.stat().st_size} B" in text
    assert "activations only" in text


def test_writes_the_same_figures(seed_shaped, tmp_path, capsys):
    path = tmp_path / "summary.json"
    assert summarize.main([str(seed_shaped), "--json", str(path)]) == 0
    document = json.loads(path.read_text())
    assert document["schema"] == "summary/1"
    assert document["summary"]["macs"] == 264_192
    assert document["summary"]["ops"] == 535_960
    assert document["summary"]["layers"] == len(document["layers"]) == 17
    assert document["model"]["file_bytes"] == seed_shaped.stat().st_size
    capsys.readouterr()
    summarize.main([str(seed_shaped), "--json", "-"])
    assert json.loads(capsys.readouterr().out) == document


def test_draws_the_memory(seed_shaped, tmp_path, capsys):
    files = (tmp_path / "plan.png", tmp_path / "plan.svg")
    for path in files:
        assert summarize.main([str(seed_shaped), "--plot", str(path)]) == 0
    assert files[0].read_bytes().startswith(b"\x89PNG")
    assert b"</svg>" in files[1].read_bytes()
    lines = capsys.readouterr().out.splitlines()
    # At the end: the kept input in the lower half, the output in the upper one over what it is made of.
    (row,) = {line.split("│")[3].strip() for line in lines if line.count("A") == 24 and "dequantize" in line}
    assert row == 24 * "A" + 18 * "p" + 6 * "*"


def test_draws_nothing_of_another_kind(seed_shaped, tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        summarize.main([str(seed_shaped), "--plot", str(tmp_path / "plan.gif")])
    assert caught.value.code == 2
    assert "neither .png nor .svg" in capsys.readouterr().err


def test_writes_the_plan_into_a_copy(tmp_path, capsys):
    layers = [tflite_models.Layer(width) for width in (32, 16, 16, 32)]
    paths = [tmp_path / name for name in ("model.tflite", "planned.tflite")]
    paths[0].write_bytes(tflite_models.chain(16, layers))
    summarize.main([str(paths[0]), "--plan-out", str(paths[1])])
    assert "80 B planned at run time" in capsys.readouterr().out
    summarize.main([str(paths[1])])
    assert "64 B by the plan in the file" in capsys.readouterr().out
    with pytest.raises(ModelError, match="has a memory plan already"):
        summarize.main([str(paths[1]), "--plan-out", str(tmp_path / "again.tflite")])
    assert not (tmp_path / "again.tflite").exists()


def test_published_model_is_per_tensor(shared, capsys):
    summarize.main([str(shared / "data" / "mlperf_tiny" / "ad01_int8.tflite")])
    text = capsys.readouterr().out
    assert "int8, per tensor" in text
    assert "276976 B" in text


@pytest.mark.parametrize("data", [b"", b"not a model at all", tflite_models.unsupported()])
def test_refuses_what_it_cannot_count(tmp_path, data, capsys):
    path = tmp_path / "bad.tflite"
    path.write_bytes(data)
    with pytest.raises(ModelError):
        summarize.main([str(path), "--json", str(tmp_path / "out.json")])
    assert capsys.readouterr().out == ""
    assert [file.name for file in tmp_path.iterdir()] == ["bad.tflite"]


def test_no_arguments_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as caught:
        summarize.main([])
    assert caught.value.code == 2
    assert "error:" in capsys.readouterr().err
