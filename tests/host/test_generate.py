"""`host.generate`: the folder it writes and its refusals."""

from pathlib import Path

import pytest
import tflite_models

from host import generate, native, native_profile, precision
from host.errors import BuildError, ModelError, UsageError
from host.tflite import reader, weight_layout


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
        "model_tables.cc",
        "model_tables.h",
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


@pytest.mark.usefixtures("sanitized_host")
@pytest.mark.parametrize(
    ("options", "warned"),
    [
        (["--kernel", "baseline"], True),
        (["--kernel", "fast"], False),
        (["--kernel", "reference"], False),
    ],
)
def test_warns_in_one_line_of_a_layout_that_the_kernel_cannot_read(tmp_path, capsys, options, warned):
    model = reader.parse(tflite_models.chain(4, [tflite_models.Layer(2), tflite_models.Layer(2)]), "small")
    path = tmp_path / "small.tflite"
    path.write_bytes(weight_layout.apply(model, weight_layout.INTERLEAVED).data)
    out = tmp_path / "out"
    assert generate.main([str(path), "--out", str(out), "--preset", "host-sanitize", *options]) == 0
    lines = " ".join(capsys.readouterr().err.split())
    assert lines.count("which kernel baseline cannot read") == warned


@pytest.mark.usefixtures("sanitized_host")
def test_ram_that_cannot_hold_a_layer_is_an_error_and_auto_is_none(tmp_path):
    model = tmp_path / "wide.tflite"
    model.write_bytes(tflite_models.chain(1024, [tflite_models.Layer(256)]))
    command = [str(model), "--out", str(tmp_path / "out"), "--preset", "host-sanitize", "--weights"]
    with pytest.raises(BuildError, match="--weights ram: the weights of the smallest layer take 262144 B"):
        generate.main([*command, "ram"])
    assert not (tmp_path / "out").exists()
    assert generate.main([*command, "auto"]) == 0
    assert "kWeightsRamBytes = 0" in (tmp_path / "out" / "model_generated.h").read_text()


DEEP = tflite_models.chain(70_000, [tflite_models.Layer(1)])
PER_CHANNEL = tflite_models.chain(8, [tflite_models.Layer(4, per_channel=True), tflite_models.Layer(2)])


@pytest.mark.usefixtures("sanitized_host")
@pytest.mark.parametrize(
    ("data", "kernel", "reason"),
    [
        (PER_CHANNEL, "baseline", "(#0) 4x8, output tensor 3, runs on the CPU: scales of weights in the"),
        (DEEP, "fast", "(#0) 1x70000, output tensor 3, runs on the CPU: depth 70000, at most 65472 fits"),
    ],
)
def test_warns_of_each_layer_that_does_not_fit_as_run_does(tmp_path, capsys, data, kernel, reason):
    path = tmp_path / "m.tflite"
    path.write_bytes(data)
    command = [str(path), "--out", str(tmp_path / "out"), "--preset", "host-sanitize", "--kernel", kernel]
    assert generate.main(command) == 0
    warnings = " ".join(capsys.readouterr().err.split())
    assert reason in warnings
    assert warnings.count("warning: ") == 1
    model = reader.read(path)
    batch = native_profile.random_batch(model, 1, seed=1)
    result = native.run(model, batch, kernel, arena_bytes=1 << 20, executable=native.build("host-sanitize"))
    assert [f"warning: {note}" for note in result.notes] == [warnings]


@pytest.mark.usefixtures("sanitized_host")
@pytest.mark.parametrize(
    ("data", "options", "reason"),
    [
        (DEEP, [], r"\(FULLY_CONNECTED \(#0\) 1x70000, .* at most 65472 fits\)"),
        (PER_CHANNEL, ["--max-error", "0", "--layout", "tflite"], r"\(--max-error leaves 2 to the core\)"),
    ],
)
def test_ram_without_a_layer_on_the_accelerator_is_an_error(tmp_path, monkeypatch, data, options, reason):
    path = tmp_path / "m.tflite"
    path.write_bytes(data)
    # Every layer is off by something, so that the limit 0 leaves none.
    monkeypatch.setattr(
        precision, "compare", lambda index, *_: precision.LayerError(index, largest=1, mean=0.5, rms=0.5)
    )
    command = [str(path), "--out", str(tmp_path / "out"), "--preset", "host-sanitize", *options]
    with pytest.raises(BuildError, match=f"^--weights ram: no layer runs on .* {reason}: give --weights"):
        generate.main([*command, "--weights", "ram"])
    assert not (tmp_path / "out").exists()
    assert generate.main([*command, "--weights", "auto"]) == 0


def test_ram_is_for_kernels_of_the_accelerator(tmp_path):
    with pytest.raises(UsageError, match="--weights ram is for kernels of the accelerator"):
        generate.main(["m", "--out", str(tmp_path / "o"), "--weights", "ram", "--kernel", "reference"])


@pytest.mark.parametrize("data", [b"", b"RIFF....WAVE", tflite_models.unsupported()])
def test_refuses_other_files_and_writes_nothing(tmp_path: Path, data):
    model = tmp_path / "bad.tflite"
    model.write_bytes(data)
    with pytest.raises(ModelError):
        generate.main([str(model), "--out", str(tmp_path / "out"), "--preset", "host-sanitize"])
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("sanitized_host")
def test_layers_above_the_limit_go_to_the_reference_kernel(tmp_path, capsys):
    model = tmp_path / "m.tflite"
    model.write_bytes(tflite_models.chain(640, [tflite_models.Layer(32), tflite_models.Layer(16)]))
    options = ["--preset", "host-sanitize"]

    def images(name: str, *more: str) -> str:
        assert generate.main([str(model), "--out", str(tmp_path / name), *options, *more]) == 0
        return (tmp_path / name / "model_images.cc").read_text()

    every = images("all")
    assert "--max-error" not in capsys.readouterr().out
    assert images("lax", "--max-error", "255") == every
    assert "0 layers above the limit" in capsys.readouterr().out
    strict = images("strict", "--max-error", "0")
    text = capsys.readouterr().out
    assert "errors measured on 64 random inputs" in text
    assert "layer 0: off by up to" in text
    assert len(strict) < len(every)


@pytest.mark.parametrize("kernel", ["baseline", "reference"])
def test_only_fast_changes_for_precision(tmp_path, kernel):
    model = tmp_path / "m.tflite"
    model.write_bytes(tflite_models.chain(8, [tflite_models.Layer(4)]))
    with pytest.raises(UsageError, match=f"{kernel} never changes for precision"):
        generate.main([str(model), "--out", str(tmp_path / "o"), "--kernel", kernel, "--max-error", "1"])
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("limit", ["-1", "one", "1.5"])
def test_a_limit_is_a_number_of_codes(tmp_path, capsys, limit):
    with pytest.raises(SystemExit) as caught:
        generate.main([str(tmp_path / "m"), "--out", str(tmp_path / "o"), f"--max-error={limit}"])
    assert caught.value.code == 2
    assert "0 or more" in capsys.readouterr().err
