"""`host.view`: the drawing it writes, and netron's server."""

import hashlib
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import tflite_models

from host import view
from host.errors import ModelError, UsageError


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "seed shaped.tflite"
    path.write_bytes(tflite_models.autoencoder_float(per_channel=True))
    return path


@pytest.mark.parametrize("suffix", ["svg", "html"])
def test_draws_a_file(model: Path, tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / f"graph.{suffix}"
    assert view.main([str(model), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: 17 operators\n"
    assert out.read_text().startswith("<svg" if suffix == "svg" else "<!doctype html>")


def test_serves_the_model_alone_until_ctrl_c(model: Path) -> None:
    command = [sys.executable, "-m", "host.view", str(model), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("seed shaped: http://127.0.0.1:")
        address = line.split()[2]
        with urllib.request.urlopen(address, timeout=10) as page:
            assert b"seed shaped.tflite" in page.read()
        with urllib.request.urlopen(f"{address}/data/seed%20shaped.tflite", timeout=10) as data:
            assert hashlib.sha256(data.read()).digest() == hashlib.sha256(model.read_bytes()).digest()
        for other in ("/data/../conftest.py", "/data/%2e%2e/%2e%2e/etc/passwd"):
            with pytest.raises(urllib.error.HTTPError, match="404") as refused:
                urllib.request.urlopen(address + other, timeout=10)
            refused.value.close()
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=20)
    assert (process.returncode, out, errors) == (0, "", "")


def test_port_in_use(model: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "host.view", str(model), "--no-browser", "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert f"error: cannot serve on 127.0.0.1 port {port} (" in done.stderr
    assert done.stderr.count("\n") == 1


def test_refusals(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="--out draws a file and serves nothing"):
        view.main([str(model), "--out", str(tmp_path / "x.svg"), "--no-browser"])
    with pytest.raises(SystemExit):
        view.main([str(model), "--out", "graph.png"])
    assert "graph.png is neither .svg nor .html" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        view.main([str(model), "--port", "70000"])
    (tmp_path / "damaged.tflite").write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"damaged\.tflite"):
        view.main([str(tmp_path / "damaged.tflite"), "--out", str(tmp_path / "x.svg")])
    assert not (tmp_path / "x.svg").exists()
