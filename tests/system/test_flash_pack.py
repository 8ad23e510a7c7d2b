"""host.flash --pack on the virtual board: this project's steps, a pack's target and algorithm."""

from pathlib import Path

import pytest
from pack_files import PackMaker
from probed_board import FLASH, NEW, OLD, SECTOR, image, probed, write_image


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    maker = PackMaker(tmp_path_factory.mktemp("packs"))
    return maker.write(maker.description())


def test_image_is_written_and_verified_through_a_pack(pack: Path, tmp_path: Path) -> None:
    with probed() as board:
        done = board.flash("--pack", str(pack), str(write_image(tmp_path, 2.5)))
        assert (done.status, done.error) == (0, "")
        assert board.contents(3 * SECTOR) == image(2.5).ljust(3 * SECTOR, b"\xff")


def test_bytes_around_the_image_are_kept_and_neighbours_left_alone(pack: Path, tmp_path: Path) -> None:
    holds = image(4, OLD)
    with probed(holds=holds) as board:
        assert board.flash("--pack", str(pack), str(write_image(tmp_path, 1.5))).status == 0
        assert board.contents(4 * SECTOR) == image(1.5, NEW) + holds[3 * SECTOR // 2 :]


def test_stuck_bit_is_found_and_its_sector_named(pack: Path, tmp_path: Path) -> None:
    wanted = image(2)
    place = next(at for at in range(SECTOR + 64, 2 * SECTOR, 4) if wanted[at] & 1 == 0)
    with probed() as board:
        board.inject("flash-stuck", FLASH + place, 1)
        done = board.flash("--pack", str(pack), str(write_image(tmp_path, 2)))
        assert done.status == 1
        assert f"{FLASH + SECTOR:#010x}" in done.error


def test_pack_that_cannot_be_used_leaves_the_board_alone(tmp_path: Path) -> None:
    maker = PackMaker(tmp_path)
    wrong = maker.write(maker.description(release="2025.6.2", flash_bytes=0, ram_bytes=0), flm=b"\0")
    with probed(holds=image(1, OLD)) as board:
        done = board.flash("--pack", str(wrong), str(write_image(tmp_path, 1)))
        assert done.status == 1
        assert "2025.6.2 states a size of 0 B" in done.error
        assert board.contents(SECTOR) == image(1, OLD)
