"""The most and the least anomalous clips as pictures: spectrogram, reconstruction and residual."""

import base64
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.image import imsave
from numpy.typing import NDArray

from host.data import features, wav
from host.data.layout import SAMPLE_RATE
from host.errors import DataError, HostError
from host.model import scoring
from host.report.run_contents import ClipScores, Document, RunContents
from host.tflite.golden import GoldenInterpreter

EACH = 3
"""Clips at either end."""

START_S = features.FIRST_FRAME * features.HOP_SAMPLES / SAMPLE_RATE
LENGTH_S = features.FRAMES * features.HOP_SAMPLES / SAMPLE_RATE

_LEVEL_COLOURS = "viridis"
_ERROR_COLOURS = "inferno"
_SCORE_TOLERANCE = 1e-3
"""Of a clip's score, relative: the int8 model gives it exactly on every computer, the float one nearly."""

Frames = NDArray[np.float32]


@dataclass(frozen=True)
class ClipPicture:
    """One clip; the pictures are PNG files as data URLs, time to the right, frequency upwards."""

    name: str
    machine_id: str
    anomalous: bool
    score: float
    spectrogram: str
    reconstruction: str
    residual: str


@dataclass(frozen=True)
class Gallery:
    """Clips by falling (`most`) and rising (`least`) score of the model `source`.

    `low` and `high` in dB are the ends of the levels' colours, `error` of the residuals', which begin at 0.
    """

    source: str
    most: tuple[ClipPicture, ...]
    least: tuple[ClipPicture, ...]
    low: float
    high: float
    error: float
    level_bar: str
    error_bar: str


@dataclass(frozen=True)
class _Rebuilt:
    index: int
    frames: Frames
    reconstruction: Frames
    residual: Frames


def gallery(contents: RunContents, data: Path | None = None) -> Gallery:
    """Score the clips at both ends again and draw what the model made of them.

    Args:
        contents: the run, evaluated.
        data: the recordings; by default those that the model was trained on.

    Raises:
        DataError: the run is not evaluated, or its recordings or the model have gone or changed.
        ModelError: the model cannot be run.
    """
    scores, evaluation = contents.scores, contents.evaluation
    if scores is None or evaluation is None:
        raise DataError("no scores of clips: run host.evaluate")
    source = next((name for name in ("int8", "float") if name in scores.by_source), None)
    if source is None:
        raise DataError("no scores of a model in the golden interpreter: run host.evaluate")
    interpreter = GoldenInterpreter(_model(contents, source, evaluation["results"][source]))
    root = data or _root(contents.settings)
    order = np.argsort(scores.by_source[source], kind="stable")
    each = min(EACH, len(order) // 2)
    chosen = [int(index) for index in (*order[::-1][:each], *order[:each])]
    window = evaluation["results"][source].get("windows") or {"first": 0, "step": 1}
    scored = slice(int(window["first"]), None, int(window["step"]))
    expected = scores.by_source[source]
    rebuilt = [
        _rebuild(interpreter, index, root / scores.clips[index], float(expected[index]), scored)
        for index in chosen
    ]
    return _draw(scores, source, rebuilt, each)


def _model(contents: RunContents, source: str, result: Document) -> bytes:
    path = contents.folder.int8_model if source == "int8" else contents.folder.float_model
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name} is not in the run folder: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != result["model_sha256"]:
        raise DataError(f"{path.name} was made anew since the evaluation: run host.evaluate again")
    return content


def _root(settings: Document | None) -> Path:
    if settings is None:
        raise DataError("no settings.json that says where the recordings are: name them with --data")
    return Path(settings["dataset"]["root"])


def _rebuild(interpreter: GoldenInterpreter, index: int, path: Path, score: float, scored: slice) -> _Rebuilt:
    """Run all windows of a clip; each value of the result is the mean over the windows that hold it."""
    try:
        recording = wav.read_wav(path)
        frames = features.log_mel(recording.samples, recording.rate)
    except HostError as error:
        raise DataError(f"{path}: {error}; name the recordings with --data") from error
    vectors = np.ascontiguousarray(features.windows(frames, _window_frames(interpreter)))
    raw = interpreter.run(scoring.quantize(vectors, interpreter.input)).reshape(vectors.shape)
    outputs = scoring.dequantize(raw, interpreter.output)
    squares = np.square(outputs.astype(np.float64) - vectors)
    again = float(squares.mean(axis=1)[scored].mean())
    if abs(again - score) > _SCORE_TOLERANCE * score:
        raise DataError(f"{path} scores {again:.5g} dB² now, not {score:.5g}: run host.evaluate again")
    return _Rebuilt(index, frames, by_frame(outputs), np.sqrt(by_frame(squares)))


def _window_frames(interpreter: GoldenInterpreter) -> int:
    """Return how many frames the model takes at once."""
    size, result = int(np.prod(interpreter.input.shape)), int(np.prod(interpreter.output.shape))
    width, rest = divmod(size, features.MEL_BANDS)
    if rest or result != size or not 1 <= width <= features.FRAMES:
        raise DataError(f"the model takes {size} values and gives {result}: no autoencoder of frames")
    return width


def by_frame(by_window: NDArray[np.floating]) -> Frames:
    """Return the mean over the windows that hold a frame: [n, f * 128] to float32 [n + f - 1, 128]."""
    count, size = by_window.shape
    parts = by_window.reshape(count, size // features.MEL_BANDS, features.MEL_BANDS)
    width = parts.shape[1]
    total = np.zeros((count + width - 1, features.MEL_BANDS))
    windows = np.zeros((count + width - 1, 1))
    for place in range(width):
        total[place : place + count] += parts[:, place]
        windows[place : place + count] += 1
    return (total / windows).astype(np.float32)


def _draw(scores: ClipScores, source: str, rebuilt: Sequence[_Rebuilt], each: int) -> Gallery:
    levels = np.concatenate([clip.frames.ravel() for clip in rebuilt])
    low, high = (float(value) for value in np.percentile(levels, (1, 99.8)))
    error = float(np.percentile(np.concatenate([clip.residual.ravel() for clip in rebuilt]), 99.5))
    pictures = tuple(
        ClipPicture(
            name=scores.clips[clip.index],
            machine_id=str(scores.machine_ids[clip.index]),
            anomalous=bool(scores.labels[clip.index]),
            score=float(scores.by_source[source][clip.index]),
            spectrogram=_png(clip.frames.T, low, high, _LEVEL_COLOURS),
            reconstruction=_png(clip.reconstruction.T, low, high, _LEVEL_COLOURS),
            residual=_png(clip.residual.T, 0.0, error, _ERROR_COLOURS),
        )
        for clip in rebuilt
    )
    ramp = np.linspace(0, 1, 256, dtype=np.float32)[np.newaxis].repeat(8, axis=0)
    return Gallery(
        source=source,
        most=pictures[:each],
        least=pictures[each:],
        low=low,
        high=high,
        error=error,
        level_bar=_png(ramp, 0, 1, _LEVEL_COLOURS),
        error_bar=_png(ramp, 0, 1, _ERROR_COLOURS),
    )


def _png(values: Frames, low: float, high: float, colours: str) -> str:
    content = io.BytesIO()
    imsave(content, values, vmin=low, vmax=high, cmap=colours, origin="lower", format="png")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()
