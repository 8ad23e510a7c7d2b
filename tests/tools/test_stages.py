"""The stages of the path: what the report shows is made before it, in the same folder."""

from argparse import Namespace
from pathlib import Path

import demo
import pytest
import stages

from host import quantize

ARGUMENTS = Namespace(model=None, data=None, seed=1, full=False)


def test_the_demo_makes_all_that_its_report_shows() -> None:
    planned = demo.plan(ARGUMENTS)
    names = [stage.name for stage in planned]
    needed = {"training", "quantization", "accuracy", "ways to quantize", "build", "profile"}
    assert needed <= set(names)
    assert names[-1] == "report"
    run = planned[-1].arguments[-1]
    assert all(any(run in argument for argument in stage.arguments) for stage in planned[1:])


def test_ways_to_quantize_are_compared_on_the_recordings_given(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = stages.comparison_stage(Path("recordings"), Path("run"))
    assert stage.arguments[0] == "host.quantize"
    asked: list[Namespace] = []

    def stop(arguments: Namespace) -> None:
        asked.append(arguments)
        raise SystemExit

    monkeypatch.setattr(quantize, "_check", stop)
    with pytest.raises(SystemExit):
        quantize.main(stage.arguments[1:])
    assert (asked[0].run, asked[0].data) == (Path("run"), Path("recordings"))
    assert asked[0].compare
    assert asked[0].clips == stages.COMPARED_CLIPS
