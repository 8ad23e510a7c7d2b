"""The table of a sweep as text."""

import pytest
import sweep_records

from host import cli
from host.sweep import table
from host.sweep.records import TrialState
from host.sweep.search import Sweep


def test_best_auc_first_failed_last_unknown_as_dash(capsys: pytest.CaptureFixture[str]) -> None:
    states = (
        TrialState(sweep_records.task(7), None, "it was killed"),
        sweep_records.state(8, auc=0.8, cycles=1560, energy_uj=None),
        sweep_records.state(9, auc=0.9, cycles=78_000),
        sweep_records.state(10, auc=0.7, cycles=78_000),
    )
    sweep = Sweep(sweep_records.space(7, 8, 9, 10), sweep_records.recordings(synthetic=True), states)
    cli.show(table.table(sweep))
    text = capsys.readouterr().out
    assert "4 trials on toy <car> (8 test clips, synthetic data), kernel fast" in text
    rows = [line.split() for line in text.splitlines() if "-d1-" in line]
    assert rows == [
        ["●", "w9-d1-b4-f2-tensor", "0.9000", "78,000", "1.000", "100", "200", "1.50"],
        ["●", "w8-d1-b4-f2-tensor", "0.8000", "1,560", "0.020", "100", "200", "–"],
        ["w10-d1-b4-f2-tensor", "0.7000", "78,000", "1.000", "100", "200", "1.50"],
        ["w7-d1-b4-f2-tensor", *"––––––"],
    ]
    assert "simulated" in table.sources()
