"""The plot of a sweep in headless Chromium: pointed at, turned to another axis, and accessible."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import axe_core_python
import pytest
import sweep_records

from host.sweep import plot
from host.sweep.records import TrialState
from host.sweep.search import Sweep

AXE = Path(axe_core_python.__path__[0]) / "axe.min.js"

QUESTIONS = """
const answer = {hint: document.getElementById("hint").textContent};
marks[1].dispatchEvent(new Event("mouseenter"));
answer.pointed = document.getElementById("name").textContent;
marks[0].focus();
answer.focused = document.getElementById("name").textContent;
answer.detail = document.getElementById("detail").textContent;
answer.hidden = document.getElementById("hint").hidden;
answer.before = marks[1].getAttribute("transform");
const axis = document.getElementById("axis");
axis.value = "ram_bytes";
axis.dispatchEvent(new Event("change"));
answer.after = marks[1].getAttribute("transform");
answer.title = document.getElementById("title").textContent;
axe.run(document).then(found => {
  answer.passes = found.passes.length;
  answer.violations = found.violations.filter(each => ["serious", "critical"].includes(each.impact))
    .map(each => [each.id, each.nodes[0].html]);
  const element = document.createElement("script");
  element.type = "text/plain";
  element.id = "answer";
  element.textContent = encodeURIComponent(JSON.stringify(answer));
  document.body.append(element);
});
"""


@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_points_tell_their_trial(tmp_path: Path, scheme: int) -> None:
    states = (
        sweep_records.state(8, auc=0.8, cycles=1000, ram=50),
        sweep_records.state(9, auc=0.9, cycles=2000, ram=40),
        TrialState(sweep_records.task(10), None, "its process was killed by SIGKILL"),
    )
    text = plot.render(Sweep(sweep_records.space(8, 9, 10), sweep_records.recordings(synthetic=True), states))
    page = tmp_path / "sweep.html"
    scripts = f"<script>{AXE.read_text(encoding='utf-8')}</script><script>{QUESTIONS}</script></body>"
    page.write_text(text.replace("</body>", scripts), encoding="utf-8")
    answer, console = _answer(page, tmp_path / "profile", scheme)
    assert console == []
    assert (answer["pointed"], answer["focused"]) == ("w8-d1-b4-f2-tensor", "w9-d1-b4-f2-tensor")
    assert "9–4–9" in answer["detail"]
    assert (answer["hint"], answer["hidden"]) == ("Point at one or reach it with the Tab key.", True)
    assert answer["title"] == "RAM, bytes"
    assert answer["before"] != answer["after"]
    assert answer["passes"] > 10
    assert answer["violations"] == []


def _answer(page: Path, profile: Path, scheme: int) -> tuple[dict[str, object], list[str]]:
    program = shutil.which("chromium")
    assert program, "no chromium on PATH: tools/setup installs Debian's package of this name"
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]
    options += ["--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=20000"]
    options += [f"--user-data-dir={profile}", f"--blink-settings=preferredColorScheme={scheme}"]
    done = subprocess.run(
        [program, *options, "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    match = re.search(r'<script type="text/plain" id="answer">([^<]*)</script>', done.stdout)
    assert match, "axe did not finish"
    return json.loads(unquote(match[1])), [line for line in done.stderr.splitlines() if "CONSOLE" in line]
