import hashlib
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from host.data import layout, reference_model, toycar
from host.data.__main__ import main
from host.data.toycar import Archive
from host.errors import UsageError

TINY = ["--ids", "01", "--train", "2", "--test-normal", "1", "--test-anomaly", "1", "--seconds", "8", "8"]


def _run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "host.data", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **options)


def test_synth_makes_a_set_says_so_and_keeps_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "set"
    assert main(["synth", "--out", str(out), *TINY]) == 0
    assert capsys.readouterr().out.strip() == f"{out}: synthetic dataset of 4 clips, made"
    assert main(["synth", "--out", str(out), *TINY, "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["synthetic"] is True
    assert (document["train"], document["test_normal"], document["test_anomaly"]) == (2, 1, 1)
    assert main(["synth", "--out", str(out), *TINY]) == 0
    assert "already there, kept" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["", "synth", "fetch", "check", "reference-model", "export-benchmark"])
def test_help_ends_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*command.split(), "--help"])
    assert caught.value.code == 0
    assert f"example:\n  python -m host.data {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [[], ["other"], ["synth"], ["synth", "--out", "x", "--train", "many"], ["fetch", "other"]],
)
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_errors_are_one_line_without_traceback(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    done = _run("synth", "--out", str(tmp_path), *TINY)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    done = _run("synth", "--out", str(tmp_path / "set"), "--seconds", "1", "2")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "host.data", "synth", "--out", str(tmp_path / "set")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 30
        while not list(tmp_path.rglob("*.wav")) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr) == (130, "interrupted\n")
    assert list(tmp_path.iterdir()) == []


def test_fetch_without_terminal_and_acceptance_exits_with_2_and_the_line_to_use(tmp_path: Path) -> None:
    done = _run(
        "fetch", "toycar", "--cache", str(tmp_path), "--url", "http://127.0.0.1:9", stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2
    assert "CC BY-NC-SA 4.0" in done.stderr
    assert "python -m host.data fetch toycar --accept-licence" in done.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small(server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr("ToyCar/train/normal_id_01_00000000.wav", b"x")
    content = buffer.getvalue()
    server.files["/record/1/files/a.zip"] = content
    wanted = Archive("a.zip", 1, len(content), hashlib.md5(content).hexdigest(), 1000)
    monkeypatch.setattr(toycar, "TOYCAR", (wanted,))
    return server


def test_fetch_accepts_once_and_prints_the_folder(
    tmp_path: Path, small: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["fetch", "toycar", "--cache", str(tmp_path), "--url", small.url]
    assert main([*line, "--accept-licence"]) == 0
    first = capsys.readouterr()
    assert "CC BY-NC-SA 4.0" in first.err
    assert f"--data {toycar.folder(tmp_path)}" in first.out
    assert len(layout.scan(toycar.folder(tmp_path)).clips) == 1
    assert main([*line, "--json", "-"]) == 0
    second = capsys.readouterr()
    assert "CC BY-NC-SA" not in second.err
    assert json.loads(second.out)["path"] == str(toycar.folder(tmp_path))


@pytest.mark.parametrize(
    ("answer", "accepted"), [("y\n", True), ("Yes\n", True), ("n\n", False), ("\n", False)]
)
def test_fetch_asks_on_a_terminal(
    tmp_path: Path, small: Any, monkeypatch: pytest.MonkeyPatch, answer: str, accepted: bool
) -> None:
    controller, terminal = pty.openpty()
    os.write(controller, answer.encode())
    with os.fdopen(terminal, encoding="ascii") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        line = ["fetch", "toycar", "--cache", str(tmp_path), "--url", small.url]
        if accepted:
            assert main(line) == 0
        else:
            with pytest.raises(UsageError, match="nothing was downloaded"):
                main(line)
    os.close(controller)
    assert toycar.licence_accepted(tmp_path) is accepted
    assert bool(small.requests) is accepted


def test_reference_model_prints_its_path(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reference_model, "reference_model", lambda name, cache: Path("/somewhere") / name)
    assert main(["reference-model", "mltk"]) == 0
    assert capsys.readouterr().out == "/somewhere/mltk\n"
    assert main(["reference-model", "mltk", "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["path"] == "/somewhere/mltk"
