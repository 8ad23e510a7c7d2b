"""Anomaly scores by the accelerator's kernels: what they find is what the integer reference finds."""

import numpy as np
import pytest

from host import default_model
from host.data import feature_cache, layout, synth
from host.model import metrics, native_scoring
from host.tflite import reader

KERNELS = ("fast",)
STEP = 8  # every 8th window: 25 per clip


@pytest.fixture(scope="module")
def features(tmp_path_factory):
    folder = tmp_path_factory.mktemp("accuracy")
    settings = synth.Settings(seed=1, ids=("01",), train=0, test_normal=4, test_anomaly=8)
    synth.generate(folder / "data", settings)
    return feature_cache.load(layout.scan(folder / "data").test, folder / "cache")


@pytest.fixture(scope="module")
def scores(features, sanitized_host):
    """Window scores by kernel, [clips, windows]."""
    model = reader.read(default_model.PRETRAINED)
    return {
        kernel: native_scoring.window_scores(model, features.frames, kernel, sanitized_host, STEP)
        for kernel in ("reference", *KERNELS)
    }


@pytest.mark.parametrize("kernel", KERNELS)
def test_auc_is_the_references(features, scores, kernel):
    labels = np.array([clip.label for clip in features.clips])
    reference, accelerated = (
        metrics.auc(labels, scores[name].mean(axis=1)) for name in ("reference", kernel)
    )
    assert 0.5 < reference <= 1
    assert abs(accelerated - reference) <= 0.001


@pytest.mark.parametrize("kernel", KERNELS)
def test_reconstruction_errors_correlate(scores, kernel):
    reference, accelerated = (scores[name].mean(axis=1) for name in ("reference", kernel))
    assert np.corrcoef(reference, accelerated)[0, 1] > 0.9999
