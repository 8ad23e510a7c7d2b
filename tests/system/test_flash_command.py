"""host.flash on served virtual boards, as a person uses it: the whole path to the banner, fleets, Ctrl-C."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
import tty
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import served_board
from served_board import Served

from host.default_model import PRETRAINED
from host.sim import image_file

HOLDER = """
import sys
from host.flash import claim
with claim.claimed(sys.argv[1], "a debugger"):
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Served]:
    with served_board.served(tmp_path, "--blank") as board:
        yield board


def flash(board: Served, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return board.run("host.flash", "--board", "virtual", *arguments)


def test_from_a_blank_board_to_a_profile(blank: Served, simulator_image: Path, tmp_path: Path) -> None:
    first = flash(blank, str(simulator_image), "--json", str(tmp_path / "first.json"))
    assert first.returncode == 0, first.stderr
    assert first.stderr == ""
    build = image_file.read(simulator_image).build_id
    lines = first.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [
        "image",
        "identify",
        "compare",
        "write",
        "verify",
        "start",
        "virtual",
    ]
    assert f"build {build[:12]}" in lines[0]
    assert "EFR32MG24B310F1536IM48" in lines[1]
    assert f"build {build} runs" in lines[5]
    assert lines[6].endswith("verified, started")

    document = json.loads((tmp_path / "first.json").read_text())
    (board,) = document["boards"]
    assert (document["schema"], document["board"], document["image"]["board"]) == (
        "flash/1",
        "virtual",
        "brd2601b",
    )
    assert (board["source"], board["verified"], board["started"], board["error"]) == (
        "simulated",
        "crc",
        True,
        None,
    )
    assert board["running_build_id"] == document["image"]["build_id"] == build
    assert board["sectors"]["written"] == board["sectors"]["image"] == len(board["sectors"]["differing"])

    second = flash(blank, str(simulator_image), "--verify", "read", "--json", "-")
    assert second.returncode == 0, second.stderr
    (again,) = json.loads(second.stdout)["boards"]
    assert (again["sectors"]["written"], again["verified"]) == (0, "read")

    profile = blank.run("host.profile", "--device", "--board", "virtual", str(PRETRAINED), "--json", "-")
    assert profile.returncode == 0, profile.stderr
    measured = json.loads(profile.stdout)
    assert (measured["source"], measured["build_id"]) == ("simulated", build)


def test_a_dry_run_writes_nothing(blank: Served, simulator_image: Path) -> None:
    done = flash(blank, str(simulator_image), "--dry-run", "--json", "-")
    assert done.returncode == 0, done.stderr
    (board,) = json.loads(done.stdout)["boards"]
    assert (board["sectors"]["written"], board["verified"], board["started"]) == (0, None, None)
    assert len(board["sectors"]["differing"]) == board["sectors"]["image"]
    shown = flash(blank, str(simulator_image), "--dry-run")
    assert "0x08000000" in shown.stdout
    assert f"{board['sectors']['image']} of {board['sectors']['image']} sectors to be written" in shown.stdout
    assert "nothing written (dry run)" in shown.stdout


def test_the_banner_of_another_build_is_an_error(blank: Served, simulator_image: Path) -> None:
    other, client = pty.openpty()
    tty.setraw(client)
    port = os.ttyname(client)
    os.close(client)
    command = blank.command(
        "host.flash", "--board", "virtual", str(simulator_image), "--port", port, "--json", "-"
    )
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=blank.environment
    ) as process:
        os.set_blocking(other, False)
        while process.poll() is None:
            with suppress(BlockingIOError, subprocess.TimeoutExpired):
                os.write(other, b"\r\nEarshot 9.9.9 on brd2601b, build 00112233\r\n")
                process.wait(0.2)
        out, err = process.communicate()
    os.close(other)
    assert process.returncode == 1
    assert "starts build 00112233, not " in err
    assert len(err.splitlines()) == 1
    (result,) = json.loads(out)["boards"]
    assert "starts build 00112233" in result["error"]
    assert (result["verified"], result["started"], result["running_build_id"]) == ("crc", False, None)


def test_a_fleet_side_by_side(tmp_path: Path, simulator_image: Path) -> None:
    with (
        served_board.served(tmp_path, "--blank", name="one") as one,
        served_board.served(tmp_path, "--blank", name="two"),
    ):
        unnamed = flash(one, str(simulator_image))
        assert unnamed.returncode == 1
        assert "several probes could be the virtual's: one (" in unnamed.stderr
        done = flash(one, "--all", str(simulator_image))
        assert done.returncode == 0, done.stderr
        rows = [line.split() for line in done.stdout.splitlines() if "EFR32MG24" in line]
        assert [row[0] for row in rows] == ["one", "two"]
        assert all(row[-2:] == ["verified,", "started"] for row in rows)

        command = [sys.executable, "-c", HOLDER, "two"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=one.environment
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"ready\n"
            failed = flash(one, "--all", str(simulator_image), "--json", str(tmp_path / "fleet.json"))
            holder.terminate()
        assert failed.returncode == 1
        assert "error: 1 of 2 boards failed: two" in failed.stderr
        assert "used by process" in failed.stdout
        results = json.loads((tmp_path / "fleet.json").read_text())["boards"]
        assert [(each["probe"], each["verified"], each["error"] is None) for each in results] == [
            ("one", "crc", True),
            ("two", None, False),
        ]


def test_ctrl_c_in_the_middle(blank: Served, simulator_image: Path) -> None:
    command = blank.command("host.flash", "--board", "virtual", str(simulator_image))
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=blank.environment
    ) as process:
        assert process.stdout is not None
        # The step after this line is the writing.
        assert any(line.startswith("compare") for line in process.stdout)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "interrupted: the image on the board is incomplete: run the command again\n"
    again = flash(blank, str(simulator_image))
    assert again.returncode == 0, again.stderr
    assert "verified, started" in again.stdout


def test_killed_in_the_middle(blank: Served, simulator_image: Path) -> None:
    command = blank.command("host.flash", "--board", "virtual", str(simulator_image))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=blank.environment) as process:
        assert process.stdout is not None
        assert any(line.startswith("compare") for line in process.stdout)
        time.sleep(0.2)
        process.kill()
    again = flash(blank, str(simulator_image), "--verify", "read")
    assert again.returncode == 0, again.stderr
    assert "verified, started" in again.stdout


def test_nobody_reads_the_output(blank: Served, simulator_image: Path) -> None:
    command = blank.command("host.flash", "--board", "virtual", str(simulator_image))
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=blank.environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("image")
        process.stdout.close()
        err = process.stderr.read()
    assert (process.returncode, err) == (0, "")
    again = flash(blank, str(simulator_image), "--dry-run", "--json", "-")
    assert json.loads(again.stdout)["boards"][0]["sectors"]["differing"] == []


def test_list(blank: Served) -> None:
    done = blank.run("host.flash", "--list", "--json", "-")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["schema"] == "probes/1"
    assert {"id": "bench", "type": "virtual"}.items() <= document["probes"][0].items()
    assert document["probes"][0]["boards"] == ["virtual"]
    assert "bench" in blank.run("host.flash", "--list").stdout


def test_no_hardware(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "host.flash", "--board", "xg24"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "no debug probe of the brd2601b found" in done.stderr
