"""`host.profile --host`: the two tables, profile/1, and layers that fell back to the core."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tflite_models

from host import native, profile
from host.errors import FirmwareError, HostError, ModelError, UsageError
from host.fuzz.model_writer import ModelWriter


def document(model: bytes, folder: Path, *options: str) -> dict[str, Any]:
    path = folder / "m.tflite"
    path.write_bytes(model)
    out = folder / "profile.json"
    assert profile.main(["--host", str(path), "--json", str(out), "--preset", "host-sanitize", *options]) == 0
    return json.loads(out.read_text())


@pytest.mark.usefixtures("sanitized_host")
def test_seventeen_rows(tmp_path, capsys):
    result = document(tflite_models.autoencoder_float(), tmp_path, "--no-errors")
    text = capsys.readouterr().out
    for word in ("264.192k", "535.96k", "Profiling summary", "Layers", "n/a", "host (", "device-flash ("):
        assert word in text
    assert text.count("fully_connected") == 10
    assert len(result["layers"]) == result["summary"]["layers"] == 17
    assert (result["source"], result["accelerator"]) == ("host", "mvp")
    assert (result["kernel"], result["cycle_model"]) == (native.DEFAULT_KERNEL, "device-flash")
    assert result["summary"]["unsupported_layers"] == 0
    for layer in result["layers"]:
        accelerated = layer["opcode"] == "fully_connected"
        assert (layer["accelerator_cycles"] > 0) == accelerated
        converted = layer["opcode"] in ("quantize", "dequantize")
        assert layer["kernel"] == ("fast" if accelerated or converted else "reference")
        assert layer["cpu_cycles"] is None
    total = sum(layer["accelerator_cycles"] for layer in result["layers"])
    assert result["summary"]["accelerator_cycles"] == total


@pytest.mark.usefixtures("sanitized_host")
@pytest.mark.parametrize(("faults", "warned"), [(0, None), (1, "1 program of"), (4, "4 programs of")])
def test_warns_of_faults_in_one_line(tmp_path, capsys, monkeypatch, faults, warned):
    run = native.run
    monkeypatch.setattr(
        native, "run", lambda *args, **options: dataclasses.replace(run(*args, **options), faults=faults)
    )
    result = document(tflite_models.chain(8, [tflite_models.Layer(4)]), tmp_path, "--no-errors")
    warnings = [line for line in capsys.readouterr().err.splitlines() if "fault" in line]
    assert result["summary"]["faults"] == faults
    assert len(warnings) == (warned is not None)
    assert warned is None or f"warning: {warned} the accelerator" in warnings[0]


@pytest.mark.usefixtures("sanitized_host")
def test_errors_by_layer_unless_switched_off(tmp_path, capsys):
    model = tflite_models.chain(40, [tflite_models.Layer(4)])
    assert document(model, tmp_path)["layers"][0]["max_error"] in (0, 1)
    assert "Max error" in capsys.readouterr().out
    assert document(model, tmp_path, "--no-errors")["layers"][0]["max_error"] is None
    assert "Max error" not in capsys.readouterr().out


@pytest.mark.usefixtures("sanitized_host")
@pytest.mark.parametrize(
    ("options", "layout"),
    [
        (["--kernel", "fast"], "interleaved"),
        (["--kernel", "baseline"], "tflite"),
        (["--kernel", "fast", "--layout", "tflite"], "tflite"),
    ],
)
def test_states_the_layout_that_weights_were_stored_in(tmp_path, capsys, options, layout):
    model = tflite_models.chain(40, [tflite_models.Layer(4)])
    assert document(model, tmp_path, "--no-errors", *options)["summary"]["layout"] == layout
    row = next(line for line in capsys.readouterr().out.splitlines() if "Layout of weights" in line)
    assert layout in row


@pytest.mark.usefixtures("sanitized_host")
def test_compares_baseline_and_fast(tmp_path, capsys):
    result = document(
        tflite_models.autoencoder_float(),
        tmp_path,
        "--compare-kernels",
        "--no-errors",
        "--kernel",
        "reference",
    )
    text = capsys.readouterr().out
    for word in ("Kernels compared", "fast / baseline", "406.48k"):
        assert word in text
    assert (result["kernel"], result["baseline"]["kernel"]) == ("fast", "baseline")
    summary, baseline = result["summary"], result["baseline"]["summary"]
    ratio = summary["accelerator_cycles"] / baseline["accelerator_cycles"]
    assert summary["ratio_to_baseline"] == pytest.approx(ratio)
    assert ratio < 0.55
    assert result["layers"][0]["ratio_to_baseline"] is None


def with_multiplier(multiplier: float) -> bytes:
    """Two layers of 16 elements; the second one's output multiplier is given."""
    writer = ModelWriter()
    random = np.random.default_rng(1)
    tensors = [writer.tensor("int8", (1, 16), [0.5])]
    for scale in (40.0, 0.5 * 40 / multiplier):
        weights = writer.tensor("int8", (16, 16), [0.5], 0, random.integers(-127, 128, (16, 16), np.int8))
        tensors.append(writer.tensor("int8", (1, 16), [scale]))
        options = tflite_models.schema.FullyConnectedOptionsT()
        writer.operator("FULLY_CONNECTED", [tensors[-2], weights, -1], [tensors[-1]], options)
    return writer.pack([tensors[0]], [tensors[-1]])


