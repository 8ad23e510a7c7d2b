"""Runs the fuzzer's program (host/fuzz/model) in batches, and keeps the files that break something.

A batch is a process. Where one ends in the middle, by the sanitizers or by a check of its own, the file of
that execution is saved and the rest of the batch goes on in another process.
"""

import itertools
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from host import atomic, native_executable
from host.errors import BuildError, DataError, FirmwareError
from host.fuzz.seed_models import seed_models
from host.project import BUILD_DIR

PRESET = "host-sanitize"
FINDINGS_DIR = BUILD_DIR / "fuzz"
DEFAULT_RUNS = 20_000
DEFAULT_SEED = 1
MOST_FINDINGS = 10
"""Fuzzing ends when so many files have broken something."""

KERNELS = ("reference", "fast", "baseline", "accelerated")
"""Whose turn it is to run a file again: the core's kernels, and programs of the modelled accelerator."""

_PROGRAM = "model_fuzzer"
_BATCH = 20_000
_TIMEOUT_S = 600.0  # of a batch; single executions are limited by the program
_LEAST_MODEL_BYTES = 8
_VIOLATION = "violation: "
_NOT_OURS = (-signal.SIGINT, -signal.SIGTERM, -signal.SIGKILL)  # ended from outside
# A small quarantine: files are freed by the thousand, and each is looked at right away or never.
_SANITIZERS = {
    "ASAN_OPTIONS": "quarantine_size_mb=4:detect_leaks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
}


@dataclass(frozen=True)
class Finding:
    """A file that breaks something.

    `execution` is its number, `reason` one line, `file` the file; all that the program said is beside it as
    `.txt`.
    """

    execution: int
    file: Path
    reason: str


@dataclass(frozen=True)
class Refusals:
    """How many files were refused with messages of one class, by "reader" or "AllocateTensors"."""

    stage: str
    message: str
    count: int


@dataclass(frozen=True)
class SeedResult:
    """How many executions began with a seed, and how many of the files were accepted and run."""

    name: str
    executions: int
    ran: int


@dataclass(frozen=True)
class KernelResult:
    """How many files ran a second time with a set of kernels, and the programs of the accelerator in that."""

    name: str
    ran: int
    programs: int


