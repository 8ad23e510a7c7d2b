"""Arrays in files: round trips, and one clear line for what is no array."""

import resource

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from host import array_file
from host.errors import DataError


@settings(max_examples=25, deadline=None)
@given(
    array=arrays.arrays(
        st.sampled_from([np.int8, np.float32]),
        arrays.array_shapes(max_dims=4),
        elements=st.integers(-128, 127),
    )
)
def test_round_trip(array, tmp_path_factory):
    path = tmp_path_factory.mktemp("arrays") / "x.npy"
    array_file.write(path, array)
    np.testing.assert_array_equal(array_file.read(path), array)
    np.testing.assert_array_equal(np.load(path), array)


@pytest.mark.parametrize("length", [0, 5, 60, 127, 200])
def test_a_cut_file_is_refused(tmp_path, length):
    path = tmp_path / "x.npy"
    array_file.write(path, np.arange(100, dtype=np.float32))
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DataError, match=r"x\.npy"):
        array_file.read(path)


def test_other_files_are_refused(tmp_path):
    archive = tmp_path / "archive.npy"
    with archive.open("wb") as file:
        np.savez(file, a=np.zeros(3))
    objects = tmp_path / "objects.npy"
    np.save(objects, np.array([{"a": 1}]), allow_pickle=True)
    longer = tmp_path / "longer.npy"
    np.save(longer, np.zeros(3))
    longer.write_bytes(longer.read_bytes() + b"x")
    for path in (archive, objects, longer, tmp_path, tmp_path / "missing.npy"):
        with pytest.raises(DataError) as caught:
            array_file.read(path)
        assert "\n" not in str(caught.value)


def test_a_header_that_promises_too_much_is_refused(tmp_path):
    path = tmp_path / "x.npy"
    array_file.write(path, np.zeros((3,), np.float32))
    path.write_bytes(
        path.read_bytes().replace(b"(3,), ", b"(9999999999999,), ", 1).replace(b" " * 12, b"", 1)
    )
    with pytest.raises(DataError):
        array_file.read(path)


def test_a_failed_write_leaves_nothing(tmp_path):
    place = tmp_path / "file"
    place.write_text("")
    with pytest.raises(DataError):
        array_file.write(place / "x.npy", np.zeros(3))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_no_room_is_said_as_the_system_says_it(tmp_path):
    # numpy's own writing would say "100000 requested and 12484 written", whatever the reason.
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(DataError, match=r"cannot write .*x\.npy: File too large"):
            array_file.write(tmp_path / "x.npy", np.zeros(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []
