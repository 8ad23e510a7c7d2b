from pathlib import Path

import numpy as np
import pytest

from host.data.layout import Clip, Dataset
from host.errors import ModelError, UsageError
from host.model import autoencoder, repeated_training
from host.model.checkpoint import Epoch
from host.model.repeated_training import Member, Trained
from host.model.settings import TrainingSettings
from host.model.training_run import Outcome, Start


def dataset(*machine_ids: str) -> Dataset:
    clips = tuple(
        Clip(Path(f"/data/train/normal_id_{machine}_00000000.wav"), machine, "train", 0)
        for machine in machine_ids
    )
    return Dataset(Path("/data"), "toycar", False, clips, missing=3)


@pytest.mark.parametrize(
    ("seeds", "machine_ids", "folders"),
    [
        (None, (None,), ["out"]),
        (1, (None,), ["out/seed_7"]),
        (2, (None,), ["out/seed_7", "out/seed_8"]),
        (None, ("01", "02"), ["out/id_01", "out/id_02"]),
        (2, ("02",), ["out/id_02/seed_7", "out/id_02/seed_8"]),
    ],
)
def test_members(seeds: int | None, machine_ids: tuple[str | None, ...], folders: list[str]) -> None:
    members = repeated_training.members(Path("out"), dataset("01", "02"), 7, seeds, machine_ids)
    assert [str(member.path) for member in members] == folders


def test_members_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no training clip of machine 03: there are 01"):
        repeated_training.members(tmp_path, dataset("01"), 1, None, ("03",))
    (tmp_path / "settings.json").touch()
    assert len(repeated_training.members(tmp_path, dataset("01"), 1, None, (None,))) == 1
    with pytest.raises(ModelError, match="holds one training"):
        repeated_training.members(tmp_path, dataset("01"), 1, 2, (None,))


def test_one_machine_is_a_dataset_of_its_own() -> None:
    whole = dataset("01", "02")
    assert repeated_training.of_machine(whole, None) is whole
    part = repeated_training.of_machine(whole, "02")
    assert [clip.machine_id for clip in part.train] == ["02"]
    assert part.remarks == ()


def test_spread() -> None:
    spread = repeated_training.spread([0.8, 0.9, 0.85])
    assert spread is not None
    assert (spread.count, spread.lowest, spread.highest) == (3, 0.8, 0.9)
    assert (spread.mean, spread.deviation) == pytest.approx((0.85, 0.05))
    assert repeated_training.spread([]) is None
    single = repeated_training.spread([0.8])
    assert single is not None
    assert single.deviation is None


def trained(machine_id: str | None, seed: int, auc: float | None) -> Trained:
    epoch = Epoch(1, 9.0, 10.0, 1.0)
    outcome = Outcome(Start.FRESH, (epoch,), epoch)
    return Trained(Member(Path("out"), machine_id, seed), outcome, 8, auc)


def test_spreads_are_by_machine_and_over_the_means_of_machines() -> None:
    several = [trained("01", 1, 0.8), trained("01", 2, 0.9), trained("02", 1, 0.6), trained("02", 2, 0.9)]
    spreads = repeated_training.spreads(several)
    assert {name: value.mean for name, value in spreads.items()} == pytest.approx(
        {"01": 0.85, "02": 0.75, "mean of ids": 0.8}
    )
    # Seed 1: 0.7; seed 2: 0.9.
    assert spreads["mean of ids"].deviation == pytest.approx(0.2 / 2**0.5)
    unknown = [*several[:2], trained("02", 1, None)]
    assert list(repeated_training.spreads(unknown)) == ["01"]
    assert list(repeated_training.spreads([trained(None, 1, 0.8)])) == ["all"]


def test_scores_are_mean_squared_errors_over_the_chosen_windows() -> None:
    model = autoencoder.build(TrainingSettings(seed=3))
    frames = np.random.default_rng(0).normal(-29, 10, (2, 200, 128)).astype(np.float32)
    vectors = np.stack([[clip[k : k + 5].reshape(-1) for k in range(196)] for clip in frames])
    outputs = model.predict(vectors.reshape(-1, 640)).reshape(vectors.shape).astype(np.float64)
    errors = np.square(outputs - vectors).mean(axis=2)
    scores = repeated_training.clip_scores(model, frames, "all")
    np.testing.assert_allclose(scores, errors.mean(axis=1), rtol=1e-5)
    middle = repeated_training.clip_scores(model, frames, "middle")
    np.testing.assert_allclose(middle, errors[:, 106], rtol=1e-5)


def test_one_kind_of_clips_has_no_auc() -> None:
    assert repeated_training.auc(np.array([0, 0]), np.array([1.0, 2.0])) is None
    assert repeated_training.auc(np.array([0, 1]), np.array([1.0, 2.0])) == 1.0
