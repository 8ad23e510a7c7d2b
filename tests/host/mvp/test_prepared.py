"""Blocks of prepared images and tables, written as firmware/kernels/mvp/prepared_layer.h lays them out."""

import numpy as np
import pytest
from launch_images import block, vendor_fully_connected

from host.errors import ModelError
from host.mvp import prepared

IMAGE = vendor_fully_connected(8, 2)


def test_images_and_tables_are_told_apart() -> None:
    as_image = prepared.read(block([IMAGE], role=3))
    assert (as_image.kernel, as_image.tables) == ("baseline", ())
    assert as_image.images == (prepared.PreparedImage(2, "prescale", IMAGE.tobytes()),)
    as_table = prepared.read(block([IMAGE], role=0x101))  # 69 values
    assert as_table.images == ()
    assert as_table.tables == (prepared.PreparedTable(2, "multipliers", IMAGE.tobytes()[: 2 * 69]),)


def test_layers_left_to_the_core_are_counted() -> None:
    words = np.frombuffer(block([IMAGE, IMAGE, IMAGE]), "<u4").copy()
    words[[9, 13, 17]] = 1, 2, 3  # the flags kChained, kOnCore and both
    found = prepared.read(words.tobytes())
    assert (found.layers, found.left_to_core) == (3, 2)


def test_what_follows_the_block_is_ignored() -> None:
    assert prepared.read(block([IMAGE]) + b"more") == prepared.read(block([IMAGE]))


@pytest.mark.parametrize("size", range(4, len(block([IMAGE])), 16))
def test_a_block_cut_short(size: int) -> None:
    with pytest.raises(ModelError, match="cut short"):
        prepared.read(block([IMAGE])[:size])


def test_offsets_outside_the_block() -> None:
    words = np.frombuffer(block([IMAGE]), "<u4").copy()
    for word in (5, 11, 14):  # layers, parts, contents
        damaged = words.copy()
        damaged[word] = 0xFFFFFFF0
        with pytest.raises(ModelError, match="cut short"):
            prepared.read(damaged.tobytes())
