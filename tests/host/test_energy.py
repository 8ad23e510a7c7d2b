"""Energy: published figures come out again, time scales them, and the unknown stays unknown."""

import dataclasses

import pytest
from profile_records import profile

from host import energy
from host.report import profile_document
from host.report.profile_document import Profile


def timed(time_s: float | None = 5.410e-3, board: str | None = "brd2601b", cycles: int = 400_000) -> Profile:
    """A profile of two layers: three quarters of the time, and the rest."""
    result = profile("fast", cycles, 1)
    parts = [None, None] if time_s is None else [0.75 * time_s, 0.25 * time_s]
    layers = [dataclasses.replace(row, time_s=part) for row, part in zip(result.layers, parts, strict=True)]
    return dataclasses.replace(
        result, board=board, clock_hz=78_000_000, time_s=time_s, layers=tuple(layers), source="simulated"
    )


def test_the_published_time_takes_the_published_energy() -> None:
    result = energy.with_estimate(timed())
    assert result.energy_uj == pytest.approx(45.72)
    assert [layer.energy_uj for layer in result.layers] == pytest.approx([34.29, 11.43])


def test_the_next_rounds_result_of_the_same_board_is_near() -> None:
    assert energy.with_estimate(timed(5.428e-3)).energy_uj == pytest.approx(47.30, rel=0.04)


def test_the_basis_names_source_power_and_that_it_is_an_estimate() -> None:
    basis = energy.with_estimate(timed()).energy_basis
    assert basis is not None
    for words in ("estimate, not measured", "8.45 mW", "45.72 µJ in 5.41 ms", "MLPerf Tiny v0.7", "78 MHz"):
        assert words in basis


@pytest.mark.parametrize(
    "unknown",
    [
        timed(time_s=None),
        timed(board=None),
        timed(board="of-another-maker"),
        timed(cycles=0),
        dataclasses.replace(timed(), clock_hz=39_000_000),
        dataclasses.replace(timed(), clock_hz=None),
    ],
)
def test_nothing_is_said_where_the_power_was_another(unknown: Profile) -> None:
    assert energy.with_estimate(unknown) is unknown


def test_the_document_has_it_for_the_inference_and_each_layer() -> None:
    document = profile_document.document(energy.with_estimate(timed()))
    assert document["energy_uj"] == pytest.approx(45.72)
    assert document["energy_basis"] == energy.BASIS
    assert [layer["energy_uj"] for layer in document["layers"]] == pytest.approx([34.29, 11.43])
