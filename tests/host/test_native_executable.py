"""The host executable's build: failures in one line, with the compiler's words and the log's path."""

import stat
from pathlib import Path

import pytest

from host import native_executable
from host.errors import BuildError, FirmwareError


def program(folder: Path, body: str) -> Path:
    path = folder / "executable"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_failed_build_is_one_line_with_the_log(tmp_path, monkeypatch):
    monkeypatch.setattr(native_executable, "BUILD_DIR", tmp_path)
    with pytest.raises(BuildError) as caught:
        native_executable.build("no-such-preset")
    message = str(caught.value)
    assert "no-such-preset" in message
    assert "\n" not in message
    assert (tmp_path / "no-such-preset" / "build.log").is_file()
    assert str(tmp_path / "no-such-preset" / "build.log") in message


COMPILER_LOG = """
[1/9] /usr/bin/c++ -Wall -Werror -c kernel.cc
FAILED: kernel.o
/usr/bin/c++ -Wall -Werror -c kernel.cc
kernel.cc:7:3: error: no semicolon
   7 |   return
ninja: build stopped: subcommand failed.
"""


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (COMPILER_LOG, r"host build failed: kernel\.cc:7:3: error: no semicolon \(log: "),
        ("one\ntwo\nthree\nfour\n", r"two \| three \| four"),
    ],
)
def test_the_compilers_words_are_in_the_message(tmp_path, monkeypatch, log, words):
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "log").write_text(log)
    program(folder, f"cat {folder / 'log'}; exit 1").rename(folder / "cmake")
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    monkeypatch.setattr(native_executable, "BUILD_DIR", tmp_path / "build")
    with pytest.raises(BuildError, match=words):
        native_executable.build("host")


def test_a_missing_cmake_names_the_setup(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(native_executable, "BUILD_DIR", tmp_path / "build")
    with pytest.raises(BuildError, match="run tools/setup"):
        native_executable.build("host")


@pytest.mark.parametrize(
    ("answer", "words"), [(b"", "to run is no JSON"), (b"[1]", "to run is no JSON object")]
)
def test_an_answer_is_an_object(answer, words):
    with pytest.raises(FirmwareError, match=words):
        native_executable.parse(answer, "run")


def test_what_the_executable_prints_is_returned(tmp_path):
    assert native_executable.call([str(program(tmp_path, "printf yes"))], 10.0) == b"yes"
