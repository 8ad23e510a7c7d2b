"""What scores a run's models: which windows, with what, and what is not scored again."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import tflite_models

from host import native
from host.data.feature_cache import FeatureSet
from host.data.layout import Clip
from host.errors import FirmwareError, ModelError
from host.model import evaluation_runtimes
from host.model.evaluation import ALL_WINDOWS, ChosenWindows, ModelFile, ScoredClips
from host.model.evaluation_runtimes import Request, Runtime
from host.model.run_folder import RunDataset, RunFolder, RunRecord
from host.model.settings import TrainingSettings
from host.tflite.golden import GoldenInterpreter

MODEL = tflite_models.autoencoder_int8()
CLIPS = tuple(Clip(Path(f"{number}.wav"), "01", "test", 0) for number in range(2))
FRAMES = np.random.default_rng(3).uniform(-60, 0, (2, 200, 128)).astype(np.float32)
FEATURES = FeatureSet(FRAMES, CLIPS, ())
FILE = ModelFile("int8", MODEL)


def failing(_: bytes) -> GoldenInterpreter:
    raise FirmwareError("it fails")


def runtime(source: str, windows: ChosenWindows, start=partial(GoldenInterpreter, MODEL)) -> Runtime:  # type: ignore[no-untyped-def]  # noqa: B008
    return Runtime(source, FILE.sha256, f"{source} 1", "fast", windows, start)


def score(
    runtimes: list[Runtime], earlier: ScoredClips | None = None
) -> tuple[ScoredClips, list[tuple[str, int]], list[str]]:
    counted: list[tuple[str, int]] = []
    failures: list[str] = []
    scored = evaluation_runtimes.score(
        runtimes, FEATURES, earlier, lambda source, clips: counted.append((source, clips)), failures.append
    )
    return scored, counted, failures


def test_one_function_scores_for_all_and_the_golden_model_beside_fewer_windows() -> None:
    every = ChosenWindows(0, 49)
    scored, counted, _ = score([evaluation_runtimes.golden(FILE), runtime("host", every)])
    assert [model.source for model in scored.models] == ["int8", "host"]
    assert counted == [("int8", 2), ("host", 2), ("int8", 2)]
    assert scored.sampled is not None
    assert scored.sampled.windows == every
    np.testing.assert_array_equal(scored.models[1].scores, scored.sampled.scores)
    assert not np.array_equal(scored.models[0].scores, scored.sampled.scores)


def test_all_windows_need_no_second_golden_score() -> None:
    scored, _, _ = score([evaluation_runtimes.golden(FILE), runtime("host", ALL_WINDOWS)])
    assert scored.sampled is None
    np.testing.assert_array_equal(scored.models[0].scores, scored.models[1].scores)


def test_known_scores_are_taken_and_others_are_not() -> None:
    every = ChosenWindows(0, 49)
    runtimes = [evaluation_runtimes.golden(FILE), runtime("host", every)]
    earlier, _, _ = score(runtimes)
    # Nothing starts an interpreter any more.
    known = [
        Runtime(r.source, r.sha256, r.name, r.kernel, r.windows, partial(failing, b"")) for r in runtimes
    ]
    again, counted, failures = score(known, earlier)
    np.testing.assert_array_equal(again.models[1].scores, earlier.models[1].scores)
    assert (counted, failures) == ([("int8", 2), ("host", 2)], [])
    rebuilt = Runtime("host", FILE.sha256, "host 2", "fast", every, partial(failing, b""))
    assert score([known[0], rebuilt], earlier)[2] == ["no scores of host: it fails"]


def test_firmware_that_fails_is_left_out_with_a_line() -> None:
    scored, _, failures = score(
        [evaluation_runtimes.golden(FILE), runtime("host", ChosenWindows(0, 49), partial(failing, b""))]
    )
    assert [model.source for model in scored.models] == ["int8"]
    assert failures == ["no scores of host: it fails"]


def test_a_model_of_other_sizes_is_refused_by_its_source() -> None:
    small = ModelFile("float", tflite_models.chain(640, [tflite_models.Layer(4)]))
    with pytest.raises(ModelError, match=r"float model: the model has int8 \[1, 4\] at its ends"):
        score([evaluation_runtimes.golden(small)])


@pytest.mark.parametrize(
    ("recipe", "golden", "firmware"),
    [
        (TrainingSettings(), ALL_WINDOWS, ChosenWindows(0, 7)),
        # Frame 156 of a clip of 10 s, 313 frames, of which the window's numbers count from frame 50 on.
        (TrainingSettings(evaluation_windows="middle"), ChosenWindows(106, 196), ChosenWindows(106, 196)),
    ],
)
def test_the_recipe_says_which_windows_make_a_score(
    recipe: TrainingSettings,
    golden: ChosenWindows,
    firmware: ChosenWindows,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = RunFolder(tmp_path)
    for path in (folder.float_model, folder.int8_model):
        path.write_bytes(MODEL)
    monkeypatch.setattr(native, "build", lambda preset: folder.int8_model)
    dataset = RunDataset("x", "x", "x", True, 1)
    found = evaluation_runtimes.available(
        folder,
        RunRecord(recipe, dataset, (), "x"),
        Request(("float", "int8", "host"), step=7),
        lambda line: None,
    )
    assert [runtime.windows for runtime in found] == [golden, golden, firmware]


def test_a_missing_model_is_an_error(tmp_path: Path) -> None:
    record = RunRecord(TrainingSettings(), RunDataset("x", "x", "x", True, 1), (), "x")
    with pytest.raises(ModelError, match=r"model_float\.tflite: run python -m host\.quantize"):
        list(evaluation_runtimes.available(RunFolder(tmp_path), record, Request(), lambda line: None))
