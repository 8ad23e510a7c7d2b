"""Launch images: what is one, and that callers keep their own."""

import numpy as np
import pytest

from host.errors import UsageError
from host.mvp import image_words

WORDS = np.arange(69, dtype=np.uint32)


@pytest.mark.parametrize("image", [WORDS, WORDS.tolist(), WORDS.tobytes(), bytearray(WORDS.tobytes())])
def test_words_and_bytes_are_images(image) -> None:
    assert np.array_equal(image_words(image), WORDS)


def test_image_words_copies() -> None:
    words = WORDS.copy()
    image_words(words)[0] = 1
    assert words[0] == 0


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ([0] * 68, "a launch image has 69 words, this has 68"),
        (WORDS.reshape(3, 23), "a launch image has 69 words"),
        (b"abc", "not a launch image"),
        ([-1] * 69, "not a launch image"),
        (["R0"] * 69, "not a launch image"),
    ],
)
def test_everything_else_is_refused(image, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        image_words(image)
