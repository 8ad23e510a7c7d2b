from pathlib import Path

import pytest
from probed_board import OLD, SECTOR, image, probed

from host import boards
from host.errors import ProbeError, TargetError
from host.flash import probes, recovery, session
from host.flash.session import Reach
from host.flash.steps import Silent
from host.flash.xg24 import target

VIRTUAL = boards.load("virtual")
REACH = Reach(target.type_name(VIRTUAL.part), 4_000_000)


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def test_only_a_locked_part_is_asked_about_and_erased() -> None:
    asked: list[None] = []

    def confirmed() -> bool:
        asked.append(None)
        return True

    with probed(holds=image(2, OLD)) as board:
        probe = probes.find(VIRTUAL, board.name)
        assert not recovery.recover(probe, REACH, confirmed, Silent())
        assert board.contents(2 * SECTOR) == image(2, OLD)
        assert asked == []
        board.inject("debug-lock", 0)
        board.board.power_on()
        assert recovery.recover(probe, REACH, confirmed, Silent())
        assert set(board.contents(2 * SECTOR)) == {0xFF}
        assert asked == [None]
        assert not recovery.recover(probe, REACH, confirmed, Silent())


def test_without_confirmation_nothing_is_erased() -> None:
    with probed(holds=image(2, OLD)) as board:
        board.inject("debug-lock", 0)
        board.board.power_on()
        with pytest.raises(TargetError, match="stays locked, and nothing was erased"):
            recovery.recover(probes.find(VIRTUAL, board.name), REACH, lambda: False, Silent())
        assert board.contents(2 * SECTOR) == image(2, OLD)


@pytest.mark.parametrize("transfers", [12, 40, 80], ids=["erasing", "waiting", "looking at the lock"])
def test_a_probe_that_goes_while_the_part_is_erased(transfers: int) -> None:
    with probed(holds=image(2, OLD)) as board:
        board.inject("debug-lock", 0)
        board.board.power_on()
        probe = probes.find(VIRTUAL, board.name)

        def confirmed() -> bool:
            board.inject("probe-pull", transfers)
            return True

        with pytest.raises(ProbeError, match="again; the part may be erased, and locked still until then"):
            recovery.recover(probe, REACH, confirmed, Silent())
        recovery.recover(probe, REACH, lambda: True, Silent())
        status = session.lock_status(probe, REACH)
        assert status is not None
        assert not status.locked
        assert set(board.contents(2 * SECTOR)) == {0xFF}


def test_user_data_stays() -> None:
    user_data = 0x0FE0_0000
    with probed(holds=image(2, OLD)) as board:
        before = board.contents(0x400, user_data)
        board.inject("debug-lock", 0)
        board.board.power_on()
        assert recovery.recover(probes.find(VIRTUAL, board.name), REACH, lambda: True, Silent())
        assert board.contents(0x400, user_data) == before
