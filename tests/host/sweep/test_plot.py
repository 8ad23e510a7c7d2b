"""The plot of a sweep: whole in itself, the same for the same figures, and safe with any name."""

import re

import pytest
import sweep_records

from host.sweep import plot
from host.sweep.records import TrialState
from host.sweep.search import Sweep


def page(*states: TrialState) -> str:
    return plot.render(Sweep(sweep_records.space(8), sweep_records.recordings(synthetic=True), states))


def test_page_needs_nothing_else_and_has_every_trial() -> None:
    failed = TrialState(sweep_records.task(10), None, "killed by </script><b>")
    states = (sweep_records.state(8, auc=0.8), sweep_records.state(9, notes=("a </script> note",)), failed)
    text = page(*states)
    assert text == page(*states)
    assert not re.search(r"(src|href)=|url\(|@import", text)
    assert set(re.findall(r"https?://[^\s\"']+", text)) == {"http://www.w3.org/2000/svg"}
    assert text.count('class="mark') == 2
    assert text.count('<path class="point"') == 1  # the better one is on the front
    assert "toy &lt;car&gt;" in text
    assert text.count("</script>") == 1
    assert "killed by &lt;/script&gt;" in text
    assert "Synthetic data" in text
    assert "simulated" in text


def test_points_stand_where_their_figures_are() -> None:
    text = page(sweep_records.state(8, auc=0.5, cycles=1000), sweep_records.state(9, auc=1.0, cycles=2000))
    places = re.findall(r'transform="translate\(([\d.]+) ([\d.]+)\)"', text)
    # A tenth of the range is room at each end: 1/12 and 11/12 of the axes' 670 and 350 pixels.
    (right, high), (left, low) = [(float(x), float(y)) for x, y in places]
    assert (left, right) == pytest.approx((70 + 670 / 12, 70 + 670 * 11 / 12), abs=0.06)
    assert (high, low) == pytest.approx((20 + 350 / 12, 20 + 350 * 11 / 12), abs=0.06)


def test_unknown_energy_has_no_axis_and_no_figures_no_plot() -> None:
    assert "energy of an inference" not in page(sweep_records.state(8, energy_uj=None))
    assert "energy of an inference" in page(sweep_records.state(8))
    nothing = page(TrialState(sweep_records.task(8), None, "it failed"))
    assert "<svg" not in nothing
    assert "it failed" in nothing
