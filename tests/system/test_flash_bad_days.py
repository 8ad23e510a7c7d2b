"""Bad days of host.flash on the virtual probe, through pyOCD's code: each ends in one line and a status."""

import os
import struct
import subprocess
import sys
import time
from pathlib import Path

import libusb_package
import pytest
from probed_board import FLASH, NEW, OLD, SECTOR, ProbedBoard, image, probed, write_image
from stub_usb import StubBackend, StubDevice

from host import boards
from host.errors import HostError, ImageError, ProbeError
from host.flash import __main__ as command
from host.flash import image as flash_image
from host.flash import probes, programming
from host.flash.algorithm import placement
from host.flash.algorithm.blob import Routine
from host.flash.programming import Wishes
from host.flash.session import Reach
from host.flash.steps import Silent
from host.flash.xg24 import target
from host.sim.board_settings import BoardSettings

PPM = 10_000  # one transfer in a hundred
USER_DATA = 0x0FE0_0000
_BRANCH_TO_SELF = 0xE7FE


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No served board of anybody else, and no wait for one."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(write_image(tmp_path, 2, NEW))


def check_refused(board: ProbedBoard, arguments: list[str], *words: str) -> None:
    """The command fails with one line that has these words, and flash is as it was."""
    before = board.contents(4 * SECTOR)
    done = board.flash(*arguments)
    assert done.status == 1
    assert "\n" not in done.error
    for word in words:
        assert word in done.error
    assert board.contents(4 * SECTOR) == before


# A bad line.


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["swd-wait", "swd-parity"])
def test_line_errors_are_mended(kind: str, seed: int, path: str) -> None:
    with probed(holds=image(2, OLD)) as board:
        board.inject(kind, PPM, seed)
        done = board.flash(path)
        assert (done.status, done.error) == (0, "")
        assert board.contents(2 * SECTOR) == image(2)


@pytest.mark.parametrize("seed", range(5))
def test_faults_are_retried_or_told(seed: int, path: str) -> None:
    with probed(holds=image(2, OLD)) as board:
        board.inject("swd-fault", PPM, seed)
        done = board.flash(path)
        assert done.status in (0, 1)
        if done.status:
            assert "\n" not in done.error
            assert "run the command again" in done.error or "--frequency" in done.error
        else:
            assert board.contents(2 * SECTOR) == image(2)
        board.inject("swd-fault", 0, seed)
        assert board.flash(path).status == 0
        assert board.contents(2 * SECTOR) == image(2)


@pytest.mark.parametrize("kind", ["swd-wait", "swd-fault", "swd-parity"])
def test_a_line_that_carries_nothing_is_told(kind: str, path: str) -> None:
    with probed(holds=image(2, OLD)) as board:
        board.inject(kind, 1_000_000, 1)
        check_refused(board, [path], "while connecting")
        board.inject(kind, 0, 1)
        assert board.flash(path).status == 0


# The part.


def test_a_locked_part_is_told_and_recovered(path: str) -> None:
    with probed(holds=image(2, OLD)) as board:
        board.inject("debug-lock", 0)
        board.board.power_on()
        check_refused(board, [path], "locked for debuggers", "--recover", "erases all of its flash")
        check_refused(board, ["--verify", "read", path], "locked")
        arguments = ["--board", "virtual", "--probe", board.name, "--recover"]
        with pytest.raises(HostError, match="add --yes"):
            command.main(arguments)
        assert board.contents(2 * SECTOR) == image(2, OLD)
        assert command.main([*arguments, "--yes"]) == 0
        assert set(board.contents(2 * SECTOR)) == {0xFF}
        assert board.flash(path).status == 0
        assert board.contents(2 * SECTOR) == image(2)


def test_recover_spells_out_what_it_destroys(capsys: pytest.CaptureFixture[str]) -> None:
    with probed(holds=image(2, OLD)) as board:
        board.inject("debug-lock", 0)
        board.board.power_on()
        assert command.main(["--board", "virtual", "--probe", board.name, "--recover", "--yes"]) == 0
    told = capsys.readouterr()
    assert "all of main flash, with the firmware, any bootloader" in told.err
    assert "the part is unlocked and blank" in told.out


def test_recover_does_nothing_to_a_part_that_is_not_locked(capsys: pytest.CaptureFixture[str]) -> None:
    with probed(holds=image(2, OLD)) as board:
        assert command.main(["--board", "virtual", "--probe", board.name, "--recover", "--yes"]) == 0
        assert board.contents(2 * SECTOR) == image(2, OLD)
    assert "not locked: there is nothing to recover" in capsys.readouterr().out


