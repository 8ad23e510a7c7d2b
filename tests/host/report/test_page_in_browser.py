"""The page in headless Chromium: what a person sees, hears from a screen reader, and prints."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import axe_core_python
import pytest
from PIL import Image

from host.project import BUILD_DIR
from host.report.__main__ import main

SCREENSHOTS = BUILD_DIR / "report-screenshots"

AXE = Path(axe_core_python.__path__[0]) / "axe.min.js"

# What the page is asked, after it has loaded; the answer is left in the document.
QUESTIONS = """
const pictures = [...document.querySelectorAll("img, svg[role=img]")].map(picture => {
  const box = picture.getBoundingClientRect();
  const shown = [box.width, box.height];
  const natural = picture.tagName === "IMG" ? [picture.naturalWidth, picture.naturalHeight] : shown;
  return {kind: picture.tagName, natural, shown,
          name: picture.getAttribute("alt") || picture.getAttribute("aria-label") || ""};
});
const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
axe.run(document).then(found => {
  const answer = document.createElement("script");
  answer.type = "text/plain";
  answer.id = "answer";
  answer.textContent = encodeURIComponent(JSON.stringify({
    pictures, ids, violations: found.violations.map(each => ({id: each.id, impact: each.impact,
      nodes: each.nodes.map(node => node.html.slice(0, 200))})), passes: found.passes.length,
    ground: getComputedStyle(document.body).backgroundColor,
    cut: [...document.querySelectorAll(".scroll")].filter(each => each.scrollWidth > each.clientWidth)
      .map(each => each.getAttribute("aria-label")),
    height: document.body.getBoundingClientRect().bottom,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth}));
  document.body.append(answer);
});
"""


@dataclass(frozen=True)
class View:
    """A way to look at the page: name, colour scheme as Chromium's setting counts it, window in pixels.

    The window holds the whole page, for the screenshot.
    """

    name: str
    scheme: int
    width: int
    height: int


VIEWS = (View("light", 1, 1200, 10000), View("dark", 0, 1200, 10000), View("narrow", 1, 500, 13000))


@pytest.fixture(scope="module")
def page(filled_run: Path) -> Path:
    assert main([str(filled_run)]) == 0
    return filled_run / "report.html"


def look(page: Path, folder: Path, view: View) -> dict[str, Any]:
    """Return the answers to QUESTIONS, axe's findings and what went to the console; leave screenshot.png.

    The page is a copy with axe and the questions at its end, in Chromium without a network.
    """
    copy = folder / "asked.html"
    scripts = f"<script>{AXE.read_text(encoding='utf-8')}</script><script>{QUESTIONS}</script></body>"
    copy.write_text(page.read_text(encoding="utf-8").replace("</body>", scripts), encoding="utf-8")
    program = shutil.which("chromium")
    assert program, "no chromium on PATH: tools/setup installs Debian's package of this name"
    done = subprocess.run(
        [
            program,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--enable-logging=stderr",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder / 'profile'}",
            f"--blink-settings=preferredColorScheme={view.scheme}",
            f"--window-size={view.width},{view.height}",
            "--virtual-time-budget=20000",
            "--dump-dom",
            f"--screenshot={folder / 'screenshot.png'}",
            copy.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    match = re.search(r'<script type="text/plain" id="answer">([^<]*)</script>', done.stdout)
    assert match, "axe did not finish"
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return {**json.loads(unquote(match[1])), "console": console}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_page_is_whole_and_accessible(page: Path, tmp_path: Path, view: View) -> None:
    answer = look(page, tmp_path, view)
    assert answer["console"] == []
    kinds = [picture["kind"] for picture in answer["pictures"]]
    # Six clips in three pictures and two scales; ROC and histogram of all and of two machines, training,
    # quantization, cycles, memory.
    assert (kinds.count("IMG"), kinds.count("svg")) == (20, 10)
    for picture in answer["pictures"]:
        assert min(*picture["natural"], *picture["shown"]) > 0, picture
        assert picture["name"], picture
    assert len(answer["ids"]) == len(set(answer["ids"]))
    assert answer["overflow"] == 0, "the page is wider than the window"
    assert view.name == "narrow" or answer["cut"] == [], "a wide window shows every column"
    assert answer["passes"] > 10, "axe looked at the page"
    assert [v for v in answer["violations"] if v["impact"] in ("serious", "critical")] == []
    assert (answer["ground"] == "rgb(255, 255, 255)") == (view.name != "dark")

    assert answer["height"] <= view.height, "the screenshot would be cut off"
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with Image.open(tmp_path / "screenshot.png") as whole:
        used = whole.crop((0, 0, view.width, int(answer["height"])))
    used.save(SCREENSHOTS / f"report-{view.name}.png")


def test_faults_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "faulty.html"
    page.write_text(
        '<!doctype html><html lang="en"><title>x</title><body><main><h1>x</h1>'
        '<p style="color: #ccc; background: #fff">pale</p><img src="data:image/png;base64,AAAA">'
        '<script>console.error("broken")</script></main></body></html>'
    )
    answer = look(page, tmp_path, VIEWS[0])
    assert {"image-alt", "color-contrast"} <= {fault["id"] for fault in answer["violations"]}
    assert answer["pictures"][0]["natural"] == [0, 0]
    assert any("broken" in line for line in answer["console"])
