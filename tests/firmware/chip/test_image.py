"""The linked image, section by section and vector by vector, against the hardware description."""

import hashlib
import io
import itertools
import struct
import subprocess
from pathlib import Path

import pytest
import tflite_models
from elftools.elf.elffile import ELFFile

import host
from host import boards, native
from host.firmware_build import image
from host.flash import image as flash_image
from host.flash import image_note
from host.project import BUILD_DIR, ROOT
from host.sim import image_file
from host.tflite import reader

FLASH = range(0x08000000, 0x08180000)
RAM = range(0x20000000, 0x20040000)
MODEL = tflite_models.chain(37, [tflite_models.Layer(11), tflite_models.Layer(5)])

# What would need a heap, exceptions, RTTI or the C library's streams.
FORBIDDEN = {
    *("malloc", "_malloc_r", "calloc", "realloc", "free", "_free_r", "_sbrk", "sbrk"),
    *("_Znwj", "_Znaj", "__cxa_throw", "__cxa_allocate_exception", "__dynamic_cast"),
    *("printf", "vsnprintf", "_vfprintf_r", "_svfprintf_r", "_write", "exit", "_exit"),
}


@pytest.fixture(scope="module")
def elf(tmp_path_factory: pytest.TempPathFactory, sanitized_host: Path) -> ELFFile:
    path = tmp_path_factory.mktemp("model") / "small.tflite"
    path.write_bytes(MODEL)
    built = image.build(
        boards.load("xg24"), path, "baseline", BUILD_DIR / "test-images", preset=sanitized_host.parent.name
    )
    return ELFFile(io.BytesIO(built.elf.read_bytes()))


def symbols(elf: ELFFile) -> dict[str, int]:
    return {symbol.name: symbol["st_value"] for symbol in elf.get_section_by_name(".symtab").iter_symbols()}


def vectors(elf: ELFFile) -> tuple[int, ...]:
    section = elf.get_section_by_name(".text")
    assert section["sh_addr"] == FLASH.start
    return struct.unpack("<92I", section.data()[: 92 * 4])


def test_image_is_for_a_32_bit_arm_core(elf: ELFFile) -> None:
    assert (elf["e_machine"], elf.elfclass, elf.little_endian) == ("EM_ARM", 32, True)
    assert elf["e_entry"] == symbols(elf)["ResetHandler"]


def test_vector_table_lies_at_the_start_of_flash_and_has_92_entries(elf: ELFFile) -> None:
    table = next(
        symbol for symbol in elf.get_section_by_name(".symtab").iter_symbols() if symbol.name == "kVectors"
    )
    assert (table["st_value"], table["st_size"]) == (0x08000000, 368)


def test_initial_stack_is_the_top_of_ram(elf: ELFFile) -> None:
    assert vectors(elf)[0] == RAM.stop


def test_every_handler_is_thumb_code_in_flash(elf: ELFFile) -> None:
    text = elf.get_section_by_name(".text")
    code = range(text["sh_addr"] + 368, text["sh_addr"] + text["sh_size"])
    table = vectors(elf)
    for entry in range(1, 92):
        # Section 2.1: 0x20..0x28 are reserved, 0x34 is a bootloader's pointer.
        if entry == 8:
            assert table[entry] == elf.get_section_by_name(".note.earshot")["sh_addr"]
        elif entry in (9, 10, 13):
            assert table[entry] == 0
        else:
            assert table[entry] & 1, f"entry {entry} has no thumb bit"
            assert table[entry] - 1 in code, f"entry {entry} is {table[entry]:#010x}"


