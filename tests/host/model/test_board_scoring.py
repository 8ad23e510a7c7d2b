"""Scores by the chip's image on the virtual board are those of the same kernel on this computer."""

from functools import partial

import numpy as np
import pytest
import tflite_models

from host.default_model import PRETRAINED
from host.errors import FirmwareError
from host.model import native_scoring, scoring
from host.model.board_scoring import BoardInterpreter
from host.tflite import reader

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

FRAMES = np.random.default_rng(5).uniform(-70, 10, (1, 200, 128)).astype(np.float32)
STEP = 49


def test_scores_are_those_of_the_host_build(simulator_image, sanitized_host):
    start = partial(BoardInterpreter, PRETRAINED.read_bytes(), PRETRAINED.stem, simulator_image)
    scores = scoring.score_windows(start, FRAMES, slice(None, None, STEP), processes=1)
    model = reader.read(PRETRAINED)
    expected = native_scoring.window_scores(model, FRAMES, "fast", sanitized_host, STEP)
    assert scores.shape == (1, 4)
    np.testing.assert_allclose(scores, expected, rtol=1e-5)


def test_an_image_of_another_model_is_refused(simulator_image):
    board = BoardInterpreter(tflite_models.autoencoder_int8(), "another", simulator_image)
    with pytest.raises(FirmwareError, match="not another"):
        scoring.window_scores(board, np.zeros((1, 640), np.float32))
