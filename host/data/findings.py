"""What is wrong with a data set: files that cannot be used, rates, labels, names, repeated and silent clips.

Findings are errors where a clip cannot be used or a figure would be wrong or undefined, and warnings where a
person should look.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from host.data.clip_facts import FLAT_S, SILENT_DB, ClipFacts
from host.data.layout import SAMPLE_RATE, Clip, Dataset
from host.data.marker import Label

_USUAL_CODING = "PCM_16"

Pair = tuple[Clip, ClipFacts]


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """Something wrong: `kind` names it to programs, `text` to people; `paths` are all files concerned."""

    kind: str
    severity: Severity
    text: str
    paths: tuple[Path, ...] = ()


def find(dataset: Dataset, facts: Sequence[ClipFacts], repeated: Sequence[Sequence[Clip]]) -> list[Finding]:
    """Return everything that is wrong.

    Args:
        dataset: as it was scanned.
        facts: of its clips, in their order.
        repeated: clips that have the same content, as `duplicates` returns them.
    """
    return [
        *_unusable(facts),
        *_rates(facts),
        *_labels(dataset),
        *_classes(
            [c for c, fact in zip(dataset.clips, facts, strict=True) if fact.usable and c.split == "test"]
        ),
        *_names(dataset),
        *_repeated(repeated),
        *_sound(facts),
    ]


def duplicates(pairs: Iterable[Pair]) -> list[list[Clip]]:
    """Return the clips that can be used and have the same content, together."""
    by_content: dict[str, list[Clip]] = defaultdict(list)
    for clip, fact in pairs:
        if fact.usable:
            by_content[fact.sha256].append(clip)
    return [clips for clips in by_content.values() if len(clips) > 1]


def _unusable(facts: Iterable[ClipFacts]) -> Iterable[Finding]:
    """Yield a finding for each kind of reason; the first clip's stands for all."""
    by_kind: dict[str, list[ClipFacts]] = defaultdict(list)
    for fact in facts:
        if not fact.usable:
            by_kind[fact.reason.partition(":")[0]].append(fact)
    for alike in by_kind.values():
        first = alike[0]
        text = f"{_clips(alike)} cannot be used; the first, {first.path}: {first.reason}"
        yield Finding("unusable", Severity.ERROR, text, tuple(fact.path for fact in alike))


def _rates(facts: Iterable[ClipFacts]) -> Iterable[Finding]:
    by_rate: dict[int, list[Path]] = defaultdict(list)
    for fact in facts:
        if fact.sound is not None:
            by_rate[fact.sound.rate].append(fact.path)
    if len(by_rate) > 1:
        listed = ", ".join(f"{rate} Hz ({len(paths)} clips)" for rate, paths in sorted(by_rate.items()))
        odd = tuple(path for rate, paths in by_rate.items() if rate != SAMPLE_RATE for path in paths)
        text = f"mixed sample rates: {listed}; resample them to {SAMPLE_RATE} Hz"
        yield Finding("mixed-sample-rates", Severity.ERROR, text, odd)


def _labels(dataset: Dataset) -> Iterable[Finding]:
    if dataset.unlabelled:
        text = (
            f"{_clips(dataset.unlabelled)} of the test set without a label in the name, as "
            f"{dataset.unlabelled[0]}: not evaluated; name them normal_id_… or anomaly_id_…"
        )
        yield Finding("no-label", Severity.ERROR, text, dataset.unlabelled)
    if not dataset.test:
        yield Finding("no-test-clips", Severity.WARNING, "no labelled test clips: nothing can be evaluated")


