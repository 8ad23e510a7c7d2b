"""Independent random streams of one seed: each use has its own, so none shifts when another draws more.

Nothing here depends on global random state, which is what lets a resumed run repeat an undisturbed one.
"""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What the random numbers are for."""

    ORDER = 1
    """Order of the training windows; one generator per epoch."""
    SPLIT = 2
    """Which clips validate."""
    REPRESENTATIVE = 3
    """Which windows calibrate the quantization."""
    WEIGHTS = 4
    """Initial weights; one generator per layer."""
    BOOTSTRAP = 5
    """Resampling of clips for confidence intervals."""
    WINDOWS = 6
    """Which window of a clip trains; one generator per epoch."""
    STATISTICS = 7
    """Which windows set the batch statistics of averaged weights."""


def generator(seed: int, stream: Stream, index: int = 0) -> np.random.Generator:
    """Return the generator of one stream; `index` tells its members apart (epoch, layer)."""
    return np.random.default_rng([seed, int(stream), index])