# 65504 / 2^15 is 1.99902.
@pytest.mark.usefixtures("sanitized_host")
@pytest.mark.parametrize(
    ("multiplier", "options", "warned"),
    [
        (1e6, ("--compare-kernels",), True),
        (1e6, ("--kernel", "baseline"), True),
        (1e6, ("--kernel", "baseline", "--no-errors"), False),
        (1e6, ("--kernel", "fast"), False),
        (1.999, ("--kernel", "baseline"), False),
    ],
)
def test_warns_in_one_line_of_multipliers_that_saturate(tmp_path, capsys, multiplier, options, warned):
    result = document(with_multiplier(multiplier), tmp_path, *options)
    lines = [line for line in capsys.readouterr().err.splitlines() if "saturate" in line]
    assert len(lines) == warned
    if warned:
        error = result.get("baseline", result)["layers"][1]["max_error"]
        assert error > 100
        assert f"off by up to {error} output codes in layer 1: output multipliers above 1.999" in lines[0]


@pytest.mark.usefixtures("sanitized_host")
def test_reference_kernels_need_no_accelerator(tmp_path):
    result = document(tflite_models.autoencoder_int8(), tmp_path, "--kernel", "reference")
    assert (result["accelerator"], result["cycle_model"]) == ("none", None)
    assert result["summary"]["accelerator_cycles"] == 0
    assert {layer["kernel"] for layer in result["layers"]} == {"reference"}


@pytest.mark.usefixtures("sanitized_host")
def test_published_fully_connected_cycles(tmp_path):
    # The seed's model on silicon, its ten layers in thousands with one digit: ±50 by rounding.
    result = document(tflite_models.autoencoder_float(), tmp_path, "--kernel", "baseline", "--no-errors")
    rows = [layer for layer in result["layers"] if layer["opcode"] == "fully_connected"]
    published = [123_700, *[25_400] * 3, 1_600, 2_300, *[25_400] * 3, 126_700]
    for row, cycles in zip(rows, published, strict=True):
        assert row["accelerator_cycles"] == pytest.approx(cycles, abs=60)


@pytest.mark.usefixtures("sanitized_host")
def test_several_runs_give_spreads(tmp_path, capsys):
    result = document(tflite_models.chain(8, [tflite_models.Layer(4)]), tmp_path, "--runs", "3")
    assert result["runs"] == 3
    layer = result["layers"][0]
    low, high = layer["accelerator_cycles_min"], layer["accelerator_cycles_max"]
    assert low <= layer["accelerator_cycles"] <= high
    capsys.readouterr()