@dataclass(frozen=True)
class FuzzResult:
    """What came of all executions; `refusals` most frequent first. Findings are not among the counts."""

    seed: int
    executions: int
    ran: int
    kernels: tuple[KernelResult, ...]
    seeds: tuple[SeedResult, ...]
    refusals: tuple[Refusals, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Campaign:
    """The program, the models that it starts from, and the seed of its random numbers."""

    program: Path
    models: tuple[Path, ...]
    seed: int
    findings: Path = FINDINGS_DIR


@dataclass(frozen=True)
class _Batch:
    executions: int = 0
    ran_again: Counter[str] = field(default_factory=Counter)
    programs: Counter[str] = field(default_factory=Counter)
    begun: Counter[str] = field(default_factory=Counter)
    ran: Counter[str] = field(default_factory=Counter)
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Run:
    """A process: its counts, or the execution at `position` that ended it, why, and all that it said."""

    counts: _Batch | None
    position: int
    reason: str
    text: str


_NOTHING = _Batch()


def build() -> Path:
    """Build the program with sanitizers and return its path.

    Raises:
        BuildError: CMake or the compiler failed.
    """
    return native_executable.build(PRESET, _PROGRAM)


def write_seeds(folder: Path, corpus: Path | None = None) -> tuple[Path, ...]:
    """Write the seed models to a folder; return their paths, and after them those of `corpus`/*.tflite.

    Raises:
        DataError: the folder cannot be written, or the corpus is no folder with models in it.
    """
    own = []
    for model in seed_models():
        path = folder / f"{model.name}.tflite"
        atomic.write_bytes(path, model.data)
        own.append(path)
    if corpus is None:
        return tuple(own)
    try:
        found = sorted(path for path in corpus.iterdir() if path.suffix == ".tflite" and path.is_file())
        short = [path for path in found if path.stat().st_size < _LEAST_MODEL_BYTES]
    except OSError as error:
        raise DataError(f"cannot read the corpus {corpus}: {error.strerror}") from error
    if short:
        raise DataError(f"{short[0]} has less than {_LEAST_MODEL_BYTES} bytes: take it out of the corpus")
    if not found:
        raise DataError(f"the corpus {corpus} has no .tflite files: put models there, or leave --corpus out")
    return (*own, *found)


def fuzz(
    campaign: Campaign, runs: int, first: int = 0, progress: Callable[[int], None] = lambda done: None
) -> FuzzResult:
    """Run executions `first` to `first` + `runs` - 1, or fewer where MOST_FINDINGS files break something.

    An execution is told by the seed, its number and the models: it is the same each time. The first ones
    run the models as they are.

    Args:
        campaign: What to run.
        runs: How many.
        first: Number of the first.
        progress: Gets the number of executions done so far.

    Raises:
        FirmwareError: the program cannot do its work at all.
        BuildError: it cannot be started.
        DataError: a file that was found cannot be saved.
    """
    done = _NOTHING
    jobs = os.cpu_count() or 1
    starts = iter(range(first, first + runs, _BATCH))
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        waiting: set[Future[_Batch]] = set()
        free = jobs
        while free:
            for begin in itertools.islice(starts, free):
                waiting.add(pool.submit(_run_batch, campaign, begin, min(_BATCH, first + runs - begin)))
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                done = _joined(done, future.result())
            progress(done.executions + len(done.findings))
            free = len(finished) if len(done.findings) < MOST_FINDINGS else 0
        for future in waiting:
            done = _joined(done, future.result())
    return _result(campaign, done)


def document(result: FuzzResult, seconds: float) -> dict[str, Any]:
    """Return the result as the document of --json (fuzz-model/1)."""
    return {
        "schema": "fuzz-model/1",
        "seed": result.seed,
        "executions": result.executions,
        "seconds": seconds,
        "executions_per_second": result.executions / seconds if seconds > 0 else None,
        "ran": result.ran,
        "refused": result.executions - result.ran,
        "kernels": [
            {"name": each.name, "ran": each.ran, "programs": each.programs} for each in result.kernels
        ],
        "seeds": [
            {"name": seed.name, "executions": seed.executions, "ran": seed.ran} for seed in result.seeds
        ],
        "refusals": [
            {"stage": refusals.stage, "message": refusals.message, "count": refusals.count}
            for refusals in result.refusals
        ],
        "findings": [
            {"execution": finding.execution, "file": str(finding.file), "reason": finding.reason}
            for finding in result.findings
        ],
    }


def _run_batch(campaign: Campaign, first: int, count: int) -> _Batch:
    done = _NOTHING
    end = first + count
    while first < end and len(done.findings) < MOST_FINDINGS:
        run = _run(campaign, first, end - first)
        if run.counts is not None:
            return _joined(done, run.counts)
        # The counts went with the process; what was before the finding runs again, with the same outcome.
        if run.position > first:
            done = _joined(done, _run_batch(campaign, first, run.position - first))
        done = _joined(done, replace(_NOTHING, findings=(_save(campaign, run),)))
        first = run.position + 1
    return done


def _run(campaign: Campaign, first: int, count: int) -> _Run:
    with atomic.work_folder() as folder:
        position = folder / "position"
        process = _call(campaign, "run", str(campaign.seed), str(first), str(count), str(position))
        if process.returncode == 0:
            return _Run(_counts(process.stdout), first, "", "")
        text = process.stderr.decode(errors="replace")
        try:
            number = int.from_bytes(position.read_bytes(), "little")
        except OSError:
            number = -1
    reason = _reason(text, process.returncode)
    if process.returncode in _NOT_OURS or not first <= number < first + count:
        raise FirmwareError(f"the fuzzer's program cannot work: {reason}")
    return _Run(None, number, reason, text)


def _call(campaign: Campaign, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [str(campaign.program), *arguments, *map(str, campaign.models)]
    try:
        return subprocess.run(
            command, capture_output=True, timeout=_TIMEOUT_S, check=False, env=os.environ | _SANITIZERS
        )
    except subprocess.TimeoutExpired as error:
        raise FirmwareError(f"the fuzzer's program did not finish within {_TIMEOUT_S:.0f} s") from error
    except OSError as error:
        raise BuildError(f"cannot start {campaign.program}: {error.strerror}") from error


def _reason(text: str, status: int) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in lines:
        if line.startswith(_VIOLATION):
            return line.removeprefix(_VIOLATION)
        if "runtime error: " in line or "ERROR: AddressSanitizer" in line:
            return line
    if status == -signal.SIGVTALRM:
        return "an execution takes more than 10 s"
    how = f"status {status}" if status >= 0 else f"signal {-status}"
    return f"ended with {how}: {lines[0] if lines else 'without a message'}"


def _save(campaign: Campaign, run: _Run) -> Finding:
    written = _call(campaign, "write", str(campaign.seed), str(run.position))
    if written.returncode:
        raise FirmwareError(f"the fuzzer cannot write the file of execution {run.position} again")
    file = campaign.findings / f"model-{campaign.seed}-{run.position}.tflite"
    atomic.write_bytes(file, written.stdout)
    atomic.write_text(file.with_suffix(".txt"), f"{run.reason}\n\n{run.text}")
    return Finding(run.position, file, run.reason)


def _counts(answer: bytes) -> _Batch:
    document = native_executable.parse(answer, "run")
    try:
        return _Batch(
            executions=int(document["executions"]),
            ran_again=Counter({str(each["name"]): int(each["ran"]) for each in document["kernels"]}),
            programs=Counter({str(each["name"]): int(each["programs"]) for each in document["kernels"]}),
            begun=Counter({str(seed["name"]): int(seed["executions"]) for seed in document["seeds"]}),
            ran=Counter({str(seed["name"]): int(seed["ran"]) for seed in document["seeds"]}),
            refusals=Counter(
                {
                    (str(each["stage"]), str(each["message"])): int(each["count"])
                    for each in document["messages"]
                }
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FirmwareError(f"the fuzzer's answer is malformed: {error!r}") from error


def _joined(a: _Batch, b: _Batch) -> _Batch:
    return _Batch(
        a.executions + b.executions,
        a.ran_again + b.ran_again,
        a.programs + b.programs,
        a.begun + b.begun,
        a.ran + b.ran,
        a.refusals + b.refusals,
        a.findings + b.findings,
    )


def _result(campaign: Campaign, done: _Batch) -> FuzzResult:
    names = list(dict.fromkeys(model.stem for model in campaign.models))
    return FuzzResult(
        seed=campaign.seed,
        executions=done.executions,
        ran=done.ran.total(),
        kernels=tuple(KernelResult(name, done.ran_again[name], done.programs[name]) for name in KERNELS),
        seeds=tuple(SeedResult(name, done.begun[name], done.ran[name]) for name in names),
        refusals=tuple(
            Refusals(stage, message, count) for (stage, message), count in done.refusals.most_common()
        ),
        findings=tuple(sorted(done.findings, key=lambda finding: finding.execution)),
    )
