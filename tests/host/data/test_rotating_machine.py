import numpy as np
import pytest

from host.data import rotating_machine
from host.data.rotating_machine import BEARING_ORDER, HEALTHY, Condition, Fault, Machine

RATE = 16000


def _sound(made: Machine, health: Condition, seed: int = 1, samples: int = 160_000) -> np.ndarray:
    return rotating_machine.clip(made, health, samples, np.random.default_rng(seed)) / 32768.0


def _level_db(sound: np.ndarray, low_hz: float, high_hz: float) -> float:
    """Power between two frequencies in dB, by a plain FFT of the whole clip."""
    power = np.abs(np.fft.rfft(sound * np.hanning(sound.size))) ** 2
    frequency = np.fft.rfftfreq(sound.size, 1 / RATE)
    return float(10 * np.log10(power[(frequency >= low_hz) & (frequency < high_hz)].sum()))


def test_a_machine_is_known_by_its_id_alone() -> None:
    assert rotating_machine.machine("03").shaft_hz == rotating_machine.machine("03").shaft_hz
    assert len({rotating_machine.machine(f"{k:02d}").shaft_hz for k in range(1, 8)}) == 7


@pytest.mark.parametrize("machine_id", ["01", "02", "03", "04", "77"])
def test_sound_fits_sixteen_bits_and_is_not_faint(machine_id: str) -> None:
    made = rotating_machine.machine(machine_id)
    for health in [HEALTHY, *(rotating_machine.condition(fault, 1.5) for fault in Fault)]:
        sound = _sound(made, health)
        assert 0.01 < np.abs(sound).max() < 0.99
        assert abs(sound.mean()) < 1e-3


def test_the_shaft_is_the_loudest_tone_and_the_mesh_stands_out() -> None:
    made = rotating_machine.machine("01")
    sound = _sound(made, HEALTHY)
    power = np.abs(np.fft.rfft(sound * np.hanning(sound.size))) ** 2
    loudest = np.argmax(power) * RATE / sound.size
    order = loudest / made.shaft_hz
    assert abs(order - round(order)) < 0.15 * round(order)
    mesh = made.shaft_hz * made.teeth
    assert _level_db(sound, 0.85 * mesh, 1.15 * mesh) > _level_db(sound, 1.4 * mesh, 1.7 * mesh) + 10


@pytest.mark.parametrize(
    ("fault", "low_order", "high_order", "at_least_db"),
    [
        (Fault.IMBALANCE, 0.8, 1.2, 9.0),
        (Fault.LOOSENESS, 0.4, 0.6, 6.0),
        (Fault.CHIPPED_TOOTH, 40.0, 150.0, 1.0),
        (Fault.WORN_BEARING, 40.0, 150.0, 1.0),
        (Fault.RUBBING, 40.0, 150.0, 1.0),
    ],
)
def test_a_fault_raises_its_part_of_the_spectrum(
    fault: Fault, low_order: float, high_order: float, at_least_db: float
) -> None:
    made = rotating_machine.machine("02")
    band = (low_order * made.shaft_hz, high_order * made.shaft_hz)
    healthy = np.mean([_level_db(_sound(made, HEALTHY, seed), *band) for seed in range(8)])
    faulty = np.mean(
        [_level_db(_sound(made, rotating_machine.condition(fault, 1.5), seed), *band) for seed in range(8)]
    )
    assert faulty - healthy > at_least_db


def test_bearing_hits_come_at_the_bearing_rate() -> None:
    made = rotating_machine.machine("01")
    sound = _sound(made, Condition(bearing_impact=0.5))
    # The envelope of the band above the tones shows the rate of the hits.
    spectrum = np.fft.rfft(sound)
    spectrum[: int(3500 * sound.size / RATE)] = 0
    envelope = np.fft.irfft(spectrum) ** 2
    power = np.abs(np.fft.rfft(envelope - envelope.mean()))
    frequency = np.fft.rfftfreq(envelope.size, 1 / RATE)
    inside = (frequency > 20) & (frequency < 150)
    rate = frequency[inside][np.argmax(power[inside])]
    assert rate == pytest.approx(BEARING_ORDER * made.shaft_hz, rel=0.1)


def test_severity_zero_is_healthy() -> None:
    made = rotating_machine.machine("04")
    for fault in Fault:
        assert rotating_machine.condition(fault, 0.0) == HEALTHY
        np.testing.assert_array_equal(
            _sound(made, rotating_machine.condition(fault, 0.0)), _sound(made, HEALTHY)
        )


@pytest.mark.parametrize("samples", [128_000, 131_072, 131_073, 163_841, 200_001])
def test_any_length(samples: int) -> None:
    assert _sound(rotating_machine.machine("01"), HEALTHY, samples=samples).size == samples
