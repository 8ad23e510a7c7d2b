import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from host.data import mlperf_models
from host.data.__main__ import main
from host.data.mlperf_models import PublishedModel
from host.data.transfer import Patience
from host.errors import DataError

FILES = {"ad01_int8.tflite": b"small model", "ad01_fp32.tflite": b"large model" * 9000}
ONCE = Patience(attempts=1, pause_s=0.0)


@pytest.fixture
def published(server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, data in FILES.items():
        server.files[f"/benchmark/training/anomaly_detection/trained_models/{name}"] = data
    models = [PublishedModel(n, len(d), hashlib.sha256(d).hexdigest()) for n, d in FILES.items()]
    monkeypatch.setattr(mlperf_models, "MODELS", tuple(models))
    return server


def test_both_models_are_downloaded_once(tmp_path: Path, published: Any) -> None:
    paths = mlperf_models.fetch(tmp_path, published.url)
    assert {path.name: path.read_bytes() for path in paths} == FILES
    published.requests.clear()
    assert mlperf_models.fetch(tmp_path, published.url) == paths
    assert published.requests == []


def test_a_damaged_model_is_downloaded_again(tmp_path: Path, published: Any) -> None:
    first, second = mlperf_models.fetch(tmp_path, published.url)
    second.write_bytes(b"damaged")
    published.requests.clear()
    assert mlperf_models.fetch(tmp_path, published.url) == (first, second)
    assert second.read_bytes() == FILES[second.name]
    assert len(published.requests) == 1


def test_another_model_than_the_pinned_is_not_kept(tmp_path: Path, published: Any) -> None:
    for path, data in published.files.items():
        published.files[path] = data[:-1] + b"?"
    with pytest.raises(DataError, match="SHA-256"):
        mlperf_models.fetch(tmp_path, published.url)
    assert list(tmp_path.iterdir()) == []


def test_without_a_network_it_is_one_line_with_another_way(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"refuses the connection.* or put the file to .*ad01_int8") as caught:
        mlperf_models.fetch(tmp_path, "http://127.0.0.1:9", patience=ONCE)
    assert "\n" not in str(caught.value)


def test_the_command_prints_both_paths(
    tmp_path: Path, published: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "earshot" / "reference" / "mlperf"
    assert main(["reference-model", "mlperf", "--url", published.url]) == 0
    expected = [str(folder / "ad01_int8.tflite"), str(folder / "ad01_fp32.tflite")]
    assert capsys.readouterr().out.splitlines() == expected
    assert main(["reference-model", "mlperf", "--url", published.url, "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["name"], document["path"], document["paths"]) == ("mlperf", expected[0], expected)


def test_the_pinned_models_are_the_published_ones(shared: Path) -> None:
    for model in mlperf_models.MODELS:
        data = (shared / "data" / "mlperf_tiny" / model.name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (model.size, model.sha256)
