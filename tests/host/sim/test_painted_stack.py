"""The stack that an image really uses on the virtual board, against the worst case of its call graph."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from host.errors import FirmwareError
from host.firmware_build import stack_use
from host.project import ROOT
from host.sim import image_file, painted_stack
from host.sim.board import VirtualBoard
from host.sim.conditions import Text
from host.sim.mailbox import Mailbox

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

COMMANDS = ("help", "info", "model", "run", "profile", "bench 2", "mvp", "log", "mem")


def test_most_of_the_stack_that_is_used_is_below_the_worst_case(simulator_image: Path) -> None:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    mailbox = Mailbox(board)
    started = painted_stack.read(board)
    painted_stack.repaint(board)
    mailbox.invoke(bytes(mailbox.input_bytes))
    inference = painted_stack.read(board)
    text = b""
    for command in COMMANDS:
        board.send(f"{command}\r".encode())
        board.run(until=Text(b"\n> "), cycles=1_000_000_000)
        text += board.sent()
    used = painted_stack.read(board)
    commands = used.main
    assert inference.main < used.main
    used = replace(used, main=max(started.main, used.main))
    estimate, reserve = stack_use.estimate(simulator_image), stack_use.reserve(simulator_image)
    assert estimate.main is not None
    assert estimate.interrupts is not None
    # Not far below: the worst case is a bound, and no fancy one.
    assert estimate.main / 4 < used.main < estimate.main <= 0.75 * reserve.main
    # Start-up does not paint the 32 words below its own frame: they count as used.
    assert 0 < used.interrupts <= estimate.interrupts + 32 * 4 <= 0.75 * reserve.interrupts
    # The firmware counts the same way; `mem` is not the deepest command.
    assert re.search(rf"stack, at most +{commands} of {reserve.main}", text.decode()), text.decode()[-300:]


def test_readme_states_the_stack(simulator_image: Path) -> None:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    mailbox = Mailbox(board)
    started = painted_stack.read(board).main
    painted_stack.repaint(board)
    mailbox.invoke(bytes(mailbox.input_bytes))
    reserve = stack_use.reserve(simulator_image)
    measured = (
        reserve.main,
        started,
        painted_stack.read(board).main,
        stack_use.estimate(simulator_image).main,
        reserve.interrupts,
    )
    sentences = re.search(r"Of its\s+stack of .*?of their own\.", (ROOT / "README.md").read_text(), re.DOTALL)
    assert sentences is not None
    stated = [int(figure.replace(",", "")) for figure in re.findall(r"([\d,]+) B", sentences[0])]
    # The compiler's frames move with every change of the sources.
    assert stated == pytest.approx(measured, rel=0.1)


def test_repainting_takes_main_as_what_runs(simulator_image: Path) -> None:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    with pytest.raises(FirmwareError, match="the stack pointer 0x20040000 is not in the stack of main"):
        painted_stack.repaint(board)


def test_board_without_a_painted_stack_is_one_line(simulator_image: Path) -> None:
    board = VirtualBoard()
    with pytest.raises(FirmwareError, match="no image on the board that paints its stack"):
        painted_stack.read(board)
    image = image_file.read(simulator_image)
    board.load(image)
    board.write(image.symbols["__stack_limit"], bytes(16))
    with pytest.raises(FirmwareError, match="is not painted, or all of it was used"):
        painted_stack.read(board)
