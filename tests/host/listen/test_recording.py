"""The document score/1; host.score's tests score real recordings."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import tflite_models

from host.errors import DataError
from host.listen import recording
from host.listen.model import Listener
from host.listen.recording import UnusableRecording
from host.listen.time_line import Row, TimeLine
from host.tflite.golden import GoldenInterpreter

LISTENER = Listener(
    Path("m.tflite"), "0" * 64, "tflite-micro", GoldenInterpreter(tflite_models.autoencoder_int8())
)


def test_seconds_are_told_in_order_and_null_is_what_is_unknown() -> None:
    rows: list[Row] = []
    pieces = [np.zeros(10_000, np.float32)] * 4
    scored = recording.stream("-", iter(pieces), LISTENER, TimeLine(1e9), rows.append)
    assert [row.start_s for row in rows] == [0, 1, 2]
    document = recording.document(LISTENER, 1e9, 196, [scored, UnusableRecording("b.wav", "damaged")])
    json.dumps(document, allow_nan=False)
    first, second = document["recordings"]
    # 40,000 samples: 77 whole frames, 73 windows.
    assert (first["seconds"], first["windows"], len(first["window_scores"])) == (2.5, 73, 73)
    assert (first["error"], first["anomalous"]) == (None, False)
    assert second["error"] == "damaged"
    assert {second[name] for name in second if name not in ("file", "error")} == {None}


def test_too_little_sound() -> None:
    with pytest.raises(DataError, match=r"too short: 3071 samples \(0\.19 s\), at least 3072"):
        recording.stream("-", [np.zeros(3071, np.float32)], LISTENER, TimeLine(1.0), lambda row: None)


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f.wav")
    with pytest.raises(DataError, match=r"^not a regular file: it is a pipe"):
        recording.file(tmp_path / "f.wav", LISTENER, TimeLine(1.0), lambda row: None)
