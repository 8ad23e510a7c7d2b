"""docs/debug-port.md: what it names exists, and its numbers are those of the server."""

import re

from host.project import ROOT
from host.sim import debug_server
from host.sim.injection import KINDS

TEXT = (ROOT / "docs" / "debug-port.md").read_text(encoding="utf-8")


def test_each_claim_names_a_test_that_exists() -> None:
    claims = TEXT.split("## What is claimed")[1]
    named = re.findall(r"`(tests/[^`]+)`", claims)
    assert len(named) >= 8
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_faults_that_it_names_exist() -> None:
    faults = TEXT.split("## Breaking it")[1].split("\n## ")[0]
    named = set(re.findall(r"`([a-z]+-[a-z]+)`", faults))
    assert named <= set(KINDS)
    assert {"swd-wait", "probe-pull", "debug-lock", "se-start"} <= named


def test_the_longest_request() -> None:
    assert "at most 1 MiB" in TEXT
    assert debug_server.MOST_BYTES == 1 << 20


def test_no_line_of_text_is_too_long() -> None:
    assert all(len(line) <= 120 for line in TEXT.splitlines() if not line.startswith("|"))
