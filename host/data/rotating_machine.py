"""The sound of a synthetic rotating machine: a motor drives a gear, a microphone stands beside it.

What is heard is the sum of
- harmonics of the shaft, whose height grows with the load,
- the gear mesh at teeth x shaft speed with three orders, modulated once per turn (hence sidebands),
- the tone of the bearing and the whine of the motor,
- the motor's noise and every impact, both filtered by the body's modes,
- the noise of the room.
Every clip has its own speed, load and levels, as recordings of real machines do; a fault changes the part
that it changes in a real machine. Amplitudes are fractions of full scale before the microphone's gain.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from host.data.layout import SAMPLE_RATE

Signal = NDArray[np.float64]

BEARING_ORDER = 3.58
"""Balls passing a point of the outer race per turn of the shaft."""
HARMONICS = 8
MESH_ORDERS = 3
MODES = 5


class Fault(StrEnum):
    """What can be wrong with the machine; the value is the name in dataset.json."""

    IMBALANCE = "imbalance"
    CHIPPED_TOOTH = "chipped-tooth"
    WORN_BEARING = "worn-bearing"
    LOOSENESS = "looseness"
    RUBBING = "rubbing"


@dataclass(frozen=True)
class Machine:
    """What makes one machine id differ from another; Hz, `damping` as a fraction of critical."""

    shaft_hz: float
    teeth: int
    harmonic_slope_db: float
    mesh_level: float
    whine_order: float
    mode_hz: NDArray[np.float64]
    damping: NDArray[np.float64]


@dataclass(frozen=True)
class Running:
    """How the machine runs in one clip: the shaft's phase in radians [n], load 0..1, level jitters in dB."""

    phase: Signal
    load: float
    harmonic_db: NDArray[np.float64]
    mesh_db: float
    noise_db: float
    background_db: float
    gain_db: float


@dataclass(frozen=True)
class Condition:
    """The machine's health as levels that the parts of the sound take; the defaults are a healthy machine."""

    imbalance_db: float = 0.0
    tooth_dip: float = 0.0
    tooth_impact: float = 0.0
    bearing_impact: float = 0.0
    subharmonics: float = 0.0
    rattle_impact: float = 0.0
    rub_level: float = 0.0


HEALTHY = Condition()


def machine(machine_id: str) -> Machine:
    """Return the machine with this two-digit id: always the same one, whatever the seed of a dataset."""
    number = int(machine_id)
    rng = np.random.default_rng(np.random.SeedSequence(entropy=0x0EA5, spawn_key=(number,)))
    return Machine(
        shaft_hz=24.0 + 5.7 * ((number - 1) % 4) + rng.uniform(-1.0, 1.0),
        teeth=int(rng.integers(13, 24)),
        harmonic_slope_db=rng.uniform(2.0, 2.6),
        mesh_level=rng.uniform(0.03, 0.05),
        whine_order=rng.uniform(90.0, 130.0),
        mode_hz=300.0 * 1.9 ** (np.arange(MODES) + rng.uniform(-0.3, 0.3, MODES)),
        damping=rng.uniform(0.02, 0.06, MODES),
    )


def condition(fault: Fault, severity: float) -> Condition:
    """Return the machine's health with one fault. Severity 1 is a fault that a listener would just notice."""
    match fault:
        case Fault.IMBALANCE:
            return replace(HEALTHY, imbalance_db=7.0 * severity)
        case Fault.CHIPPED_TOOTH:
            return replace(HEALTHY, tooth_dip=0.3 * severity, tooth_impact=0.012 * severity)
        case Fault.WORN_BEARING:
            return replace(HEALTHY, bearing_impact=0.008 * severity)
        case Fault.LOOSENESS:
            return replace(HEALTHY, subharmonics=0.01 * severity, rattle_impact=0.02 * severity)
        case Fault.RUBBING:
            return replace(HEALTHY, rub_level=0.015 * severity)


