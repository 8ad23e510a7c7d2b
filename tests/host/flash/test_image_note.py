"""The note of images, laid out here by the ELF specification and the description in firmware/."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.errors import ImageError
from host.flash import image_note
from host.flash.image_note import ImageNote
from host.sim.image_file import Segment

BASE = 0x0800_0000
SHA256 = "0123456789abcdef" * 4
TEXTS = ("brd2601b", "EFR32MG24B310F1536IM48", "model_int8", SHA256, "console", "0.1.0")
BUILD_ID = bytes(range(20))
NOTE_AT, BUILD_ID_AT = BASE + 0x200, BASE + 0x180
NOTE = ImageNote(*TEXTS, build_id=BUILD_ID.hex())


def note(
    texts: tuple[str, ...] = TEXTS, kind: int = 1, name: bytes = b"Earshot\0", padding: int = 3
) -> bytes:
    content = struct.pack("<I", BUILD_ID_AT) + b"".join(text.encode() + b"\0" for text in texts)
    content += bytes(padding)
    return struct.pack("<III", len(name), len(content), kind) + name + content


def image(the_note: bytes, build_id: bytes | None = None, entry: int = NOTE_AT) -> bytes:
    """Vectors with the pointer in entry 8, the build id's note, and the note."""
    if build_id is None:
        build_id = struct.pack("<III", 4, 20, 3) + b"GNU\0" + BUILD_ID
    vectors = bytearray(0x170)
    struct.pack_into("<I", vectors, 0x20, entry)
    return bytes(vectors).ljust(0x180, b"\0") + build_id.ljust(0x80, b"\0") + the_note


def segments(data: bytes) -> tuple[Segment, ...]:
    return (Segment(BASE, data),)


def test_the_note_is_found_through_the_vector_table() -> None:
    assert image_note.find(segments(image(note()))) == NOTE


def test_where_an_image_is_to_begin() -> None:
    data = image(note())
    assert image_note.linked_at(data) == BASE
    assert image_note.linked_at(image(b"Earshot\0" + note(), entry=NOTE_AT + 8)) == BASE
    assert image_note.linked_at(image(bytes(40))) is None
    assert image_note.linked_at(b"Earshot\0") is None


def test_it_may_be_in_another_segment_than_the_vectors() -> None:
    data = image(note())
    parts = (Segment(BASE, data[:0x1A8]), Segment(NOTE_AT, data[0x200:]))
    assert image_note.find(parts) == NOTE


def test_zeros_behind_the_texts_are_padding() -> None:
    for padding in range(8):
        assert image_note.find(segments(image(note(padding=padding)))) == NOTE


def test_an_image_without_a_build_id() -> None:
    found = image_note.find(segments(image(note(), build_id=bytes(16))))
    assert found is not None
    assert found.build_id == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"short",
        bytes(0x400),
        b"\xff" * 0x400,
        image(note(), entry=0),
        image(note(), entry=0xFFFF_FFFF),
        image(note(), entry=BASE + 0x1000),
        image(note(name=b"Elsewho\0")),
        image(note())[:0x208],
    ],
    ids=["empty", "short", "zeros", "erased", "null", "all ones", "beyond", "another's", "cut in its header"],
)
def test_images_without_a_note(data: bytes) -> None:
    assert image_note.find(segments(data)) is None
    assert image_note.find(()) is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (image(note(kind=2)), "has form 2, and form 1 is known here"),
        (image(note())[:-10], "it is cut off"),
        (image(note(TEXTS[:5], padding=0)), "its texts are no texts"),
        (image(note((*TEXTS, "more"))), "its texts are no texts"),
        (image(note(("brd\x01", *TEXTS[1:]))), "its texts are no texts"),
        (image(note(("brdé", *TEXTS[1:]))), "its texts are no texts"),
        (image(note((*TEXTS[:3], "abc", *TEXTS[4:]))), "it has no SHA-256"),
        (image(note((*TEXTS[:5], "9" * 2000))), "it states 21"),
    ],
)
def test_damaged_notes_are_refused_in_one_line(data: bytes, why: str) -> None:
    with pytest.raises(ImageError, match=why) as caught:
        image_note.find(segments(data))
    assert "\n" not in str(caught.value)
    assert "0x08000200" in str(caught.value)
    assert image_note.read(memory(data), BASE, BASE + len(data)) is None  # on a part: remains of something


def memory(data: bytes) -> image_note.Read:
    def read(address: int, count: int) -> bytes:
        assert BASE <= address <= BASE + len(data) - count, f"{address:#x} is outside"
        return data[address - BASE :][:count]

    return read


def test_a_parts_flash_has_it_too() -> None:
    data = image(note())
    assert image_note.read(memory(data), BASE, BASE + len(data)) == NOTE


@given(st.binary(max_size=64), st.integers(0, 0x2E0))
def test_nothing_outside_flash_is_read_whatever_it_holds(junk: bytes, at: int) -> None:
    data = bytearray(image(note()))
    data[at : at + len(junk)] = junk
    data = data[:0x300]
    image_note.read(memory(bytes(data)), BASE, BASE + len(data))
