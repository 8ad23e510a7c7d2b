"""Traces read back from the documents that `host.mvp trace --json` writes (mvp-trace/1)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host.errors import ModelError
from host.mvp import registers
from host.mvp.program_document import TRACE_SCHEMA
from host.mvp.trace import Step


@dataclass(frozen=True)
class RecordedTrace:
    """The steps of a program, with what it ran with.

    Attributes:
        title: what the program is.
        source: the file that it is from.
        cycle_model: what cycles were counted with.
        seed: of the memory's contents.
        complete: whether the program ended with the last step.
        start: float16 [8, 2], the registers before the first step; zeros where the document has none.
        steps: the executed instructions.
        texts: of each step, its instruction.
    """

    title: str
    source: str
    cycle_model: str
    seed: int
    complete: bool
    start: NDArray[np.float16]
    steps: tuple[Step, ...]
    texts: tuple[str, ...]


def read(path: Path) -> RecordedTrace | None:
    """Return the trace in a file; None where it cannot be read or is no document of a trace.

    Raises:
        ModelError: it is one, but damaged.
    """
    document = _document(path)
    if document is None or document.get("schema") != TRACE_SCHEMA:
        return None
    try:
        return RecordedTrace(
            title=str(document["program"]["title"]),
            source=str(document["source"]),
            cycle_model=str(document["cycle_model"]),
            seed=int(document["seed"]),
            complete=bool(document["complete"]),
            start=_registers(document.get("registers", [{"bits": 0}] * registers.ALU_REGISTERS)),
            steps=tuple(_step(step) for step in document["steps"]),
            texts=tuple(str(step["text"]) for step in document["steps"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise ModelError(f"{path} is a damaged {TRACE_SCHEMA} document ({error!r}): trace again") from error


def _document(path: Path) -> dict[str, Any] | None:
    try:
        with path.open("rb") as file:
            if file.read(1) != b"{":
                return None
            document = json.loads(b"{" + file.read())
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _step(step: dict[str, Any]) -> Step:
    indices = np.array(step["indices"], np.int64)
    if indices.shape != (registers.ARRAYS, registers.DIMS):
        raise ValueError(f"indices of shape {list(indices.shape)}")
    return Step(
        pc=int(step["pc"]),
        cycles=int(step["cycles"]),
        cost=int(step["cost"]),
        registers=_registers(step["registers"]),
        indices=indices,
        fault=None if step["fault"] is None else str(step["fault"]),
    )


def _registers(lanes: list[dict[str, Any]]) -> NDArray[np.float16]:
    bits = np.array([lane["bits"] for lane in lanes], "<u4")
    if bits.shape != (registers.ALU_REGISTERS,):
        raise ValueError(f"{len(lanes)} registers")
    return bits.view("<f2").reshape(-1, 2).astype(np.float16)
