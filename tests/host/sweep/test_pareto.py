"""The Pareto front, on figures whose order can be seen."""

import sweep_records

from host.sweep import pareto
from host.sweep.records import TrialState


def test_only_what_no_other_trial_beats_is_on_the_front() -> None:
    best_auc = sweep_records.state(8, auc=0.95, cycles=2000)
    fewest_cycles = sweep_records.state(9, auc=0.80, cycles=500)
    beaten = sweep_records.state(10, auc=0.80, cycles=600)
    smallest = sweep_records.state(11, auc=0.70, cycles=3000, ram=50)
    failed = TrialState(sweep_records.task(12), None, "no reason")
    states = (beaten, best_auc, failed, fewest_cycles, smallest)
    assert pareto.front(states) == (best_auc, fewest_cycles, smallest)


def test_equal_trials_do_not_beat_each_other() -> None:
    states = (sweep_records.state(8), sweep_records.state(9))
    assert pareto.front(states) == states
