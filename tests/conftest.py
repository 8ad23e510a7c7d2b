"""What all tests share: where the reference data lies, and the count of C++ tests in the summary."""

import signal
from pathlib import Path

import pytest

from host import native
from host.default_model import PRETRAINED
from host.project import ROOT
from host.sim import inference
from host.tflite import reader


def pytest_configure() -> None:
    """Let Ctrl-C reach what tests start where the whole run ignores it, as shells make background jobs do."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Published reference data that may not be redistributed: a folder beside the clone."""
    path = ROOT.parent / "shared"
    if not (path / "data").is_dir():
        pytest.skip(f"no reference data: {path.name}/data is not beside the clone")
    return path


@pytest.fixture(scope="session")
def sanitized_host() -> Path:
    """The host executable, built with address and undefined-behaviour sanitizers."""
    return native.build("host-sanitize")


@pytest.fixture(scope="session")
def simulator_image() -> Path:
    """The image of the model that comes along, kernel fast, as the virtual board runs it."""
    return inference.build(reader.read(PRETRAINED), PRETRAINED, preset="host-sanitize").elf


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what ctest said, which test_ctest.py records as a property of its test."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "ctest":
                terminalreporter.line(f"ctest: {value}")
