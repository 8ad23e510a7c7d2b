"""`python -m host.fuzz model`: 20,000 executions, what it counts, and what it does with a file that breaks
something."""

import json
import stat
from pathlib import Path

import pytest
import tflite_models

from host.errors import DataError, FirmwareError, UsageError
from host.fuzz import __main__ as command
from host.fuzz import model_fuzzer
from host.fuzz.model_fuzzer import Campaign
from host.fuzz.seed_models import seed_models

# Stands in for the program: the executions in BAD end it, each in its own way.
STUB = """#!/usr/bin/env python3
import json, os, sys
verb, seed, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
if verb == "write":
    sys.stdout.write(f"file of {seed}/{first}")
    sys.exit()
count, position = int(sys.argv[4]), sys.argv[5]
bad = BAD
for number in range(first, first + count):
    with open(position, "wb") as file:
        file.write(number.to_bytes(8, "little"))
    if number in bad:
        what = bad[number]
        if isinstance(what, int):
            os.kill(os.getpid(), what)
        sys.exit("first line\\n" + what)
print(json.dumps({"executions": count, "ran": 0, "kernels": [],
    "seeds": [{"name": "a", "executions": count, "ran": 0}],
    "messages": [{"stage": "reader", "message": "no", "count": count}]}))
"""


def campaign(tmp_path: Path, bad: dict[int, str | int]) -> Campaign:
    program = tmp_path / "stub"
    program.write_text(STUB.replace("BAD", repr(bad)))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return Campaign(program, (tmp_path / "a.tflite",), 5, tmp_path / "fuzz")


def test_twenty_thousand_damaged_models_break_nothing(tmp_path, capsys, record_property):
    path = tmp_path / "counts.json"
    assert command.main(["model", "--runs", "20000", "--json", str(path)]) == 0
    document = json.loads(path.read_text())
    assert document["schema"] == "fuzz-model/1"
    assert document["executions"] == 20_000
    assert document["ran"] + document["refused"] == 20_000
    assert sum(refusals["count"] for refusals in document["refusals"]) == document["refused"]
    assert {seed["name"] for seed in document["seeds"]} == {model.name for model in seed_models()}
    # Each seed's damages reach the reader, the kernels' preparation and the kernels.
    assert all(seed["executions"] > 500 and seed["ran"] > 20 for seed in document["seeds"])
    # So do they with each set of kernels.
    assert [kernel["name"] for kernel in document["kernels"]] == list(model_fuzzer.KERNELS)
    assert all(kernel["ran"] > 500 for kernel in document["kernels"])
    assert all((kernel["programs"] > 50) == (place > 1) for place, kernel in enumerate(document["kernels"]))
    assert {refusals["stage"] for refusals in document["refusals"]} == {"reader", "AllocateTensors"}
    assert len(document["refusals"]) > 200
    assert all(refusals["message"] for refusals in document["refusals"])
    assert document["findings"] == []
    assert "20000 executions" in capsys.readouterr().out
    record_property("executions_per_second", round(document["executions_per_second"]))


def test_the_seeds_run_as_they_are(tmp_path):
    models = model_fuzzer.write_seeds(tmp_path)
    result = model_fuzzer.fuzz(Campaign(model_fuzzer.build(), models, 1, tmp_path), len(models))
    assert [seed.name for seed in result.seeds if seed.ran != 1] == []


def test_is_the_same_however_it_is_cut(tmp_path):
    models = model_fuzzer.write_seeds(tmp_path)
    program = Campaign(model_fuzzer.build(), models, 9, tmp_path)
    whole = model_fuzzer.fuzz(program, 3000)
    parts = [model_fuzzer.fuzz(program, 1000, first) for first in (0, 1000, 2000)]
    assert whole.ran == sum(part.ran for part in parts) > 0
    other = model_fuzzer.fuzz(Campaign(program.program, models, 10, tmp_path), 3000)
    assert other.refusals != whole.refusals


def test_a_corpus_is_damaged_too(tmp_path, capsys):
    (tmp_path / "mine.tflite").write_bytes(tflite_models.unsupported())
    (tmp_path / "notes.txt").write_text("no model")
    assert command.main(["model", "--runs", "1500", "--corpus", str(tmp_path), "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["seeds"][-1]["name"] == "mine"
    assert document["seeds"][-1]["executions"] > 20
    assert any("SIN" in refusals["message"] for refusals in document["refusals"])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("violation: the outputs depend on the weather", "the outputs depend on the weather"),
        ("==7==ERROR: AddressSanitizer: heap-buffer-overflow", "heap-buffer-overflow"),
        ("a.cc:3:5: runtime error: division by zero", "division by zero"),
        ("nonsense", "status 1: first line"),
        (26, "more than 10 s"),  # SIGVTALRM
        (11, "signal 11"),
    ],
)
def test_a_finding_is_saved_and_the_rest_goes_on(tmp_path, said, reason):
    result = model_fuzzer.fuzz(campaign(tmp_path, {17: said}), 50)
    (finding,) = result.findings
    assert finding.execution == 17
    assert reason in finding.reason
    assert finding.file.read_text() == "file of 5/17"
    assert finding.file.name == "model-5-17.tflite"
    assert finding.reason in finding.file.with_suffix(".txt").read_text()
    # All others are counted.
    assert result.executions == 49
    assert result.refusals[0].count == 49


def test_ends_after_ten_findings(tmp_path):
    result = model_fuzzer.fuzz(campaign(tmp_path, dict.fromkeys(range(3, 90), "violation: all")), 100)
    assert [finding.execution for finding in result.findings] == list(range(3, 13))


def test_findings_are_exit_status_1(tmp_path, monkeypatch, capsys):
    stub = campaign(tmp_path, {30: "violation: it broke"})
    monkeypatch.setattr(model_fuzzer, "build", lambda: stub.program)
    monkeypatch.setattr(command, "Campaign", lambda *_: stub)
    assert command.main(["model", "--runs", "40", "--seed", "5", "--json", str(tmp_path / "c.json")]) == 1
    said = capsys.readouterr().err
    assert "error: it broke: seed 5, execution 30" in said
    assert str(tmp_path / "fuzz" / "model-5-30.tflite") in said
    assert json.loads((tmp_path / "c.json").read_text())["findings"][0]["execution"] == 30


def test_a_program_that_is_ended_from_outside_found_nothing(tmp_path):
    with pytest.raises(FirmwareError, match="signal 9"):
        model_fuzzer.fuzz(campaign(tmp_path, {3: 9}), 10)
    assert not (tmp_path / "fuzz").exists()


@pytest.mark.parametrize(
    "arguments", [["--runs", "0"], ["--seed", "-1"], ["--first", "-1"], ["--first", str(1 << 63)]]
)
def test_numbers_out_of_range_are_usage_errors(arguments):
    with pytest.raises(UsageError, match=arguments[0]):
        command.main(["model", *arguments])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ({}, "no .tflite files"),
        ({"a.tflite": b"1234567"}, "less than 8 bytes"),
        (None, "cannot read the corpus"),
    ],
)
def test_a_corpus_that_is_none_is_refused(tmp_path, content, line):
    corpus = tmp_path / "corpus"
    if content is not None:
        corpus.mkdir()
        for name, data in content.items():
            (corpus / name).write_bytes(data)
    with pytest.raises(DataError, match=line):
        model_fuzzer.write_seeds(tmp_path / "seeds", corpus)


@pytest.mark.slow
def test_a_million_damaged_models_break_nothing(capsys):
    assert command.main(["model", "--runs", "1000000", "--seed", "2"]) == 0
    capsys.readouterr()
