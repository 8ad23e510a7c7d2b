import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
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


class Structure(HTMLParser):
    """Ids, links to places and to files, and whether each element is closed."""

    VOID = ("meta", "link", "img")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.places: list[str] = []
        self.sources: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "xlink:href", "src"):
                (self.places if (value or "").startswith("#") else self.sources).append(value or "")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(filled_run: Path) -> str:
    return html.render(filled_run)


def test_page_of_a_whole_run_lacks_nothing_and_stands_alone(page: str, filled_run: Path) -> None:
    assert 'class="lacking"' not in page
    structure = Structure(page)
    assert structure.open == []
    assert len(structure.ids) == len(set(structure.ids))
    assert {place[1:] for place in structure.places} <= set(structure.ids)
    assert all(source.startswith("data:") for source in structure.sources)
    assert "url(http" not in page
    assert "@import" not in page
    for error in ("within 7 cycles", "about ±20 %", "estimate, not measured"):
        assert error in page
    assert str(json.loads((filled_run / "settings.json").read_text())["dataset"]["fingerprint"]) in page


def test_same_run_gives_the_same_page(page: str, filled_run: Path) -> None:
    assert html.render(filled_run) == page


def test_a_comparison_over_some_clips_says_so(run: Path) -> None:
    path = run / "quantization_comparison.json"
    document = {**json.loads(path.read_text()), "test_clips": 16, "all_test_clips": 480}
    path.write_text(json.dumps(document))
    assert "16 of 480 test clips, so that the AUC is not that of the accuracy above;" in html.render(run)


LINES = {
    "evaluation.json": "No evaluation.json",
    "scores.csv": "No scores.csv",
    "history.csv": "No history.csv",
    "quantization_comparison.json": "No quantization_comparison.json",
    "build.json": "No build.json",
    "profile.json": "No profile.json",
    "settings.json": "no settings.json: unknown",
    "model_int8.tflite": "No plan of the tensors",
}
"""A file, and what the page says without it."""


@pytest.mark.parametrize("left", [("evaluation.json", "settings.json"), ("history.csv",), ("build.json",)])
def test_what_a_run_lacks_is_one_line(run: Path, left: tuple[str, ...]) -> None:
    for path in run.iterdir():
        if path.name not in left:
            path.unlink()
    page = html.render(run)
    for name, line in LINES.items():
        found = re.findall(f'<(?:p|td) class="[^"]*">[^<]*{re.escape(line)}', page)
        # Without an evaluation, that its scores are missing goes without saying.
        implied = name == "scores.csv" and "evaluation.json" not in left
        assert len(found) == (0 if name in left or implied else 1), line
    assert "nothing was profiled" in page
    assert Structure(page).open == []


def test_command_says_which_kernels_are_missing_and_where_the_page_is(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "scores.csv").unlink()
    (run / "profile_reference.json").unlink()
    assert main([str(run)]) == 0
    assert f"report: {run / 'report.html'}" in capsys.readouterr().out
    assert "Not profiled: reference." in (run / "report.html").read_text()


def test_names_from_files_are_text(run: Path) -> None:
    hostile = "$\\frac{x<script>alert(1)</script>"
    scores = (run / "scores.csv").read_text()
    (run / "scores.csv").write_text(scores.replace(",01,", f",{hostile},"))
    page = html.render(run)
    assert "<script" not in page
    assert "frac{x" in page


def test_figures_are_those_of_the_documents(page: str) -> None:
    tables = [ElementTree.fromstring(text) for text in re.findall(r"<table.*?</table>", page, re.DOTALL)]
    operators = next(t for t in tables if "Operators" in (t.findtext("caption") or ""))
    rows = [["".join(cell.itertext()) for cell in row] for row in operators.iter("tr")]
    reference, baseline, fast = (rows[0].index(name) for name in ("reference", "baseline", "fast"))
    # The first layer with weights: 640 x 128 multiply-accumulates; one, two and ten cycles each and 100 more.
    first = next(row for row in rows if row[1] == "fully_connected")
    assert first[3] == "81\u202f920"
    assert (first[fast], first[baseline], first[reference]) == (
        "82\u202f020",
        "163\u202f940",
        "819\u202f300",
    )
    quantized = next(t for t in tables if "16 test clips" in (t.findtext("caption") or ""))
    cells = ["".join(cell.itertext()) for cell in list(quantized.iter("tr"))[2]]
    assert cells == [
        "per tensor",
        "0.8900",
        "0.800 – 0.950",
        "−0.0100",
        "+0.012 ± 0.004",
        "30.2",
        "280\u202f160",
    ]
