from itertools import combinations

import numpy as np

from host.model.seeding import Stream, generator


def test_a_stream_repeats_itself() -> None:
    first = generator(7, Stream.ORDER, 3).integers(2**31, size=8)
    np.testing.assert_array_equal(first, generator(7, Stream.ORDER, 3).integers(2**31, size=8))


def test_seeds_streams_and_indices_differ() -> None:
    drawn = [
        generator(seed, stream, index).integers(2**62)
        for seed in range(3)
        for stream in Stream
        for index in range(3)
    ]
    assert all(a != b for a, b in combinations(drawn, 2))
