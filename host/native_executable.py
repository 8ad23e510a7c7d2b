"""The host executable: building it, calling it, and reading what it answers.

It is compiled from the firmware's own sources (runtime, kernels, application) with a model of the accelerator
in place of the chip.
"""

import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from host.errors import BuildError, FirmwareError
from host.firmware_build import cmake
from host.project import BUILD_DIR

DEFAULT_PRESET = "host"

_TARGET = "earshot_host"
_LOG_LINES_SHOWN = 3
_BUILD_ERROR = re.compile(r"\berror:|CMake Error|undefined reference")


def build(preset: str = DEFAULT_PRESET, target: str = _TARGET) -> Path:
    """Build the host executable, or another one of its build, with a CMake preset and return its path.

    It is quick when nothing has changed.

    Raises:
        BuildError: CMake or the compiler failed; the message ends with its last lines and the log's path.
        DataError: the log cannot be written.
    """
    folder = BUILD_DIR / preset
    with cmake.locked(folder):
        log = folder / "build.log"
        if not (folder / "build.ninja").exists():
            cmake.step(["cmake", "--preset", preset], log, _build_reason)
        jobs = str(os.cpu_count() or 1)
        compilation = ["cmake", "--build", str(folder), "--target", target, "--parallel", jobs]
        cmake.step(compilation, log, _build_reason)
    return folder / target


def call(command: Sequence[str], timeout_s: float) -> bytes:
    """Run the executable and return its standard output.

    Raises:
        BuildError: it cannot be started.
        FirmwareError: it takes longer than `timeout_s` seconds, or fails: then with its own reason.
    """
    try:
        result = subprocess.run(command, capture_output=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise FirmwareError(f"the firmware did not finish within {timeout_s:.0f} s") from error
    except OSError as error:
        raise BuildError(f"cannot start {command[0]}: {error.strerror}") from error
    if result.returncode:
        raise FirmwareError(_reason(result.stderr.decode(errors="replace"), result.returncode))
    return result.stdout


def read(path: Path) -> bytes:
    """Return a file that the executable was told to write; raises FirmwareError if it has not."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FirmwareError(f"the firmware wrote no {path.name}: {error.strerror}") from error


def integer(document: dict[str, Any], key: str) -> int:
    """Return a number of an answer; raises FirmwareError if it has none of this name."""
    value = document.get(key)
    if not isinstance(value, int):
        raise FirmwareError(f"the firmware's answer has no number {key!r}")
    return value


def parse(text: bytes, verb: str) -> dict[str, Any]:
    """Return the answer to a command; raises FirmwareError if it is no JSON object."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise FirmwareError(f"the firmware's answer to {verb} is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise FirmwareError(f"the firmware's answer to {verb} is no JSON object")
    return document


def _reason(text: str, status: int) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in lines:
        if line.startswith("error: "):
            return line.removeprefix("error: ")
    # A sanitizer or a signal: its summary is the last line, its finding the first.
    return f"the firmware ended with status {status}: {lines[0] if lines else 'without a message'}"


def _build_reason(text: str) -> str:
    # Compilers go on after their first error, CMake and ninja print more: the last lines say little.
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reasons = [line for line in lines if _BUILD_ERROR.search(line)][:_LOG_LINES_SHOWN]
    return "host build failed: " + " | ".join(reasons or lines[-_LOG_LINES_SHOWN:])