def clip(made: Machine, health: Condition, samples: int, rng: np.random.Generator) -> NDArray[np.int16]:
    """Return one recording of `samples` 16-bit samples at 16 kHz; all its randomness comes from `rng`."""
    running = _start(made, samples, rng)
    sound = _shaft(made, running, health, rng)
    sound += _mesh(made, running, health, rng)
    sound += _tones(made, running, rng)
    excitation = _gain(running.noise_db) * 0.01 * rng.standard_normal(samples)
    excitation += _impacts(running, health, rng)
    excitation += _rub(running, health, rng)
    sound += _through_body(made, excitation)
    sound += _background(running, samples, rng)
    loudness = _gain(running.gain_db) * 0.7
    return np.clip(np.rint(sound * (loudness * 32768.0)), -32768, 32767).astype(np.int16)


def _start(made: Machine, samples: int, rng: np.random.Generator) -> Running:
    load = rng.uniform(0.6, 1.0)
    # A loaded asynchronous motor slips; the rest is what the mains and the process do.
    speed_hz = made.shaft_hz * (1.03 - 0.04 * load) * (1.0 + 0.03 * rng.standard_normal())
    time = np.arange(samples) / SAMPLE_RATE
    wander = np.ones(samples)
    for wander_hz in (0.13, 0.37, 0.9):
        wander += 0.003 * np.sin(2.0 * np.pi * wander_hz * time + rng.uniform(0.0, 2.0 * np.pi))
    step = (2.0 * np.pi * speed_hz / SAMPLE_RATE) * wander
    return Running(
        phase=rng.uniform(0.0, 2.0 * np.pi) + np.cumsum(step),
        load=load,
        harmonic_db=1.5 * rng.standard_normal(HARMONICS),
        mesh_db=1.5 * rng.standard_normal(),
        noise_db=2.0 * rng.standard_normal(),
        background_db=2.0 * rng.standard_normal(),
        gain_db=1.0 * rng.standard_normal(),
    )


