"""The document profile/1: its fixed names, nulls for the unknown, and spreads over several runs."""

import dataclasses
import json

import pytest

from host.report import profile_document
from host.report.profile_document import Cycles, Profile, ProfileLayer

LAYER = ProfileLayer(
    index=0,
    opcode="fully_connected",
    ops=164_224,
    macs=81_920,
    accelerator_cycles=Cycles((5, 3, 9, 4)),
    cpu_cycles=None,
    total_cycles=None,
    time_s=None,
    kernel="baseline",
    input_shapes=((1, 640), (128, 640), (128,)),
    output_shapes=((1, 128),),
    options="activation:relu",
)
PROFILE = Profile(
    source="host",
    board=None,
    clock_hz=None,
    accelerator="mvp",
    kernel="baseline",
    cycle_model="device-flash",
    cycle_model_error="stated",
    build_id=None,
    unique_id=None,
    runs=4,
    model_name="ad",
    model_sha256="0" * 64,
    model_bytes=276_976,
    layers=(LAYER, LAYER),
    unsupported_layers=0,
    accelerator_cycles=Cycles((10, 6, 18, 8)),
    cpu_cycles=None,
    wait_cycles=None,
    total_cycles=None,
    time_s=None,
    energy_uj=None,
    energy_basis=None,
    arena_bytes=4096,
    ram_bytes=None,
    flash_bytes=None,
)

# The names that the design fixes.
TOP = {
    "schema",
    "source",
    "board",
    "clock_hz",
    "accelerator",
    "kernel",
    "cycle_model",
    "build_id",
    "unique_id",
}
TOP |= {"runs", "energy_uj", "energy_basis", "model", "summary", "layers"}
SUMMARY = {"ops", "macs", "layers", "unsupported_layers", "accelerator_cycles", "cpu_cycles", "wait_cycles"}
SUMMARY |= {"total_cycles", "cpu_utilization", "time_s", "inferences_per_s", "arena_bytes", "ram_bytes"}
SUMMARY |= {"flash_bytes"}
LAYERS = {"index", "opcode", "ops", "macs", "accelerator_cycles", "cpu_cycles", "total_cycles", "time_s"}
LAYERS |= {"input_shapes", "output_shapes", "options", "max_error", "rms_error"}


def test_has_the_fixed_names():
    document = profile_document.document(PROFILE)
    assert document["schema"] == "profile/1"
    assert set(document) >= TOP
    assert set(document["model"]) == {"name", "sha256", "file_bytes"}
    assert set(document["summary"]) >= SUMMARY
    assert all(set(layer) >= LAYERS for layer in document["layers"])


def test_the_unknown_is_null():
    document = profile_document.document(PROFILE)
    for name in (
        "cpu_cycles",
        "wait_cycles",
        "total_cycles",
        "cpu_utilization",
        "time_s",
        "inferences_per_s",
    ):
        assert document["summary"][name] is None
    for name in ("cpu_cycles", "total_cycles", "time_s", "energy_uj", "max_error"):
        assert document["layers"][0][name] is None
    assert document["energy_uj"] is None
    assert document["energy_basis"] is None


@pytest.mark.parametrize("faults", [None, 0, 2])
def test_faults_stand_in_the_summary(faults):
    document = profile_document.document(dataclasses.replace(PROFILE, faults=faults))
    assert document["summary"]["faults"] == faults


def test_sums_and_spreads():
    document = profile_document.document(PROFILE)
    assert document["summary"]["ops"] == 2 * 164_224
    assert document["summary"]["macs"] == 2 * 81_920
    layer = document["layers"][0]
    cycles = [layer[f"accelerator_cycles{suffix}"] for suffix in ("", "_min", "_max")]
    assert cycles == [4, 3, 9]
    assert document["summary"]["accelerator_cycles_max"] == 18


def test_a_range_widens_the_spread_and_leaves_the_plain_count():
    both = dataclasses.replace(LAYER, accelerator_cycles=Cycles((90,), others=(70,)))
    layer = profile_document.document(dataclasses.replace(PROFILE, layers=(both,)))["layers"][0]
    assert [layer[f"accelerator_cycles{suffix}"] for suffix in ("", "_min", "_max")] == [90, 70, 90]


def test_errors_stand_in_their_layers():
    known = dataclasses.replace(LAYER, max_error=1, mean_error=0.04, rms_error=0.2)
    document = profile_document.document(dataclasses.replace(PROFILE, layers=(known,), error_inputs=64))
    layer = document["layers"][0]
    assert [layer[f"{name}_error"] for name in ("max", "mean", "rms")] == [1, 0.04, 0.2]
    assert document["error_inputs"] == 64


def test_one_run_has_no_spread():
    single = dataclasses.replace(PROFILE, accelerator_cycles=Cycles((7,)))
    summary = profile_document.document(single)["summary"]
    assert summary["accelerator_cycles"] == 7
    assert "accelerator_cycles_min" not in summary


def test_rates_where_time_is_known():
    known = dataclasses.replace(PROFILE, time_s=0.005, cpu_cycles=Cycles((100,)), total_cycles=Cycles((400,)))
    summary = profile_document.document(known)["summary"]
    assert summary["inferences_per_s"] == 200
    assert summary["cpu_utilization"] == 0.25


def test_is_json():
    assert json.loads(json.dumps(profile_document.document(PROFILE), allow_nan=False))
