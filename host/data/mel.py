"""Mel filters of Slaney's scale and area, as librosa makes them, in numpy alone.

Importing librosa's takes more than a second, which each process that extracts features would pay again. A
test compares the two.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Slaney's Auditory Toolbox (1998): linear up to 1 kHz, then 27 steps for each factor of 6.4.
_HZ_PER_MEL = 200.0 / 3.0
_KNEE_HZ = 1000.0
_KNEE_MEL = _KNEE_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


@lru_cache(maxsize=4)
def filters(rate: int, fft_size: int, bands: int) -> NDArray[np.float64]:
    """Return triangular filters from 0 Hz to rate / 2, float64 [fft_size / 2 + 1, bands].

    Each has the area of Slaney's normalisation, 2 / (width in Hz). The values are those of float32, since the
    reference keeps its filters so.
    """
    top = _mel(rate / 2.0)
    corners = _hz(np.linspace(0.0, top, bands + 2))
    frequencies = np.linspace(0.0, rate / 2.0, fft_size // 2 + 1)[:, np.newaxis]
    low, centre, high = corners[:-2], corners[1:-1], corners[2:]
    rising = (frequencies - low) / (centre - low)
    falling = (high - frequencies) / (high - centre)
    triangles = np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
    scaled = (triangles * (2.0 / (high - low))).astype(np.float32)
    return np.ascontiguousarray(scaled, dtype=np.float64)


@dataclass(frozen=True)
class FilterGroup:
    """Neighbouring filters, without the bins of the spectrum that none of them takes anything of.

    `matrix` is float64 [bins, bands].
    """

    bins: slice
    bands: slice
    matrix: NDArray[np.float64]


@lru_cache(maxsize=4)
def filter_groups(rate: int, fft_size: int, bands: int, group: int) -> tuple[FilterGroup, ...]:
    """Return the filters in groups of `group` bands: together a quarter of the products of all of them."""
    everything = filters(rate, fft_size, bands)
    groups = []
    for first in range(0, bands, group):
        taken = slice(first, first + group)
        used = np.flatnonzero(everything[:, taken].any(axis=1))
        bins = slice(int(used[0]), int(used[-1]) + 1) if used.size else slice(0, 1)
        groups.append(FilterGroup(bins, taken, np.ascontiguousarray(everything[bins, taken])))
    return tuple(groups)


def _mel(hz: float) -> float:
    if hz < _KNEE_HZ:
        return hz / _HZ_PER_MEL
    return float(_KNEE_MEL + np.log(hz / _KNEE_HZ) / _LOG_STEP)


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _KNEE_HZ * np.exp(_LOG_STEP * (mel - _KNEE_MEL))
    return np.where(mel < _KNEE_MEL, mel * _HZ_PER_MEL, above)


def centres(rate: int, bands: int) -> NDArray[np.float64]:
    """Return the centre frequency of each band in Hz, [bands]."""
    return _hz(np.linspace(0.0, _mel(rate / 2.0), bands + 2))[1:-1]
