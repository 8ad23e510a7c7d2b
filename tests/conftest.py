"""What all tests share: where the reference data lies, and the count of C++ tests in the summary."""

from pathlib import Path

import pytest

from host.project import ROOT

CTEST_RESULTS = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Published reference data that may not be redistributed; it lies beside the clone where it is available."""
    path = ROOT.parent / "shared"
    if not (path / "data").is_dir():
        pytest.skip(f"no reference data: {path.name}/data is not beside the clone")
    return path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if summary := config.stash.get(CTEST_RESULTS, ""):
        terminalreporter.section("ctest")
        terminalreporter.line(summary)