def _classes(test: Sequence[Clip]) -> Iterable[Finding]:
    """Yield what makes an AUC undefined, among the test clips that can be used."""
    kinds = ("normal", "anomalous")
    whole = {clip.label for clip in test}
    if len(whole) == 1:
        kind = kinds[whole.pop()]
        text = f"only one class: all {len(test)} usable test clips are {kind}, so AUC is undefined"
        yield Finding("one-class", Severity.ERROR, text)
        return
    by_id: dict[str, set[Label]] = defaultdict(set)
    for clip in test:
        by_id[clip.machine_id].add(clip.label)
    for machine_id, labels in sorted(by_id.items()):
        if len(labels) == 1:
            text = (
                f"only one class of machine {machine_id}: its usable test clips are all {kinds[min(labels)]}"
            )
            yield Finding("one-class", Severity.WARNING, f"{text}, so its AUC is undefined")


def _names(dataset: Dataset) -> Iterable[Finding]:
    files = [*(clip.path for clip in dataset.clips), *dataset.unusable]
    count = Counter((path.parent, path.name.casefold()) for path in files)
    same = tuple(path for path in files if count[path.parent, path.name.casefold()] > 1)
    if same:
        text = (
            f"duplicate names: {_clips(same)} whose names differ by upper and lower case only, as "
            f"{same[0]}: rename them, since some file systems and the feature files' names cannot tell them "
            "apart"
        )
        yield Finding("duplicate-names", Severity.ERROR, text, same)
    unlabelled = set(dataset.unlabelled)
    others = tuple(path for path in dataset.unusable if path not in unlabelled)
    if others:
        text = f"{_clips(others)} not named as this layout has it, as {others[0]}: left out"
        yield Finding("other-files", Severity.WARNING, text, others)
    if dataset.missing:
        text = f"clips missing that the set's own list names: {dataset.missing}; make the data set again"
        yield Finding("missing-clips", Severity.ERROR, text)


def _repeated(repeated: Sequence[Sequence[Clip]]) -> Iterable[Finding]:
    leaked = [same for same in repeated if len({clip.split for clip in same}) > 1]
    mixed = [same for same in repeated if len({clip.label for clip in same}) > 1]
    if leaked:
        paths = tuple(clip.path for same in leaked for clip in same)
        text = f"recordings in both training and test: {len(leaked)}, as {paths[0]} and {paths[1]}"
        yield Finding("train-in-test", Severity.ERROR, f"{text}: test scores are too good", paths)
    if mixed:
        paths = tuple(clip.path for same in mixed for clip in same)
        text = f"recordings labelled both normal and anomalous: {len(mixed)}, as {paths[0]} and {paths[1]}"
        yield Finding("contradicting-labels", Severity.ERROR, text, paths)
    if repeated:
        paths = tuple(clip.path for same in repeated for clip in same)
        text = f"{_clips(paths)} with the content of another one, as {paths[0]} and {paths[1]}"
        yield Finding("duplicates", Severity.WARNING, text, paths)


def _sound(facts: Iterable[ClipFacts]) -> Iterable[Finding]:
    heard = [(fact.path, fact.sound) for fact in facts if fact.sound is not None]
    codings = ", ".join(sorted({sound.coding for _, sound in heard} - {_USUAL_CODING}))
    kinds = (
        (
            "silence",
            f"silent (RMS below {SILENT_DB:.0f} dB of full scale)",
            [p for p, s in heard if s.silent],
        ),
        (
            "dropout",
            f"at one value for {FLAT_S:g} s or longer, as where samples were lost",
            [p for p, s in heard if s.flat_s >= FLAT_S and not s.silent],
        ),
        ("clipping", "clipped (samples in a row at full scale)", [p for p, s in heard if s.clipped]),
        ("undefined-samples", "with samples that are NaN or infinite", [p for p, s in heard if s.undefined]),
        (
            "coding",
            f"coded as {codings}, not as 16 bit like the benchmark's",
            [p for p, s in heard if s.coding != _USUAL_CODING],
        ),
    )
    for kind, words, paths in kinds:
        if paths:
            severity = Severity.ERROR if kind == "undefined-samples" else Severity.WARNING
            yield Finding(kind, severity, f"{_clips(paths)} {words}; the first: {paths[0]}", tuple(paths))


def _clips(some: Sequence[object]) -> str:
    return "1 clip" if len(some) == 1 else f"{len(some):,} clips"
