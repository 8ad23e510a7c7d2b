"""Records of trials for the tests of a sweep, without training anything."""

import hashlib
from pathlib import Path

from host.model.settings import TrainingSettings
from host.sweep.records import Figures, Output, Recordings, Task, TrialState, tasks
from host.sweep.space import Measurement, Space, Trial

MODEL = b"a model"


def recordings(
    root: Path = Path("/data"), fingerprint: str = "ab" * 32, synthetic: bool = False
) -> Recordings:
    return Recordings(str(root), str(root / "cache"), "toy <car>", synthetic, fingerprint)


def space(*widths: int) -> Space:
    trials = tuple(Trial(width, 1, 4, 2, "per-tensor") for width in widths)
    return Space(trials, TrainingSettings(epochs=2, threads=1), Measurement("fast", 28))


def task(width: int = 8) -> Task:
    return tasks(space(width), recordings())[0]


def figures(
    auc: float = 0.9, cycles: int = 1000, ram: int = 100, flash: int = 200, **other: object
) -> Figures:
    values = {
        "auc": auc,
        "test_clips": 8,
        "epochs": 2,
        "best_epoch": 1,
        "validation_loss": 3.5,
        "model_bytes": len(MODEL),
        "model_sha256": hashlib.sha256(MODEL).hexdigest(),
        "clock_hz": 78_000_000,
        "accelerator_cycles": cycles // 2,
        "total_cycles": cycles,
        "inference_s": cycles / 78e6,
        "ram_bytes": ram,
        "flash_bytes": flash,
        "energy_uj": 1.5,
        "energy_basis": "an estimate",
        "cycle_model": "device-flash",
        "cycle_model_error": None,
        "cpu_cycles_error": None,
        "notes": (),
        "firmware": "f" * 64,
        "training_time_s": 1.0,
        "measuring_time_s": 2.0,
        **other,
    }
    return Figures(**values)  # type: ignore[arg-type]


def output(**values: object) -> Output:
    return Output(figures(**values), MODEL)  # type: ignore[arg-type]


def state(width: int, **values: object) -> TrialState:
    return TrialState(task(width), figures(**values))  # type: ignore[arg-type]
