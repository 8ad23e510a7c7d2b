"""A profile as a record, wherever it was taken, and as the document `profile/1` (host.profile --json).

What a source cannot know is None here and null in the document, never 0.
"""

from dataclasses import dataclass
from statistics import median_low
from typing import Any

SCHEMA = "profile/1"


@dataclass(frozen=True)
class Cycles:
    """A count of cycles over several runs of the same program.

    `others` are counts of the same runs by another cycle model, which widen the range but not the median.
    """

    runs: tuple[int, ...]
    others: tuple[int, ...] = ()

    @property
    def median(self) -> int:
        """The median; of an even number of runs the lower of the two in the middle, a count that occurred."""
        return median_low(self.runs)

    @property
    def low(self) -> int:
        """The least of all counts."""
        return min(self.runs + self.others)

    @property
    def high(self) -> int:
        """The largest of all counts."""
        return max(self.runs + self.others)


@dataclass(frozen=True)
class ProfileLayer:
    """One operator's share.

    `kernel` is what ran it: the accelerator's kernel, or on the core "reference" or, if it has one, "fast".
    Errors are differences from the reference kernel in output codes: the largest, the mean absolute one and
    the root mean square. None where they were not measured.
    """

    index: int
    opcode: str
    ops: int
    macs: int
    accelerator_cycles: Cycles
    cpu_cycles: Cycles | None
    total_cycles: Cycles | None
    time_s: float | None
    kernel: str
    input_shapes: tuple[tuple[int, ...], ...]
    output_shapes: tuple[tuple[int, ...], ...]
    options: str
    max_error: int | None = None
    mean_error: float | None = None
    rms_error: float | None = None
    energy_uj: float | None = None


@dataclass(frozen=True)
class Profile:
    """One inference, measured `runs` times. Times in seconds, energy in microjoule, memory in bytes.

    `cycle_model` names the set of parameters behind modelled cycles, or "range": then the plain counts are of
    the first of `cycle_model_sets`, and the least and largest counts are over all of them.
    `error_inputs` is the number of inputs that the layers' errors were measured on, 0 where they were not.
    `weights` says where the accelerator reads weights ("flash", "ram", "auto"): `weights_ram_bytes` of them
    are copied.
    `layout` is the order in which the weights were stored (weight_layout.LAYOUTS).
    `notes` says which layers the firmware left to the core, and why.
    `faults` counts the accelerator's programs that faulted or timed out in all runs; the core redid their
    layers.
    `energy_basis` says what the energy, of the inference and of its layers, rests on.
    `cpu_cycles_error` says how far the core's cycles may be off where they are modelled.
    """

    source: str
    board: str | None
    clock_hz: int | None
    accelerator: str
    kernel: str
    cycle_model: str | None
    cycle_model_error: str | None
    build_id: str | None
    unique_id: str | None
    runs: int
    model_name: str
    model_sha256: str
    model_bytes: int
    layers: tuple[ProfileLayer, ...]
    unsupported_layers: int
    accelerator_cycles: Cycles
    cpu_cycles: Cycles | None
    wait_cycles: Cycles | None
    total_cycles: Cycles | None
    time_s: float | None
    energy_uj: float | None
    energy_basis: str | None
    arena_bytes: int
    ram_bytes: int | None
    flash_bytes: int | None
    cycle_model_sets: tuple[str, ...] = ()
    error_inputs: int = 0
    notes: tuple[str, ...] = ()
    weights: str | None = None
    weights_ram_bytes: int | None = None
    faults: int | None = None
    layout: str | None = None
    cpu_cycles_error: str | None = None

    @property
    def ops(self) -> int:
        """Operations of one inference."""
        return sum(layer.ops for layer in self.layers)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one inference."""
        return sum(layer.macs for layer in self.layers)

    @property
    def cpu_utilization(self) -> float | None:
        """Share of the inference in which the core works, 0..1."""
        if self.cpu_cycles is None or not self.total_cycles:
            return None
        return self.cpu_cycles.median / self.total_cycles.median

    @property
    def inferences_per_s(self) -> float | None:
        """Inferences per second, one after the other."""
        return 1 / self.time_s if self.time_s else None


def document(profile: Profile) -> dict[str, Any]:
    """Return the document `profile/1`."""
    return {
        "schema": SCHEMA,
        "source": profile.source,
        "board": profile.board,
        "clock_hz": profile.clock_hz,
        "accelerator": profile.accelerator,
        "kernel": profile.kernel,
        "cycle_model": profile.cycle_model,
        "cycle_model_sets": list(profile.cycle_model_sets),
        "cycle_model_error": profile.cycle_model_error,
        "cpu_cycles_error": profile.cpu_cycles_error,
        "error_inputs": profile.error_inputs or None,
        "notes": list(profile.notes),
        "build_id": profile.build_id,
        "unique_id": profile.unique_id,
        "runs": profile.runs,
        "energy_uj": profile.energy_uj,
        "energy_basis": profile.energy_basis,
        "model": {
            "name": profile.model_name,
            "sha256": profile.model_sha256,
            "file_bytes": profile.model_bytes,
        },
        "summary": _summary(profile),
        "layers": [_layer(layer) for layer in profile.layers],
    }


def _summary(profile: Profile) -> dict[str, Any]:
    return {
        "ops": profile.ops,
        "macs": profile.macs,
        "layers": len(profile.layers),
        "unsupported_layers": profile.unsupported_layers,
        "faults": profile.faults,
        **_cycles("accelerator_cycles", profile.accelerator_cycles),
        **_cycles("cpu_cycles", profile.cpu_cycles),
        **_cycles("wait_cycles", profile.wait_cycles),
        **_cycles("total_cycles", profile.total_cycles),
        "cpu_utilization": profile.cpu_utilization,
        "time_s": profile.time_s,
        "inferences_per_s": profile.inferences_per_s,
        "arena_bytes": profile.arena_bytes,
        "weights": profile.weights,
        "weights_ram_bytes": profile.weights_ram_bytes,
        "layout": profile.layout,
        "ram_bytes": profile.ram_bytes,
        "flash_bytes": profile.flash_bytes,
    }


def _layer(layer: ProfileLayer) -> dict[str, Any]:
    return {
        "index": layer.index,
        "opcode": layer.opcode,
        "ops": layer.ops,
        "macs": layer.macs,
        **_cycles("accelerator_cycles", layer.accelerator_cycles),
        **_cycles("cpu_cycles", layer.cpu_cycles),
        **_cycles("total_cycles", layer.total_cycles),
        "time_s": layer.time_s,
        "energy_uj": layer.energy_uj,
        "kernel": layer.kernel,
        "input_shapes": [list(shape) for shape in layer.input_shapes],
        "output_shapes": [list(shape) for shape in layer.output_shapes],
        "options": layer.options,
        "max_error": layer.max_error,
        "mean_error": layer.mean_error,
        "rms_error": layer.rms_error,
    }


def _cycles(name: str, cycles: Cycles | None) -> dict[str, int | None]:
    if cycles is None:
        return {name: None}
    if len(cycles.runs) == 1 and not cycles.others:
        return {name: cycles.median}
    return {name: cycles.median, f"{name}_min": cycles.low, f"{name}_max": cycles.high}
