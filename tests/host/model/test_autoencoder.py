import zipfile
from pathlib import Path

import numpy as np
import pytest

from host.errors import ModelError
from host.model import autoencoder
from host.model.autoencoder import Autoencoder
from host.model.settings import TrainingSettings

SETTINGS = TrainingSettings(seed=3)


@pytest.fixture(scope="module")
def model() -> Autoencoder:
    return autoencoder.build(SETTINGS)


@pytest.fixture(scope="module")
def windows() -> np.ndarray:
    return np.random.default_rng(0).normal(-29, 10, (16, 640)).astype(np.float32)


def test_parameters_are_those_of_the_benchmark(model: Autoencoder) -> None:
    assert model.model.count_params() == 269_992
    trainable = sum(int(np.prod(variable.shape)) for variable in model.model.trainable_variables)
    assert trainable == 267_928


def test_weights_follow_from_the_seed(model: Autoencoder) -> None:
    same, other = autoencoder.build(SETTINGS), autoencoder.build(TrainingSettings(seed=4))
    assert all(np.array_equal(a, b) for a, b in zip(model.weights(), same.weights(), strict=True))
    assert not np.array_equal(model.weights()[0], other.weights()[0])


def test_both_forms_compute_the_same(model: Autoencoder, windows: np.ndarray) -> None:
    flat = autoencoder.build(SETTINGS, "flat")
    flat.set_weights(model.weights())
    assert model.predict(windows).shape == windows.shape
    np.testing.assert_array_equal(model.predict(windows), flat.predict(windows))


def test_weights_of_another_graph_are_refused(model: Autoencoder) -> None:
    with pytest.raises(ModelError, match="weights do not fit"):
        model.set_weights(model.weights()[:-1])


def test_loss_is_the_mean_squared_error(model: Autoencoder, windows: np.ndarray) -> None:
    expected = np.mean(np.square(model.predict(windows).astype(np.float64) - windows))
    assert model.loss(windows) == pytest.approx(expected, rel=1e-5)


def test_mixed_precision_keeps_variables_and_output_in_float32(windows: np.ndarray) -> None:
    mixed = autoencoder.build(SETTINGS, precision="mixed")
    plain = autoencoder.build(SETTINGS)
    assert all(np.array_equal(a, b) for a, b in zip(mixed.weights(), plain.weights(), strict=True))
    difference = np.abs(mixed.predict(windows) - plain.predict(windows))
    # bfloat16 has 8 bits of mantissa: an error of up to 1/256 in each of ten layers.
    assert 0 < difference.max() < 0.1 * np.abs(plain.predict(windows)).max()


def test_archive_reads_back(model: Autoencoder, windows: np.ndarray, tmp_path: Path) -> None:
    model.save(tmp_path / "model.keras")
    loaded = autoencoder.load(tmp_path / "model.keras", SETTINGS.threads)
    np.testing.assert_array_equal(loaded.predict(windows), model.predict(windows))


def test_missing_and_damaged_archives(model: Autoencoder, tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with pytest.raises(ModelError, match=r"train first, python -m host\.train"):
        autoencoder.load(path, SETTINGS.threads)
    model.save(path)
    for length in (0, 100, path.stat().st_size // 2):
        path.write_bytes(path.read_bytes()[:length])
        with pytest.raises(ModelError, match=r"model\.keras is damaged: run the same host\.train"):
            autoencoder.load(path, SETTINGS.threads)


def test_every_cut_and_changed_weight_of_an_archive_is_noticed(model: Autoencoder, tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    model.save(path)
    assert autoencoder.is_intact(path)
    content = path.read_bytes()
    for position in range(len(content) // 50, len(content), len(content) // 10):
        path.write_bytes(content[:position])
        assert not autoencoder.is_intact(path)
        path.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
        assert not autoencoder.is_intact(path)


def test_whole_archives_that_are_no_model(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    for name, message in (
        ("notes.txt", "is damaged"),
        ("model.weights.h5", "no Keras model that can be read"),
    ):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "mine")
        with pytest.raises(ModelError, match=message) as caught:
            autoencoder.load(path, SETTINGS.threads)
        assert "\n" not in str(caught.value)


def test_other_layers_and_windows() -> None:
    settings = TrainingSettings(hidden_units=(16, 4, 16), window_frames=2)
    built = autoencoder.build(settings, "flat")
    kernels = [weight.shape for weight in built.weights() if weight.ndim == 2]
    assert kernels == [(256, 16), (16, 4), (4, 16), (16, 256)]
    folded = [array for inputs, units in kernels for array in (np.zeros((inputs, units)), np.zeros(units))]
    assert autoencoder.build_folded(folded, settings.threads, "flat").model.output_shape == (None, 256)
    assert autoencoder.build(settings).model.input_shape == (None, 2, 128, 1)
