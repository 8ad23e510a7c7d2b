"""Where a run's models are scored: the golden interpreter, the host build, the virtual board.

One function scores for all of them (scoring.score_windows); a runtime is what starts the interpreter.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np

from host import native
from host.data.feature_cache import FeatureSet
from host.data.features import WINDOWS
from host.data.layout import Clip
from host.errors import BuildError, FirmwareError, ModelError
from host.model import evaluation, scoring
from host.model.evaluation import ALL_WINDOWS, ChosenWindows, ModelFile, ScoredClips, ScoredModel
from host.model.run_folder import RunFolder, RunRecord
from host.model.scoring import Start
from host.tflite import reader
from host.tflite.golden import GoldenInterpreter

GOLDEN_SOURCES = ("float", "int8")
FIRMWARE_SOURCES = ("host", "simulated")
DEFAULT_STEP = 14
"""Of every how many windows the firmware scores one: 14 of 196, since the accelerator's model is slow."""

OnClips = Callable[[str, int], None]
"""Called with a source and a number of newly scored clips now and then."""

OnFailure = Callable[[str], None]
"""Called with a line for a person."""


@dataclass(frozen=True)
class Request:
    """What is to be scored and how.

    Attributes:
        sources: of GOLDEN_SOURCES and FIRMWARE_SOURCES.
        kernel: the firmware's, one of native.KERNELS.
        step: every how many windows the firmware scores one.
        preset: CMake preset of the host build.
    """

    sources: tuple[str, ...] = (*GOLDEN_SOURCES, *FIRMWARE_SOURCES)
    kernel: str = native.DEFAULT_KERNEL
    step: int = DEFAULT_STEP
    preset: str = native.DEFAULT_PRESET


@dataclass(frozen=True)
class Runtime:
    """Where one model runs: `name` tells the version or hash of it, `start` makes its interpreter."""

    source: str
    sha256: str
    name: str
    kernel: str | None
    windows: ChosenWindows
    start: Start


def find(folder: RunFolder, record: RunRecord, request: Request, source: str) -> Runtime:
    """Return the runtime of a source, built where it has to be.

    Args:
        folder: The run.
        record: What it says of its training; its recipe may score one window per clip.
        request: Kernel, preset and windows.
        source: One of the request's.

    Raises:
        ModelError: a model is missing, or the firmware cannot have it.
        BuildError: the firmware cannot be built, or the simulator is not installed.
        FirmwareError: the firmware refuses the model.
    """
    files = {file.source: file for file in evaluation.model_files(folder)}
    whole = _windows(record)
    if source in GOLDEN_SOURCES:
        return golden(files[source], whole)
    chosen = ChosenWindows(0, request.step) if whole == ALL_WINDOWS else whole
    path = folder.int8_model
    if source == "host":
        return host_build(files["int8"], path, request.kernel, request.preset, chosen)
    return virtual_board(files["int8"], path, request.kernel, request.preset, chosen)


def golden(file: ModelFile, windows: ChosenWindows = ALL_WINDOWS) -> Runtime:
    """Return the golden interpreter with a model."""
    name = f"tflite-micro {version('tflite-micro')}"
    return Runtime(file.source, file.sha256, name, None, windows, partial(GoldenInterpreter, file.data))


def host_build(file: ModelFile, path: Path, kernel: str, preset: str, windows: ChosenWindows) -> Runtime:
    """Return the firmware on this computer with a model, compiled where it has to be."""
    from host.model.native_scoring import HostInterpreter

    executable = native.build(preset)
    start = partial(HostInterpreter, file.data, path.name, kernel, executable)
    return Runtime("host", file.sha256, f"host build {_hash(executable)}", kernel, windows, start)


def virtual_board(file: ModelFile, path: Path, kernel: str, preset: str, windows: ChosenWindows) -> Runtime:
    """Return the virtual board with the image of a model, built where the cache lacks it."""
    from host.model.board_scoring import BoardInterpreter
    from host.sim import inference

    image = inference.build(reader.parse(file.data, path.stem), path, kernel, preset=preset).elf
    start = partial(BoardInterpreter, file.data, path.stem, image)
    return Runtime("simulated", file.sha256, f"image {_hash(image)}", kernel, windows, start)