@pytest.mark.parametrize(
    ("offset", "handler"),
    [
        (0x04, "ResetHandler"),
        (0x0C, "FaultEntry"),
        (0x14, "FaultEntry"),
        (0x3C, "SysTickHandler"),
        (0x6C, "SerialReceiveHandler"),
        (0x7C, "FaultEntry"),
    ],
)
def test_vectors_stand_at_their_offsets(elf: ELFFile, offset: int, handler: str) -> None:
    # A function's symbol carries the thumb bit, as its vector must.
    assert vectors(elf)[offset // 4] == symbols(elf)[handler]


def test_sections_lie_in_their_memories(elf: ELFFile) -> None:
    for section in elf.iter_sections():
        if section["sh_flags"] & 2 and section["sh_size"]:
            memory = RAM if section.name in (".data", ".bss", ".noinit", ".arena", ".stack") else FLASH
            assert section["sh_addr"] in memory, section.name
            assert section["sh_addr"] + section["sh_size"] - 1 in memory, section.name


def test_everything_loaded_lies_in_flash(elf: ELFFile) -> None:
    loaded = [
        segment for segment in elf.iter_segments() if segment["p_type"] == "PT_LOAD" and segment["p_filesz"]
    ]
    assert loaded
    for segment in loaded:
        assert segment["p_paddr"] in FLASH
        assert segment["p_paddr"] + segment["p_filesz"] - 1 in FLASH


def test_stack_ends_at_the_top_of_ram_and_its_limit_is_known(elf: ELFFile) -> None:
    stack = elf.get_section_by_name(".stack")
    assert stack["sh_addr"] + stack["sh_size"] == RAM.stop
    assert symbols(elf)["__stack_limit"] == stack["sh_addr"]


def test_model_section_is_the_model_file(elf: ELFFile) -> None:
    section = elf.get_section_by_name(".model")
    assert section["sh_addr"] % 16 == 0
    assert section.data() == MODEL


def test_arena_is_aligned_and_not_loaded(elf: ELFFile) -> None:
    arena = elf.get_section_by_name(".arena")
    assert arena["sh_addr"] % 16 == 0
    assert arena["sh_type"] == "SHT_NOBITS"


def test_image_has_no_heap_exceptions_or_streams(elf: ELFFile) -> None:
    assert symbols(elf).keys() & FORBIDDEN == set()


def test_build_id_can_be_read_by_the_firmware(elf: ELFFile) -> None:
    names = symbols(elf)
    note = elf.get_section_by_name(".note.gnu.build-id")
    assert names["__build_id_start"] == note["sh_addr"] in FLASH
    assert names["__build_id_end"] - names["__build_id_start"] == note["sh_size"] == 16 + 20


def test_a_note_says_what_the_image_is(elf: ELFFile) -> None:
    section = elf.get_section_by_name(".note.earshot")
    header, content = section.data()[:20], section.data()[20:]
    assert header == struct.pack("<III8s", 8, len(content), 1, b"Earshot")
    assert section["sh_type"] == "SHT_NOTE"
    assert int.from_bytes(content[:4], "little") == symbols(elf)["__build_id_start"]
    texts = content[4:].rstrip(b"\0").decode().split("\0")
    sha256 = hashlib.sha256(MODEL).hexdigest()
    assert texts == ["brd2601b", "EFR32MG24B310F1536IM48", "small", sha256, "console", host.__version__]


def test_an_image_has_no_gaps(elf: ELFFile) -> None:
    loaded = [
        segment for segment in elf.iter_segments() if segment["p_type"] == "PT_LOAD" and segment["p_filesz"]
    ]
    for segment, following in itertools.pairwise(sorted(loaded, key=lambda segment: segment["p_paddr"])):
        assert segment["p_paddr"] + segment["p_filesz"] == following["p_paddr"]


def test_the_note_is_read_from_elf_hex_and_binary_files(elf: ELFFile, tmp_path: Path) -> None:
    whole = tmp_path / "image.elf"
    whole.write_bytes(elf.stream.getvalue())
    build_id = image_file.read(whole).build_id
    notes = []
    for suffix, form in ((".elf", None), (".hex", "ihex"), (".bin", "binary")):
        path = whole.with_suffix(suffix)
        if form is not None:
            subprocess.run(["arm-none-eabi-objcopy", "-O", form, whole, path], check=True, timeout=60)
        notes.append(image_note.find(flash_image.read(path).segments))
    assert notes[0] is not None
    assert (notes[0].board, notes[0].model, notes[0].build_id) == ("brd2601b", "small", build_id)
    assert notes == notes[:1] * 3


def test_fault_record_is_neither_cleared_nor_loaded(elf: ELFFile) -> None:
    names = symbols(elf)
    assert not names["__bss_start"] <= names["g_fault_record"] < names["__bss_end"]
    assert elf.get_section_by_name(".noinit")["sh_type"] == "SHT_NOBITS"


def test_no_path_of_this_machine_is_in_the_image(elf: ELFFile) -> None:
    for segment in elf.iter_segments():
        assert str(ROOT).encode() not in segment.data()


def test_prepared_layers_lie_in_flash_between_code_and_model(elf: ELFFile, sanitized_host: Path) -> None:
    images, text, model = (elf.get_section_by_name(name) for name in (".mvp_images", ".text", ".model"))
    prepared = native.prepare(reader.parse(MODEL, "small"), "baseline", sanitized_host)
    assert images.data() == prepared
    assert images["sh_addr"] % 16 == 0
    assert text["sh_addr"] < images["sh_addr"] < model["sh_addr"]
    assert images["sh_addr"] + images["sh_size"] in FLASH


def test_weights_take_no_ram_unless_asked_for(elf: ELFFile) -> None:
    section = elf.get_section_by_name(".weights")
    assert section is None or section["sh_size"] == 0
