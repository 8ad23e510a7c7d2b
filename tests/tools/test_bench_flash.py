"""Rows of `tools/bench flash` from made-up measurements, and what it measures on small images."""

from pathlib import Path

import bench_flash
import pytest
from bench_flash import Flashing

from host.default_model import PRETRAINED
from host.errors import FlashError
from host.flash import image
from host.flash.image import FlashImage
from host.sim.board import VirtualBoard
from host.tflite import reader

FLASH, SECTOR = 0x0800_0000, 0x2000
BITS = 300 * 1024 * 8


def small_image(folder: Path, monkeypatch: pytest.MonkeyPatch, size: int = 3 * SECTOR) -> FlashImage:
    monkeypatch.setattr(bench_flash, "IMAGE_BYTES", size)
    return image.read(bench_flash.random_image(folder))


@pytest.mark.parametrize(("clocks_a_bit", "missed"), [(1.6, False), (1.71, True)])
def test_clocks_for_each_bit(clocks_a_bit: float, missed: bool) -> None:
    row = bench_flash.clocks_row(Flashing(round(clocks_a_bit * BITS), 1.0, 38), 1_000_000, 1.7)
    assert row.value == pytest.approx(clocks_a_bit)
    assert row.missed is missed
    assert row.ratio == pytest.approx(clocks_a_bit / 1.4375)  # 46 clocks for 32 bits
    assert "1 MHz" in row.name
    assert "simulated" in row.name


def test_pyocd_beside_it_has_no_goal() -> None:
    row = bench_flash.stock_row(Flashing(5 * BITS, 1.0, 38), 10_000_000)
    assert (row.value, row.goal) == (pytest.approx(5.0), None)
    assert "not verified, 10 MHz, simulated" in row.name


def test_floor_is_the_larger_of_wire_and_flash() -> None:
    # 38 erases of 13 ms, 38 first words of 42 us, 76,762 further words of 10.5 us.
    flash_s = 38 * 13e-3 + 38 * 42e-6 + (76_800 - 38) * 10.5e-6
    slow, fast = bench_flash.floor(300 * 1024, 1_000_000), bench_flash.floor(300 * 1024, 4_000_000)
    assert slow.seconds == slow.wire_s == pytest.approx(76_800 * 46e-6)
    assert fast.seconds == fast.flash_s == pytest.approx(flash_s)
    assert fast.wire_s == pytest.approx(76_800 * 46 / 4e6)


@pytest.mark.parametrize(("times", "missed"), [(1.3, False), (1.5, True)])
def test_time_beside_its_floor(times: float, missed: bool) -> None:
    least = bench_flash.floor(300 * 1024, 4_000_000)
    row = bench_flash.time_row(Flashing(0, times * least.seconds, 38), least)
    assert row.missed is missed
    assert row.ratio == pytest.approx(times)
    assert (
        "1.302 s, the larger of 0.883 s (76,800 words of 46 clocks) and 1.302 s (38 erases of 13 ms"
        in str(row.against)
    )


def test_every_clock_of_the_wire_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = small_image(tmp_path, monkeypatch)
    board = VirtualBoard()
    done = bench_flash.flash(board, contents, 1_000_000)
    assert done.sectors == 3
    words = 3 * SECTOR / 4
    # Connecting, halting, the routines, comparing and verifying take a share that small images show.
    assert words < done.cycles / 46 < words + 1500
    assert done.seconds > done.cycles / 1e6
    assert board.read(FLASH, 3 * SECTOR) == contents.segments[0].data
    again = bench_flash.flash(board, contents, 1_000_000)
    assert again.sectors == 0
    assert again.cycles / 46 < 1500


def test_polling_costs_pyocd_the_more_the_faster_the_wire(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = small_image(tmp_path, monkeypatch)
    slow, fast = (bench_flash.stock(contents, hz) for hz in (1_000_000, 10_000_000))
    assert fast.cycles > 2 * slow.cycles
    assert slow.cycles > bench_flash.flash(VirtualBoard(), contents, 1_000_000).cycles


def test_board_that_does_not_hold_the_image_gives_no_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FlashError, match="worth nothing"):
        bench_flash._check(VirtualBoard(), small_image(tmp_path, monkeypatch))


def test_another_model_has_other_weights_alone(tmp_path: Path) -> None:
    path = bench_flash.changed_model(PRETRAINED, tmp_path / "other.tflite")
    old, new = reader.read(PRETRAINED), reader.read(path)
    changed = [a.name for a, b in zip(old.tensors, new.tensors, strict=True) if a.data != b.data]
    assert len(changed) == 1
    assert [tensor.shape for tensor in old.tensors] == [tensor.shape for tensor in new.tensors]


def test_sectors_that_differ_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = small_image(tmp_path, monkeypatch, 3 * SECTOR + 100)
    data = bytearray(old.path.read_bytes())
    data[SECTOR] ^= 1
    data[-1] ^= 1
    path = tmp_path / "new.bin"
    path.write_bytes(data)
    assert bench_flash.differing_sectors(old, image.read(path)) == 2
    assert bench_flash.differing_sectors(old, old) == 0
