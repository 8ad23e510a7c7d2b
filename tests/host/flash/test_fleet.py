from pathlib import Path

import pytest
from probed_board import NEW, OLD, SECTOR, image, probed, write_image

from host import boards
from host.flash import fleet, probes
from host.flash import image as flash_image
from host.flash.fleet import Job
from host.flash.probes import Probe
from host.flash.programming import Wishes
from host.flash.session import Reach
from host.flash.steps import Silent
from host.flash.xg24 import target
from host.interruption import Interrupted

VIRTUAL = boards.load("virtual")


class Watcher(Silent):
    def __init__(self, raises_at: str = "") -> None:
        self.steps: list[str] = []
        self.raises_at = raises_at

    def begin(self, step: str, total: int = 0) -> None:
        self.steps.append(step)
        if step == self.raises_at:
            raise Interrupted(2)


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    contents = flash_image.read(write_image(tmp_path, 2, NEW))
    reach = Reach(target.type_name(VIRTUAL.part), 4_000_000)
    return Job(VIRTUAL, contents, reach, Wishes())


def test_boards_side_by_side_and_one_that_fails(job: Job) -> None:
    with probed(holds=image(2, OLD)) as first, probed() as second, probed() as third:
        second.inject("probe-pull", 3000)
        found = [probes.find(VIRTUAL, each.name) for each in (first, second, third)]
        watchers: dict[str, Watcher] = {}

        def watcher_of(probe: Probe) -> Watcher:
            return watchers.setdefault(probe.unique_id, Watcher())

        results = fleet.flash_all(found, job, watcher_of)
        assert [result.probe for result in results] == found
        assert [bool(result.error) for result in results] == [False, True, False]
        assert "incomplete" in results[1].error
        assert first.contents(2 * SECTOR) == third.contents(2 * SECTOR) == image(2, NEW)
        # Without a note there is no banner to wait for.
        assert results[0].verdict == "verified, start not confirmed"
        assert results[0].warnings == (
            "verified, start not confirmed: the image has no note that says what its banner is",
        )
        assert watchers[first.name].steps[-1] == "verified, start not confirmed"
        assert watchers[second.name].steps[-1].startswith("failed: ")


def test_a_probe_is_claimed_while_it_is_used(job: Job) -> None:
    with probed() as board:
        probe = probes.find(VIRTUAL, board.name)
        with fleet.claimed(probe, 0.0):
            (result,) = fleet.flash_all([probe], job, lambda each: Silent())
        assert "used by process" in result.error
        (result,) = fleet.flash_all([probe], job, lambda each: Silent())
        assert result.error == ""


def test_an_interruption_ends_all(job: Job) -> None:
    with probed() as first, probed() as second:
        found = [probes.find(VIRTUAL, each.name) for each in (first, second)]
        with pytest.raises(Interrupted):
            fleet.flash_all(found, job, lambda probe: Watcher(raises_at="verify"))