def _shaft(made: Machine, running: Running, health: Condition, rng: np.random.Generator) -> Signal:
    order = np.arange(1, HARMONICS + 1)
    level_db = running.harmonic_db - made.harmonic_slope_db * (order - 1)
    # The centrifugal force of a mass beside the axis turns with the shaft: orders 1 and 2.
    level_db[:2] += health.imbalance_db
    level = 0.1 * running.load * _gain(level_db)
    sound = np.zeros(running.phase.size)
    # Loose parts bounce every second turn: orders 1/2, 3/2, 5/2.
    half_turn = np.exp(0.5j * running.phase)
    rotor = half_turn.copy()
    for half_order in range(1, 2 * HARMONICS + 1):
        amplitude = level[half_order // 2 - 1] if half_order % 2 == 0 else 0.0
        if half_order in (1, 3, 5):
            amplitude = health.subharmonics / half_order
        turn = np.exp(1j * rng.uniform(0.0, 2.0 * np.pi))
        if amplitude:
            sound += (amplitude * turn * rotor).real
        rotor *= half_turn
    return sound


def _mesh(made: Machine, running: Running, health: Condition, rng: np.random.Generator) -> Signal:
    once_per_turn = np.cos(running.phase + rng.uniform(0.0, 2.0 * np.pi))
    envelope = 1.0 + 0.15 * once_per_turn
    if health.tooth_dip:
        # The chipped tooth carries less: a short dip in each turn, hence many sidebands.
        envelope -= health.tooth_dip * np.exp(6.0 * (np.cos(running.phase) - 1.0))
    sound = np.zeros(running.phase.size)
    level = made.mesh_level * running.load**1.5 * _gain(running.mesh_db)
    for order in range(1, MESH_ORDERS + 1):
        phase = order * made.teeth * running.phase + rng.uniform(0.0, 2.0 * np.pi)
        sound += level * 0.5 ** (order - 1) * np.cos(phase)
    return sound * envelope


def _tones(made: Machine, running: Running, rng: np.random.Generator) -> Signal:
    bearing = np.cos(BEARING_ORDER * running.phase + rng.uniform(0.0, 2.0 * np.pi))
    whine = np.cos(made.whine_order * running.phase + rng.uniform(0.0, 2.0 * np.pi))
    return 0.004 * bearing + 0.004 * running.load * whine


def _impacts(running: Running, health: Condition, rng: np.random.Generator) -> Signal:
    """Hits on the body: at the bearing's rate, once per turn, or at random."""
    hits = np.zeros(running.phase.size)
    if health.bearing_impact:
        # Balls slide a little between one hit and the next.
        _hit(hits, _passes(running.phase, BEARING_ORDER, 0.02, rng), 40.0 * health.bearing_impact, rng)
    if health.tooth_impact:
        _hit(hits, _passes(running.phase, 1.0, 0.0, rng), 40.0 * health.tooth_impact, rng)
    if health.rattle_impact:
        count = rng.poisson(12.0 * hits.size / SAMPLE_RATE)
        _hit(hits, rng.integers(0, hits.size, count), 40.0 * health.rattle_impact, rng)
    return hits


def _passes(phase: Signal, per_turn: float, slip: float, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the samples at which the shaft passes multiples of 1 / `per_turn` turn, with random slip."""
    step = 2.0 * np.pi / per_turn
    target = np.arange(np.ceil(phase[0] / step), np.floor(phase[-1] / step)) * step
    target += slip * step * rng.standard_normal(target.size)
    return np.clip(np.searchsorted(phase, target), 0, phase.size - 1)


def _hit(hits: Signal, positions: NDArray[np.integer], height: float, rng: np.random.Generator) -> None:
    np.add.at(hits, positions, height * np.abs(1.0 + 0.4 * rng.standard_normal(positions.size)))


def _rub(running: Running, health: Condition, rng: np.random.Generator) -> Signal:
    """Friction noise while the rotor touches the housing, a part of each turn."""
    if not health.rub_level:
        return np.zeros(running.phase.size)
    contact = np.maximum(0.0, np.cos(running.phase) - 0.3) / 0.7
    return 4.0 * health.rub_level * contact * rng.standard_normal(contact.size)


def _through_body(made: Machine, excitation: Signal) -> Signal:
    """Filter by a direct part plus each mode's response, f0^2 zeta / (f0^2 - f^2 + 2 j zeta f0 f)."""
    length = _fast_length(excitation.size)
    frequency = np.fft.rfftfreq(length, 1.0 / SAMPLE_RATE)
    response = np.full(frequency.size, 0.15 + 0.0j)
    for mode_hz, damping in zip(made.mode_hz, made.damping, strict=True):
        response += mode_hz**2 * damping / (mode_hz**2 - frequency**2 + 2j * damping * mode_hz * frequency)
    filtered: Signal = np.fft.irfft(np.fft.rfft(excitation, length) * response, length)
    return filtered[: excitation.size]


def _background(running: Running, samples: int, rng: np.random.Generator) -> Signal:
    """The room: noise that falls by 6 dB per octave above 300 Hz, and the microphone's white noise."""
    length = _fast_length(samples)
    frequency = np.fft.rfftfreq(length, 1.0 / SAMPLE_RATE)
    colour = 0.02 / np.sqrt(1.0 + (frequency / 300.0) ** 2) + 0.0008
    room: Signal = np.fft.irfft(np.fft.rfft(rng.standard_normal(samples), length) * colour, length)
    return _gain(running.background_db) * room[:samples]


def _fast_length(samples: int) -> int:
    """Return a length that is quick to transform: 5, 6 or 8 times a power of two."""
    power = 1 << (samples - 1).bit_length()
    return next(length for length in (power * 5 // 8, power * 3 // 4, power) if length >= samples)


def _gain(level_db: float | NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(10.0 ** (np.asarray(level_db) / 20.0))
