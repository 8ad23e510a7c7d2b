"""`host.sweep` as a whole: two small models here and on a Dask cluster, with the same figures."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sweep_records

from host.errors import DataError, HostError
from host.sweep import trial_process
from host.sweep.__main__ import main
from host.sweep.records import Output, Task

SPACE = """
[space]
widths = [8, 12]
depths = [1]
bottleneck = [4]
input_frames = [2]
quantization = ["per-channel"]

[training]
epochs = 2
batch_size = 256

[measurement]
window_step = 28
"""
TIMES = ("training_time_s", "measuring_time_s")


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("space") / "space.toml"
    path.write_text(SPACE)
    return path


@pytest.fixture
def cache(tiny_data: Path) -> Path:
    return tiny_data.parent / "sweep_cache"


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A Dask scheduler on 127.0.0.1 with two workers, processes of one thread; yields its address."""
    file = folder / "scheduler.json"
    address = ["--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"]
    scheduler = _started(folder, "scheduler", [*address, "--scheduler-file", str(file)])
    workers = []
    try:
        deadline = time.monotonic() + 60
        while not (file.exists() and file.read_text().endswith("}")):
            assert scheduler.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        found = json.loads(file.read_text())["address"]
        options = [found, "--nthreads", "1", "--nworkers", "2", "--no-dashboard", "--local-directory"]
        workers.append(_started(folder, "worker", [*options, str(folder)]))
        yield found
    finally:
        for process in (*workers, scheduler):
            process.terminate()
        for process in (*workers, scheduler):
            process.wait(30)


def _started(folder: Path, what: str, arguments: list[str]) -> subprocess.Popen[bytes]:
    with (folder / f"{what}.log").open("wb") as log:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments]
        return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)


def figures(out: Path) -> dict[str, Any]:
    """What a sweep found by trial, without its times and places."""
    trials = json.loads((out / "sweep.json").read_text())["trials"]
    for trial in trials:
        trial["model"] = Path(trial["model"]).name
        for name in TIMES:
            assert trial["figures"].pop(name) > 0
    return {trial["name"]: trial for trial in trials}


def firmware(out: Path) -> set[str]:
    """The fingerprints of the sources that a sweep's images were made of."""
    trials = json.loads((out / "sweep.json").read_text())["trials"]
    return {trial["figures"]["firmware"] for trial in trials}


def test_same_table_here_and_through_dask(
    space: Path, tiny_data: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    common = [str(space), "--data", str(tiny_data), "--cache", str(cache), "--out"]
    assert main([*common, str(here), "--jobs", "2"]) == 0
    local = capsys.readouterr().out
    with cluster(tmp_path) as address:
        assert main([*common, str(there), "--scheduler", address]) == 0
    remote = capsys.readouterr().out
    # Sources that are edited meanwhile give other images, hence other figures.
    assert firmware(here) == firmware(there), "firmware sources changed between the two sweeps: test again"
    assert figures(here) == figures(there)
    assert rows(local) == rows(remote)
    assert len(rows(local)) == 2

    for name, trial in figures(here).items():
        found = trial["figures"]
        assert name in (here / "sweep.html").read_text()
        assert 0 <= found["auc"] <= 1
        assert found["test_clips"] == 16
        # 2 x 256 x width + 2 x 4 x width multiply-accumulates; the accelerator has two units.
        assert found["accelerator_cycles"] > trial["weights"] / 2
        assert found["total_cycles"] >= found["accelerator_cycles"]
        assert found["flash_bytes"] > found["ram_bytes"] > 0
        assert found["energy_uj"] == pytest.approx(found["inference_s"] * 45.72 / 5.410e-3)

    # A second run repeats nothing.
    started = time.monotonic()
    assert main([*common, str(here)]) == 0
    assert capsys.readouterr().out.count("kept from an earlier run") == 2
    assert time.monotonic() - started < 10


def rows(text: str) -> list[str]:
    """The table's rows."""
    return [line.strip() for line in text.splitlines() if re.search(r"-channel +\d\.\d{4}", line)]


def test_failed_trial_is_told_and_the_rest_is_kept(
    space: Path,
    tiny_data: Path,
    cache: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run(task: Task, *_: object) -> Output:
        if task.trial.width == 8:
            raise HostError("its process was killed by SIGKILL")
        return sweep_records.output()

    monkeypatch.setattr(trial_process, "run", run)
    arguments = [str(space), "--data", str(tiny_data), "--cache", str(cache), "--out", str(tmp_path / "out")]
    with pytest.raises(
        HostError, match="1 of 2 trials failed, the first, w8-d1-b4-f2-channel: its process was"
    ):
        main([*arguments, "--json", "-"])
    captured = capsys.readouterr()
    assert "warning: w8-d1-b4-f2-channel: its process was killed by SIGKILL" in captured.err
    document = json.loads(captured.out)
    assert [trial["figures"] is None for trial in document["trials"]] == [True, False]
    assert json.loads((tmp_path / "out" / "sweep.json").read_text()) == document


def test_bad_space_is_found_before_the_recordings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "space.toml"
    path.write_text("[space]\nwidth = [8]\n")
    with pytest.raises(DataError, match="unknown key width"):
        main([str(path), "--data", str(tmp_path / "none"), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_no_address_of_a_scheduler_is_one_line_before_the_recordings_are_read(
    tmp_path: Path, space: Path
) -> None:
    options = ["--data", str(tmp_path / "none"), "--out", str(tmp_path / "out"), "--scheduler", "nonsense"]
    command = [sys.executable, "-m", "host.sweep", str(space), *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert "'nonsense' is no address of a Dask scheduler" in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["--jobs", "0"], "0 is no number of trials: 1 to 256"),
        (["--timeout", "-1"], "-1 is no time in minutes"),
        (["--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"], "not allowed with argument"),
    ],
)
def test_wrong_usage(option: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["space.toml", "--data", "data", "--out", "out", *option])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
