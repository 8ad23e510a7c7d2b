"""The C initializer, read back."""

import time

from hypothesis import given
from hypothesis import strategies as st

from host.codegen import c_array


def values(text: str) -> bytes:
    return bytes(int(item) for item in text.replace("\n", "").replace(" ", "").split(",") if item)


@given(st.binary(max_size=200))
def test_reads_back(data):
    assert values(c_array.initializer(data)) == data


@given(st.binary(max_size=50).map(lambda data: data * 4))
def test_words_read_back(data):
    text = c_array.word_initializer(data)
    words = [int(word, 16) for word in text.replace("\n", "").replace(" ", "").split(",") if word]
    assert b"".join(word.to_bytes(4, "little") for word in words) == data
    assert max((len(line) for line in text.splitlines()), default=0) <= 110


def test_lines_are_short():
    text = c_array.initializer(bytes(range(256)) * 4)
    assert max(len(line) for line in text.splitlines()) <= 110


def test_a_whole_model_takes_no_time():
    data = bytes(range(256)) * 1_100  # 281,600 bytes, as large as the autoencoder
    start = time.process_time()
    text = c_array.initializer(data)
    # A template's loop took seconds; this is some 20 ms, with room for a slow machine.
    assert time.process_time() - start < 0.5
    assert values(text) == data