def test_a_part_that_is_locked_for_ever_is_told(path: str) -> None:
    with probed(holds=image(2, OLD)) as board:
        board.inject("debug-lock", 1)
        board.board.power_on()
        check_refused(board, [path], "locked for debuggers for ever")
        with pytest.raises(HostError, match="for ever"):
            command.main(["--board", "virtual", "--probe", board.name, "--recover", "--yes"])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (BoardSettings(part=0x0116_01C2), ("no EFR32MG24", "right board")),
        (BoardSettings(flash_bytes=0x10_0000, ram_bytes=0x2_0000), ("131072 B of RAM", "docs/boards.md")),
    ],
)
def test_another_part_is_refused(settings: BoardSettings, words: tuple[str, ...], path: str) -> None:
    with probed(settings, image(2, OLD)) as board:
        check_refused(board, [path], *words)


def test_a_sector_that_does_not_program_is_named(path: str) -> None:
    stuck = SECTOR + 0x123
    expected = image(2)[stuck]
    with probed(holds=image(2, OLD)) as board:
        board.inject("flash-stuck", FLASH + stuck, ~expected & 0xFF)
        done = board.flash(path)
        assert done.status == 1
        assert "sector 0x08002000: 0x08002123 reads 0xff" in done.error
        assert f"not {expected:#04x}" in done.error


