"""docs/virtual-board.md: what it names exists."""

import re

from host.project import ROOT
from host.sim.injection import KINDS

TEXT = (ROOT / "docs" / "virtual-board.md").read_text(encoding="utf-8")


def test_each_claim_names_a_test_that_exists() -> None:
    claims = TEXT.split("## What is claimed")[1].split("\n## ")[0]
    named = re.findall(r"`(tests/[^`]+)`", claims)
    assert len(named) > 15
    missing = [path for path in named if not (ROOT / path).is_file()]
    assert missing == []


def test_every_fault_is_described() -> None:
    faults = TEXT.split("## Breaking it")[1].split("\n## ")[0]
    described = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)", faults))
    assert described == set(KINDS)


def test_no_line_of_text_is_too_long() -> None:
    assert all(len(line) <= 120 for line in TEXT.splitlines() if not line.startswith("|"))
