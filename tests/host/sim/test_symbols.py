"""Functions of images against the compiler's own listing (nm) and hand-written assembly."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.errors import ImageError
from host.sim import symbols
from host.sim.symbols import Function, FunctionTable

SOURCE = """
namespace app { __attribute__((noinline)) int Add(int a, int b) { return a * b; } }
extern "C" int first(int a) { return app::Add(a, 3) + 1; }
extern "C" int alias(int) __attribute__((alias("first")));
static __attribute__((used, noinline)) int hidden(int a) { return a - 1; }
int value = 7;
"""

ASSEMBLY = """
.syntax unified
.thumb
.text
.global first
.thumb_func
.type first, %function
first: nop
  nop
.thumb_func
.type second, %function
second: bx lr
  nop
"""


def test_names_are_demangled_and_sorted(link):
    table = symbols.read(link(SOURCE))
    assert {function.name for function in table.functions} == {"app::Add(int, int)", "alias", "hidden(int)"}
    begins = [function.begin for function in table.functions]
    assert begins == sorted(begins)
    assert all(begin % 2 == 0 for begin in begins)


def test_ranges_are_those_of_nm(link):
    elf = link(SOURCE)
    listing = subprocess.run(
        ["arm-none-eabi-nm", "-S", elf], capture_output=True, text=True, check=True
    ).stdout
    expected = {}
    for line in listing.splitlines():
        fields = line.split()
        if len(fields) == 4 and fields[2] in "tT":
            expected[fields[3]] = (int(fields[0], 16) & ~1, int(fields[1], 16))
    for function in symbols.read(elf, demangled=False).functions:
        assert expected[function.name] == (function.begin, function.end - function.begin)


def test_assembly_without_sizes_ends_at_the_next_function(link):
    table = symbols.read(link(ASSEMBLY, "-x", "assembler"))
    assert [(f.name, f.end - f.begin) for f in table.functions] == [("first", 4), ("second", 4)]


def test_addresses_are_found_in_their_function():
    table = FunctionTable((Function("a", 0x100, 0x110), Function("b", 0x120, 0x130)))
    found = {address: table.at(address) for address in (0xFF, 0x100, 0x10E, 0x110, 0x120, 0x130)}
    assert {address: f.name if f else None for address, f in found.items()} == {
        0xFF: None,
        0x100: "a",
        0x10E: "a",
        0x110: None,
        0x120: "b",
        0x130: None,
    }


@given(st.integers(0, 0xFFFF_FFFF))
def test_an_empty_table_knows_nothing(address):
    assert FunctionTable(()).at(address) is None


def test_without_demangler_names_stay(monkeypatch):
    monkeypatch.setattr(symbols, "DEMANGLERS", ("no-such-program",))
    assert symbols.demangle(["_ZN3app3AddEii"]) == ["_ZN3app3AddEii"]


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"\x7fELF" + bytes(200), b"no image at all"])
def test_what_is_no_image_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "bad.elf"
    path.write_bytes(content)
    with pytest.raises(ImageError, match="ELF file"):
        symbols.read(path)


def test_a_cut_image_is_refused_or_read(link, tmp_path: Path):
    whole = link(SOURCE).read_bytes()
    path = tmp_path / "cut.elf"
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(ImageError):
            symbols.read(path)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ImageError, match=r"cannot read .*none\.elf"):
        symbols.read(tmp_path / "none.elf")