@pytest.mark.parametrize("routine", [Routine.ERASE_SECTOR, Routine.REPLACE_SECTOR, Routine.CRC32])
def test_a_flash_routine_that_never_returns_is_timed_out(
    routine: Routine, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    algorithm = placement.for_pyocd()
    entry = {
        Routine.ERASE_SECTOR: "pc_erase_sector",
        Routine.REPLACE_SECTOR: "pc_replace_sector",
        Routine.CRC32: "pc_crc32",
    }[routine]
    code = bytearray(struct.pack(f"<{len(algorithm['instructions'])}I", *algorithm["instructions"]))
    struct.pack_into("<H", code, algorithm[entry] - 1 - algorithm["load_address"], _BRANCH_TO_SELF)
    words = list(struct.unpack(f"<{len(code) // 4}I", code))
    with probed(holds=image(2, OLD)) as board:
        with monkeypatch.context() as patched:
            patched.setattr(target.placement, "for_pyocd", lambda: algorithm | {"instructions": words})
            done = board.flash(path)
        assert done.status == 1
        assert "did not return within" in done.error
        assert board.flash(path).status == 0


# A board that is sold with a bootloader: the virtual part, taken for such a board's.


def test_a_bootloader_is_replaced_on_demand_and_the_image_after_it_without(path: str, tmp_path: Path) -> None:
    xiao = boards.load("xiao_mg24")
    contents = flash_image.read(Path(path))

    def write(board: ProbedBoard, wishes: Wishes) -> None:
        reach = Reach(target.type_name(boards.load("virtual").part), xiao.probe.swd_hz)
        probe = probes.find(boards.load("virtual"), board.name)
        programming.run(probe, reach, xiao, contents, wishes, Silent())

    with probed(holds=image(3, OLD)) as board:
        saved = tmp_path / "saved.bin"
        with pytest.raises(ImageError, match=r"saved\.bin has a copy of it, and --replace-bootloader"):
            write(board, Wishes(backup=saved))
        assert board.contents(3 * SECTOR) == saved.read_bytes() == image(3, OLD)
        board.inject("probe-pull", 9_400)  # before the second sector is written
        with pytest.raises(ProbeError, match="the image on the board is incomplete"):
            write(board, Wishes(backup=saved, replace_bootloader=True))
        assert board.contents(2 * SECTOR) == b"\xff" * SECTOR + image(2, OLD)[SECTOR:]
        write(board, Wishes())
        assert board.contents(2 * SECTOR) == image(2, NEW)


# Probes.


def test_two_probes_and_none_named(path: str) -> None:
    with probed() as first, probed() as second:
        with pytest.raises(HostError) as raised:
            command.main(["--board", "virtual", "--force", path])
        for word in ("several probes", first.name, second.name, "--probe ID"):
            assert word in str(raised.value)


def test_no_probe_of_a_real_board(path: str) -> None:
    # A virtual board is none.
    with probed(), pytest.raises(HostError) as raised:
        command.main(["--board", "xg24", "--force", path])
    assert raised.value.exit_code == 1
    for word in ("no debug probe of the brd2601b", "plugged in", "--board virtual"):
        assert word in str(raised.value)


def test_no_virtual_board(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes.time, "monotonic", iter(range(0, 100, 10)).__next__)
    with pytest.raises(HostError, match=r"no virtual board is served: .*host\.sim serve"):
        command.main(["--board", "virtual", "--force", path])


def test_no_permission_on_the_usb_device(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = StubDevice(0x2886, 0x0062, bus=1, address=7, permitted=False)
    monkeypatch.setattr(libusb_package, "get_libusb1_backend", lambda: StubBackend(refused))
    with pytest.raises(HostError) as raised:
        command.main(["--board", "xiao_mg24", "--force", path])
    assert "no permission to open USB device 2886:0062" in str(raised.value)
    assert 'SUBSYSTEM=="usb"' in str(raised.value)


HOLDER = """
import sys, time
from host.flash import claim
with claim.claimed(sys.argv[1], "python -m host.flash --board virtual"):
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_a_probe_in_use_is_refused_by_name_or_waited_for(path: str) -> None:
    with probed() as board:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, board.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ,
        )
        with holder:
            assert holder.stdin is not None
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"ready\n"
            check_refused(
                board, [path], f"process {holder.pid} (python -m host.flash --board virtual)", "--wait"
            )
            begin = time.monotonic()
            check_refused(board, ["--wait", "0.3", path], str(holder.pid), "after 0.3 s")
            assert time.monotonic() - begin >= 0.3
            holder.stdin.close()
            assert board.flash("--wait", "20", path).status == 0
        assert board.contents(2 * SECTOR) == image(2)


# Images.


def corrupt_elf(folder: Path) -> Path:
    path = folder / "corrupt.elf"
    path.write_bytes(b"\x7fELF\x01\x01\x01" + bytes(range(200)))
    return path


def hex_file(folder: Path, *records: str) -> Path:
    path = folder / "x.hex"
    path.write_text("\n".join([*records, ":00000001FF", ""]))
    return path


def hex_at(folder: Path, address: int) -> Path:
    """Four bytes at an address, as Intel HEX has them."""

    def record(kind: int, offset: int, data: bytes) -> str:
        body = bytes([len(data)]) + struct.pack(">HB", offset, kind) + data
        return ":" + (body + bytes([-sum(body) & 0xFF])).hex().upper()

    return hex_file(
        folder, record(4, 0, struct.pack(">H", address >> 16)), record(0, address & 0xFFFF, b"\1\2\3\4")
    )


def empty(folder: Path) -> Path:
    path = folder / "empty.bin"
    path.write_bytes(b"")
    return path


def bad_checksum(folder: Path) -> Path:
    return hex_file(folder, ":0400000001020304F3")


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (corrupt_elf, "corrupt.elf"),
        (bad_checksum, "x.hex"),
        (empty, "empty.bin"),
        (lambda folder: folder / "missing.elf", "missing.elf"),
        (lambda folder: hex_at(folder, USER_DATA), "user data"),
        (lambda folder: hex_at(folder, 0x0FE0_8000), "device information"),
        (lambda folder: hex_at(folder, 0x2000_0000), "RAM"),
        (lambda folder: hex_at(folder, 0x0818_0000), "0x08180000"),
        (lambda folder: hex_at(folder, 0), "0x00000000"),
        (lambda folder: write_image(folder, 193), "too large"),
    ],
)
def test_images_that_cannot_be_flashed(make: object, word: str, tmp_path: Path) -> None:
    path = make(tmp_path)  # type: ignore[operator]
    with probed(holds=image(2, OLD)) as board:
        check_refused(board, [str(path)], word)


def test_an_image_for_another_board(simulator_image: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.elf"
    other.write_bytes(simulator_image.read_bytes().replace(b"brd2601b", b"brd4187c"))
    with probed(holds=image(2, OLD)) as board:
        arguments = ["--board", "virtual", "--no-run", "--probe", board.name, str(other)]
        with pytest.raises(HostError, match=r"was built for brd4187c .* not for virtual.*--force"):
            command.main(arguments)
        assert board.contents(2 * SECTOR) == image(2, OLD)
        assert command.main([*arguments, "--force"]) == 0


def test_an_image_that_is_cut_off(simulator_image: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.elf"
    cut.write_bytes(simulator_image.read_bytes()[:100_000])
    with probed(holds=image(2, OLD)) as board:
        check_refused(board, [str(cut)], "cut.elf")


def test_an_image_without_a_note_needs_force(path: str) -> None:
    with probed(holds=image(2, OLD)) as board, pytest.raises(HostError, match="--force"):
        command.main(["--board", "virtual", "--probe", board.name, path])
