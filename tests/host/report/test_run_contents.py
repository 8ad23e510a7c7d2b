import json
from pathlib import Path

import pytest

from host.errors import ModelError
from host.report import run_contents


def change(path: Path, **values: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_profiles_stand_in_the_order_of_the_kernels(run: Path) -> None:
    contents = run_contents.read(run)
    assert [profile["kernel"] for profile in contents.profiles] == ["reference", "baseline", "fast"]
    assert contents.remarks == ()


@pytest.mark.parametrize(
    "values",
    [{"model": {"sha256": "0" * 64}}, {"cycle_model": "other"}, {"source": "device"}, {"layers": []}],
)
def test_profile_that_cannot_be_compared_is_left_out_and_named(run: Path, values: dict[str, object]) -> None:
    change(run / "profile_baseline.json", **values)
    contents = run_contents.read(run)
    assert [profile["kernel"] for profile in contents.profiles] == ["reference", "fast"]
    assert len(contents.remarks) == 1
    assert "profile_baseline.json" in contents.remarks[0]


def test_baseline_inside_a_comparison_of_kernels_is_found(run: Path) -> None:
    baseline = run / "profile_baseline.json"
    change(run / "profile.json", baseline=json.loads(baseline.read_text()))
    baseline.unlink()
    assert [p["kernel"] for p in run_contents.read(run).profiles] == ["reference", "baseline", "fast"]


def test_scores_of_another_evaluation_are_left_out_and_named(run: Path) -> None:
    lines = (run / "scores.csv").read_text().splitlines()
    (run / "scores.csv").write_text("\n".join(lines[:-1]) + "\n")
    contents = run_contents.read(run)
    assert contents.scores is None
    assert "15 clips, not 16" in contents.remarks[0]


def test_scores_are_read_by_source_and_machine(run: Path) -> None:
    scores = run_contents.read(run).scores
    assert scores is not None
    assert set(scores.by_source) == {"float", "int8", "simulated"}
    assert scores.machines == ("01", "02")
    assert [int(label) for label in sorted(scores.labels)] == [0] * 8 + [1] * 8


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("scores.csv", "clip,machine_id,label,float,int8\na,01,1,x,2\n"),
        ("scores.csv", "\x00\n"),
        ("history.csv", "epoch,loss\n1,2\n"),
        ("history.csv", "epoch,loss,validation_loss,seconds\none,2,3,4\n"),
        ("quantization_comparison.json", "[]"),
        ("profile_baseline.json", "{"),
    ],
)
def test_damaged_file_is_named(run: Path, name: str, text: str) -> None:
    (run / name).write_text(text)
    if text == "\x00\n":
        assert run_contents.read(run).scores is None
        return
    with pytest.raises(ModelError, match=name):
        run_contents.read(run)


def test_empty_folder_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"run host\.evaluate"):
        run_contents.read(tmp_path)
