"""Checks a data set: what is in it, by machine id and label, and what is wrong with it."""

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from host.data import clip_facts, findings, layout, processes
from host.data.clip_facts import ClipFacts
from host.data.findings import Finding, Pair, Severity
from host.data.layout import Dataset
from host.data.marker import Label, Split

OnProgress = Callable[[int, int], None]
"""Called with (files done, files in all)."""


@dataclass(frozen=True)
class Group:
    """The clips of one machine id, split and label; lengths in s and levels in dB of full scale.

    Lengths and levels are None where no clip can be decoded; `duplicates` are clips whose content another
    clip of the set has, too.
    """

    machine_id: str
    split: Split
    label: Label
    clips: int
    usable: int
    rates: tuple[int, ...]
    seconds: tuple[float, float, float] | None
    level_db: float | None
    silent: int
    clipped: int
    duplicates: int


@dataclass(frozen=True)
class DatasetCheck:
    """What was found in a data set; `facts` are in the order of its clips."""

    dataset: Dataset
    facts: tuple[ClipFacts, ...]
    groups: tuple[Group, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)


def check(root: Path, on_progress: OnProgress | None = None, workers: int | None = None) -> DatasetCheck:
    """Read every clip below `root` once.

    Raises:
        DataError: there is no data set, or its folder cannot be read.
    """
    dataset = layout.scan(root)
    paths = [clip.path for clip in dataset.clips]
    facts: list[ClipFacts] = []
    with closing(processes.ordered_map(clip_facts.inspect, paths, workers)) as answers:
        for fact in answers:
            facts.append(fact)
            if on_progress is not None:
                on_progress(len(facts), len(paths))
    pairs = list(zip(dataset.clips, facts, strict=True))
    repeated = findings.duplicates(pairs)
    paths_repeated = {clip.path for same in repeated for clip in same}
    found = findings.find(dataset, facts, repeated)
    return DatasetCheck(dataset, tuple(facts), tuple(_groups(pairs, paths_repeated)), tuple(found))


def _groups(pairs: Sequence[Pair], repeated: set[Path]) -> Iterable[Group]:
    members: dict[tuple[str, Split, Label], list[ClipFacts]] = defaultdict(list)
    order = {"train": 0, "test": 1}
    for clip, fact in pairs:
        members[clip.machine_id, clip.split, clip.label].append(fact)
    for key in sorted(members, key=lambda key: (key[0], order[key[1]], key[2])):
        facts = members[key]
        sounds = [fact.sound for fact in facts if fact.sound is not None]
        lengths = [sound.seconds for sound in sounds]
        levels = [sound.rms_db for sound in sounds if math.isfinite(sound.rms_db)]
        yield Group(
            *key,
            clips=len(facts),
            usable=sum(fact.usable for fact in facts),
            rates=tuple(sorted({sound.rate for sound in sounds})),
            seconds=(min(lengths), statistics.median(lengths), max(lengths)) if lengths else None,
            level_db=statistics.median(levels) if levels else None,
            silent=sum(sound.silent for sound in sounds),
            clipped=sum(sound.clipped > 0 for sound in sounds),
            duplicates=sum(fact.path in repeated for fact in facts),
        )
