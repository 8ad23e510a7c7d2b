"""What an inference takes of energy, estimated from its time and a published average power of the same chip.

Nothing here measures a current. The power is that of MLPerf Tiny v0.7, closed division, benchmark ad01, on an
EFR32MG24 (xG24-DK2601B): 45.72 µJ in 5.410 ms each inference, which is 8.45 mW. Conditions: core and MVP at
78 MHz, 1.8 V as its system file says, DC-DC disabled, TFLM of Gecko SDK 4.0.1 with the vendor's kernels.
The same board in v1.0 gave 47.30 µJ in 5.428 ms, 8.71 mW. The published figures are averages over inferences
that the accelerator fills but for a few percent; they do not tell the core's power from the accelerator's.
"""

from dataclasses import dataclass, replace

from host import boards
from host.errors import BuildError
from host.report.profile_document import Profile


@dataclass(frozen=True)
class Published:
    """A published result: energy in microjoule and time in seconds of one inference, and its conditions."""

    part: str
    clock_hz: int
    energy_uj: float
    time_s: float
    conditions: str

    @property
    def power_w(self) -> float:
        """The average power in watt."""
        return self.energy_uj * 1e-6 / self.time_s


MLPERF_TINY = Published(
    part="EFR32MG24",
    clock_hz=78_000_000,
    energy_uj=45.72,
    time_s=5.410e-3,
    conditions="MLPerf Tiny v0.7, ad01 on xG24-DK2601B: 78 MHz, 1.8 V, MVP with the vendor's kernels",
)

BASIS = (
    f"estimate, not measured: time × {MLPERF_TINY.power_w * 1e3:.2f} mW, the same for every layer; "
    f"average power of a published result: {MLPERF_TINY.energy_uj} µJ in {MLPERF_TINY.time_s * 1e3:.2f} ms; "
    f"{MLPERF_TINY.conditions}; other programs' power may differ"
)


def with_estimate(profile: Profile) -> Profile:
    """Return a profile with the energy of the inference and of each layer estimated.

    It stays unknown where the published power says nothing: without a time, on another chip or at another
    clock, and where the accelerator took no part.
    """
    if not _applies(profile):
        return profile
    layers = tuple(replace(layer, energy_uj=_energy_uj(layer.time_s)) for layer in profile.layers)
    return replace(profile, layers=layers, energy_uj=_energy_uj(profile.time_s), energy_basis=BASIS)


def _applies(profile: Profile) -> bool:
    if profile.time_s is None or profile.board is None or not profile.accelerator_cycles.median:
        return False
    try:
        part = boards.load(profile.board).part
    except BuildError:
        return False
    return part.startswith(MLPERF_TINY.part) and profile.clock_hz == MLPERF_TINY.clock_hz


def _energy_uj(time_s: float | None) -> float | None:
    return None if time_s is None else time_s * MLPERF_TINY.power_w * 1e6
