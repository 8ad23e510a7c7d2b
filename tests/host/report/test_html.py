import json
from pathlib import Path

import pytest

from host.errors import ModelError
from host.report import html
from host.report.__main__ import main

PROFILE = {
    "schema": "profile/1",
    "source": "host",
    "kernel": "fast",
    "cycle_model": "device-flash",
    "model": {"name": "<b>odd</b>", "sha256": "0" * 64, "file_bytes": 280000},
    "summary": {"macs": 264192, "accelerator_cycles": 123456},
    "layers": [
        {
            "index": 0,
            "opcode": "fully_connected",
            "macs": 81920,
            "ops": 164224,
            "accelerator_cycles": 123456,
            "cpu_cycles": None,
            "output_shapes": [[1, 128]],
        }
    ],
}
EVALUATION = {
    "schema": "evaluation/1",
    "dataset": {"name": "synthetic", "synthetic": True, "clips": 480},
    "results": {
        "float": {
            "auc": 0.9123,
            "auc_ci95": [0.9, 0.93],
            "pauc": 0.7,
            "accuracy": 0.8,
            "runner_accuracy": 0.81,
        },
        "device": None,
    },
}


def test_page_shows_figures_and_says_synthetic(tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_text(json.dumps(PROFILE))
    (tmp_path / "evaluation.json").write_text(json.dumps(EVALUATION))
    (tmp_path / "roc.png").write_bytes(b"\x89PNG")
    page = html.render(tmp_path)
    assert "0.9123" in page
    assert "Synthetic data" in page
    assert "123\u202f456" in page
    assert "build.json" in page, "what is missing is named"
    assert "data:image/png;base64," in page
    assert "<b>odd</b>" not in page, "names from files are escaped"
    assert "–" in page, "an unknown figure is a dash, not a zero"


def test_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "profile.json").write_text(json.dumps(PROFILE))
    assert main([str(tmp_path)]) == 0
    assert (tmp_path / "report.html").read_text().startswith("<!doctype html>")


def test_folder_without_figures_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"host\.profile"):
        html.render(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": "profile/9"}'])
def test_damaged_or_foreign_document_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "profile.json").write_text(text)
    with pytest.raises(ModelError, match=r"profile\.json"):
        html.render(tmp_path)


@pytest.mark.parametrize("damage", [{"layers": 3}, {"summary": {}}, {"model": None}])
def test_right_schema_with_wrong_content_is_one_line(tmp_path: Path, damage: dict[str, object]) -> None:
    (tmp_path / "profile.json").write_text(json.dumps(PROFILE | damage))
    with pytest.raises(ModelError, match=r"profile\.json.*make it again"):
        html.render(tmp_path)