def available(
    folder: RunFolder, record: RunRecord, request: Request, on_failure: OnFailure
) -> Iterator[Runtime]:
    """Yield the runtimes of a request; `on_failure` gets a line for each firmware that cannot be had.

    Raises:
        ModelError: a model is missing.
    """
    for source in request.sources:
        try:
            yield find(folder, record, request, source)
        except (BuildError, FirmwareError, ModelError) as error:
            if source in GOLDEN_SOURCES:
                raise
            on_failure(f"no scores of {source}: {error}")


def earlier_of(earlier: ScoredClips | None, runtime: Runtime, clips: Sequence[Clip]) -> ScoredModel | None:
    """Return the scores of `clips` by a runtime out of earlier ones, None unless all of them are there."""
    if earlier is None:
        return None
    places = {clip: index for index, clip in enumerate(earlier.clips)}
    if not all(clip in places for clip in clips):
        return None
    models = (*earlier.models, *([earlier.sampled] if earlier.sampled else []))
    for model in models:
        known = (model.source, model.sha256, model.runtime, model.kernel, model.windows)
        if known == (runtime.source, runtime.sha256, runtime.name, runtime.kernel, runtime.windows):
            chosen = np.array([places[clip] for clip in clips], np.intp)
            return _scored(runtime, model.scores[chosen])
    return None


def score(
    runtimes: Sequence[Runtime],
    features: FeatureSet,
    earlier: ScoredClips | None,
    on_clips: OnClips,
    on_failure: OnFailure,
) -> ScoredClips:
    """Score clips with every runtime; what `earlier` holds is not scored again.

    Beside firmware that scores a part of the windows, the golden int8 model is scored over the same part.
    Firmware that fails is left out, and `on_failure` gets a line.

    Raises:
        ModelError: a model cannot be run, or is no autoencoder of such windows.
    """
    models = []
    for runtime in runtimes:
        known = earlier_of(earlier, runtime, features.clips)
        if known is not None:
            on_clips(runtime.source, len(features.clips))
        try:
            models.append(known or _score(runtime, features, on_clips))
        except (FirmwareError, BuildError) as error:
            on_failure(f"no scores of {runtime.source}: {error}")
    sampled = sampled_runtime(runtimes)
    beside = None
    if sampled is not None:
        beside = earlier_of(earlier, sampled, features.clips) or _score(sampled, features, on_clips)
    return ScoredClips(features.clips, len(features.skipped), tuple(models), beside)


def _score(runtime: Runtime, features: FeatureSet, on_clips: OnClips) -> ScoredModel:
    try:
        scores = scoring.score_windows(
            runtime.start,
            features.frames,
            runtime.windows.slice,
            on_clips=lambda clips: on_clips(runtime.source, clips),
        )
    except ModelError as error:
        raise ModelError(f"{runtime.source} model: {error}") from error
    return _scored(runtime, np.asarray(scores.mean(axis=1), np.float64))


def sampled_runtime(runtimes: Sequence[Runtime]) -> Runtime | None:
    """Return the golden int8 model over the windows that firmware is limited to, None where it scores all."""
    exact = next((runtime for runtime in runtimes if runtime.source == "int8"), None)
    for runtime in runtimes:
        if exact is not None and runtime.source in FIRMWARE_SOURCES and runtime.windows != exact.windows:
            return Runtime(exact.source, exact.sha256, exact.name, exact.kernel, runtime.windows, exact.start)
    return None


def _scored(runtime: Runtime, scores: scoring.Scores) -> ScoredModel:
    return ScoredModel(runtime.source, runtime.sha256, scores, runtime.name, runtime.kernel, runtime.windows)


def _windows(record: RunRecord) -> ChosenWindows:
    if record.settings.evaluation_windows == "all":
        return ALL_WINDOWS
    from host.model.training import MIDDLE_WINDOW

    return ChosenWindows(MIDDLE_WINDOW, WINDOWS)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
