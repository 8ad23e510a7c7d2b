"""Which runtime runs which file, and where a threshold comes from; host.score's tests run them."""

from pathlib import Path

import numpy as np
import pytest
import tflite_models

from host.default_model import PRETRAINED
from host.errors import ModelError, UsageError
from host.listen import model


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.tflite"
    path.write_bytes(tflite_models.autoencoder_int8())
    return path


def test_the_golden_interpreter(path: Path) -> None:
    listener = model.load(path, "golden", "fast", "host")
    assert listener.runtime.startswith("tflite-micro ")
    assert listener.interpreter.input.dtype == np.int8


def test_the_host_build_is_the_default(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model.native, "build", lambda preset: Path(preset))
    assert model.load(path, None, "baseline", "host").runtime == "host build, kernel baseline"


@pytest.mark.parametrize("content", [b"", b"no model"])
def test_files_that_are_no_models(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"damaged\.tflite: "):
        model.load(path, "golden", "fast", "host")
    with pytest.raises(ModelError, match=r"cannot read model .*: No such file"):
        model.load(tmp_path / "none.tflite", None, "fast", "host")


def test_no_evaluation_no_threshold(path: Path) -> None:
    with pytest.raises(UsageError, match=r"no evaluation of .*model\.tflite has chosen a threshold"):
        model.threshold(model.load(path, "golden", "fast", "host"))


def test_the_model_that_comes_along_has_a_threshold() -> None:
    listener = model.load(PRETRAINED, "golden", "fast", "host")
    assert 0 < model.threshold(listener) < 1000