@pytest.mark.usefixtures("sanitized_host")
def test_json_alone_on_standard_output(tmp_path, capsys):
    path = tmp_path / "m.tflite"
    path.write_bytes(tflite_models.chain(8, [tflite_models.Layer(4)]))
    assert profile.main(["--host", str(path), "--json", "-", "--preset", "host-sanitize"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "profile/1"


@pytest.mark.usefixtures("sanitized_host")
def test_a_model_that_is_too_large_is_refused_with_both_sizes(tmp_path, capsys):
    model = tflite_models.chain(300_000, [tflite_models.Layer(1)])
    # The input, and the same widened to 16 bits by the core's kernel.
    with pytest.raises(FirmwareError, match=r"arena needs 90\d{4} bytes, 262144 are given: raise --arena"):
        document(model, tmp_path)
    assert not (tmp_path / "profile.json").exists()
    result = document(model, tmp_path, "--arena", "1000000", "--no-errors")
    assert result["summary"]["arena_bytes"] > 900_000
    capsys.readouterr()


def test_the_virtual_board_is_the_default_and_has_core_cycles(tmp_path, capsys):
    pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")
    path, out = tmp_path / "m.tflite", tmp_path / "p.json"
    path.write_bytes(tflite_models.chain(40, [tflite_models.Layer(16), tflite_models.Layer(4)]))
    options = ["--json", str(out), "--preset", "host-sanitize", "--runs", "3", "--cycle-model", "range"]
    assert profile.main([str(path), *options]) == 0
    captured = capsys.readouterr()
    assert "no board found: profiling on the virtual board" in captured.err
    assert "simulated (" in captured.out
    assert "±20 %" in captured.out
    result = json.loads(out.read_text())
    assert (result["source"], result["board"], result["clock_hz"]) == ("simulated", "brd2601b", 78_000_000)
    assert (result["kernel"], result["cycle_model"], result["runs"]) == ("fast", "range", 3)
    assert "±20 %" in result["cpu_cycles_error"]
    assert len(result["build_id"]) == 40
    assert result["unique_id"].startswith("02e570")
    summary = result["summary"]
    for key in ("cpu_cycles", "wait_cycles", "total_cycles"):
        assert summary[f"{key}_min"] <= summary[key] <= summary[f"{key}_max"]
    assert summary["total_cycles"] == summary["cpu_cycles"] + summary["wait_cycles"]
    assert summary["cpu_utilization"] == summary["cpu_cycles"] / summary["total_cycles"]
    assert summary["time_s"] == summary["total_cycles"] / 78_000_000
    assert summary["flash_bytes"] > 30_000
    assert summary["ram_bytes"] > 8192
    assert summary["faults"] == 0
    for layer in result["layers"]:
        assert layer["cpu_cycles"] > 0
        assert layer["total_cycles"] >= layer["accelerator_cycles"] > 0
        assert layer["time_s"] == layer["total_cycles"] / 78_000_000
    capsys.readouterr()
    assert profile.main(["--simulator", str(path), "--kernel", "reference", "--json", str(out)]) == 0
    result = json.loads(out.read_text())
    assert (result["accelerator"], result["kernel"], result["cycle_model"]) == ("none", "reference", None)
    assert result["summary"]["wait_cycles"] == 0
    assert "no board found" not in capsys.readouterr().err


def test_the_virtual_board_refuses_what_images_cannot_do(tmp_path):
    path = tmp_path / "m.tflite"
    path.write_bytes(tflite_models.chain(8, [tflite_models.Layer(4)]))
    with pytest.raises(UsageError, match="--arena goes with --host") as caught:
        profile.main(["--simulator", str(path), "--arena", "100000"])
    assert caught.value.exit_code == 2
    with pytest.raises(SystemExit):
        profile.main(["--simulator", "--host", str(path)])


def test_runs_must_be_positive(tmp_path):
    with pytest.raises(UsageError, match="--runs 0"):
        profile.main(["--host", str(tmp_path / "m.tflite"), "--runs", "0"])
    with pytest.raises(UsageError, match="at most 10000"):
        profile.main(["--host", str(tmp_path / "m.tflite"), "--runs", "100000000000"])


@pytest.mark.parametrize("data", [b"", b"RIFF....WAVE", tflite_models.unsupported()])
def test_refuses_other_files(tmp_path, data):
    path = tmp_path / "bad.tflite"
    path.write_bytes(data)
    with pytest.raises(ModelError):
        profile.main(["--host", str(path), "--json", str(tmp_path / "out.json")])
    assert not (tmp_path / "out.json").exists()


@pytest.mark.usefixtures("sanitized_host")
def test_a_json_file_that_cannot_be_written_is_one_line(tmp_path):
    path = tmp_path / "m.tflite"
    path.write_bytes(tflite_models.chain(8, [tflite_models.Layer(4)]))
    with pytest.raises(HostError) as caught:
        profile.main(["--host", str(path), "--json", str(path / "out.json"), "--preset", "host-sanitize"])
    assert "\n" not in str(caught.value)
