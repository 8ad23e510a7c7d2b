import zipfile
from pathlib import Path

import numpy as np
import pytest

from host.errors import ModelError
from host.model import autoencoder
from host.model.autoencoder import Autoencoder, Trainer
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


def test_step_lowers_the_loss_it_reports(windows: np.ndarray) -> None:
    model = autoencoder.build(SETTINGS)
    trainer = Trainer(model, 0.01)
    losses = [trainer.step(windows) for _ in range(30)]
    assert losses[-1] < losses[0]
    expected = np.mean(np.square(model.predict(windows).astype(np.float64) - windows))
    assert trainer.loss(windows) == pytest.approx(expected, rel=1e-5)


def test_restored_trainer_goes_on_with_the_same_bits(windows: np.ndarray) -> None:
    first = Trainer(autoencoder.build(SETTINGS), 0.01)
    for _ in range(3):
        first.step(windows)
    second = Trainer(autoencoder.build(TrainingSettings(seed=9)), 0.01)
    second.autoencoder.set_weights(first.autoencoder.weights())
    second.set_optimizer_state(first.optimizer_state())
    assert first.step(windows) == second.step(windows)
    pairs = zip(first.autoencoder.weights(), second.autoencoder.weights(), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)


def test_states_of_another_graph_are_refused(model: Autoencoder) -> None:
    with pytest.raises(ModelError, match="weights do not fit"):
        model.set_weights(model.weights()[:-1])
    trainer = Trainer(model, 0.01)
    with pytest.raises(ModelError, match="optimizer's state does not fit"):
        trainer.set_optimizer_state(trainer.optimizer_state()[:-1])


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
