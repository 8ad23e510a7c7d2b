"""Launch images: the 69 words for registers 0x064 to 0x174 that describe a program and start it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from host.errors import UsageError
from host.mvp import registers

Image = Sequence[int] | NDArray[np.uint32] | bytes | bytearray
"""A launch image: 69 words for 0x064…0x174, or their bytes, little-endian."""


def image_words(image: Image) -> NDArray[np.uint32]:
    """Return a launch image as little-endian words, uint32 [69], a copy.

    Raises:
        UsageError: these are not 69 words of 32 bits.
    """
    try:
        if isinstance(image, bytes | bytearray):
            words = np.frombuffer(image, "<u4").copy()
        else:
            words = np.array(image, "<u4")
    except (ValueError, OverflowError, TypeError) as error:
        raise UsageError(f"not a launch image: {error}") from error
    if words.shape != (registers.IMAGE_WORDS,):
        raise UsageError(f"a launch image has {registers.IMAGE_WORDS} words, this has {words.size}")
    return words
