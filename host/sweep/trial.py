"""One trial from training to figures, in this process: fixed threads, seed and order make it repeatable."""

import hashlib
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host import atomic
from host.data import feature_cache, features, layout
from host.data.layout import Clip, Dataset
from host.errors import DataError, HostError
from host.firmware_build import image_cache
from host.model import autoencoder, metrics, quantization, scoring, training
from host.model.checkpoint import Checkpoint
from host.model.quantization import QuantizationSettings
from host.model.training_run import REPRESENTATIVE_WINDOWS
from host.native import DEFAULT_CYCLE_MODEL
from host.report.profile_document import Profile
from host.sim import inference, model_profile
from host.sweep.records import Figures, Output, Recordings, Task
from host.tflite import reader
from host.tflite.golden import GoldenInterpreter

Frames = NDArray[np.float32]


def run(task: Task) -> Output:
    """Train, quantize (int8 ends), score the test clips and measure on the virtual board.

    Raises:
        DataError: the recordings are not those of the task, or too few.
        ModelError: the training diverged, or the conversion failed.
        BuildError: the image does not fit the board, or the compiler failed.
        FirmwareError: the firmware refused the model.
    """
    dataset = _dataset(task.recordings)
    started = time.monotonic()
    trained, model = _trained(task, dataset)
    trained_at = time.monotonic()
    firmware = image_cache.fingerprint()
    profile = _profile(task, model)
    labels, scores = _scores(task, model, dataset)
    if profile.total_cycles is None or profile.ram_bytes is None or profile.flash_bytes is None:
        raise HostError("the virtual board gave no cycles or no memory use")
    figures = Figures(
        auc=metrics.auc(labels, scores),
        test_clips=len(labels),
        epochs=len(trained.history),
        best_epoch=trained.best_epoch.number,
        validation_loss=trained.best_epoch.validation_loss,
        model_bytes=len(model),
        model_sha256=hashlib.sha256(model).hexdigest(),
        clock_hz=profile.clock_hz,
        accelerator_cycles=profile.accelerator_cycles.median,
        total_cycles=profile.total_cycles.median,
        inference_s=profile.time_s,
        ram_bytes=profile.ram_bytes,
        flash_bytes=profile.flash_bytes,
        energy_uj=profile.energy_uj,
        energy_basis=profile.energy_basis,
        cycle_model=profile.cycle_model,
        cycle_model_error=profile.cycle_model_error,
        cpu_cycles_error=profile.cpu_cycles_error,
        notes=profile.notes,
        firmware=firmware,
        training_time_s=trained_at - started,
        measuring_time_s=time.monotonic() - trained_at,
    )
    return Output(figures, model)


def _dataset(recordings: Recordings) -> Dataset:
    dataset = layout.scan(Path(recordings.root))
    if dataset.fingerprint != recordings.fingerprint:
        raise DataError(f"{recordings.root} has other recordings here than where the sweep was started")
    return dataset


def _features(clips: tuple[Clip, ...], task: Task) -> feature_cache.FeatureSet:
    return feature_cache.load(clips, Path(task.recordings.cache), workers=1)


def _trained(task: Task, dataset: Dataset) -> tuple[Checkpoint, bytes]:
    """Return the training's last state and the int8 model of its best epoch."""
    settings = task.training
    frames = _features(dataset.train, task).frames
    state = training.train(frames, settings, task.key)
    model = autoencoder.build(settings)
    model.set_weights(list(state.best_weights))
    windows = training.representative_windows(frames, settings, REPRESENTATIVE_WINDOWS)
    how = QuantizationSettings(per_channel=task.trial.quantization == "per-channel")
    return state, quantization.to_int8(model, settings, windows, "int8", how)


def _scores(task: Task, model: bytes, dataset: Dataset) -> tuple[NDArray[np.int_], NDArray[np.float64]]:
    """Return labels and clip scores [clips]: the mean over the windows that recipe and step choose."""
    test = _features(dataset.test, task)
    interpreter = GoldenInterpreter(model)
    positions = training.evaluated_positions(task.training.evaluation_windows, task.training.windows)
    chosen = positions[:: task.measurement.window_step]
    scores = [
        scoring.window_scores(
            interpreter, features.windows(frames, task.training.window_frames)[chosen]
        ).mean()
        for frames in test.frames
    ]
    return np.array([clip.label for clip in test.clips]), np.array(scores, np.float64)


def _profile(task: Task, data: bytes) -> Profile:
    with atomic.work_folder() as folder:
        path = folder / "model.tflite"
        path.write_bytes(data)
        model = reader.read(path)
        kernel = task.measurement.kernel
        image = inference.build(model, path, kernel)
        return model_profile.profile(model, image, kernel, DEFAULT_CYCLE_MODEL, runs=1)
