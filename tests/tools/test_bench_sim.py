"""Rows of `tools/bench sim` from made-up measurements, and its programs for the core."""

import subprocess
import sys
from pathlib import Path

import bench_sim
import bench_sim_parallel
import pytest

from host.errors import BuildError, DataError
from host.sim.mailbox import Inference, LayerCycles


def layer(accelerator: int, busy: int, wait: int) -> LayerCycles:
    return LayerCycles("FULLY_CONNECTED", accelerator, busy, wait, 1, 0)


def test_the_reference_models_figures() -> None:
    run = Inference(b"", (layer(100_000, 7_000, 95_000), layer(80_000, 9_000, 78_000)), 195_000)
    accelerator, busy, beyond, total, time = bench_sim.reference_rows(run, "ram")
    assert accelerator.value == 180_000
    assert (busy.value, busy.goal, busy.ratio) == (16_000, 25_000, pytest.approx(16 / 147))
    assert (beyond.value, beyond.goal, beyond.missed) == (15_000, 20_000, False)
    assert (total.value, total.goal, total.missed) == (195_000, 180_000, True)
    assert time.value == pytest.approx(2.5)
    assert (time.goal, time.missed) == (2.3, True)
    for row in (busy, total, time):
        assert "published" in str(row.against)
        assert "simulated" in row.name


def test_without_the_reference_model_its_figures_are_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: str) -> Path:
        raise DataError("no network")

    monkeypatch.setattr(bench_sim, "reference_model", fail)
    assert bench_sim.reference() == []
    assert "no figures of the reference model: no network" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["compute", "calls", "sleep"])
def test_programs_run_for_ever(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")
    monkeypatch.setattr(bench_sim, "REPETITIONS", 1)
    instructions, cycles = bench_sim._rates(bench_sim.compile_program(name, tmp_path), 3_000_000)
    assert cycles > 0
    assert instructions > 0


def test_a_missing_compiler_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_sim, "COMPILER", "no-such-compiler")
    with pytest.raises(BuildError, match=r"cannot compile calls\.c: .*no-such-compiler"):
        bench_sim.compile_program("calls", tmp_path)


class Clock:
    """A worker that makes 10 rounds a second alone and 8 beside another."""

    started = 0

    def start(self) -> None:
        Clock.started += 1

    def rate(self) -> float:
        return 10.0 if Clock.started <= 2 else 8.0


def test_loss_is_of_both_beside_both_alone() -> None:
    assert bench_sim_parallel.loss([Clock(), Clock()]) == pytest.approx(20)


def test_a_worker_answers_each_line() -> None:
    command = [sys.executable, bench_sim_parallel.__file__, "arithmetic"]
    done = subprocess.run(command, input="\n", capture_output=True, text=True, timeout=30, check=True)
    ready, rate = done.stdout.split()
    assert ready == "ready"
    assert float(rate) > 0
