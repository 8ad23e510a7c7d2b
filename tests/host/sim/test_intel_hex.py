"""Intel HEX: what binutils writes, and what is wrong with damaged files."""

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.sim import intel_hex
from host.sim.intel_hex import Piece

END = ":00000001FF\n"


def record(address: int, kind: int, data: bytes) -> str:
    body = bytes([len(data)]) + address.to_bytes(2, "big") + bytes([kind]) + data
    return f":{(body + bytes([-sum(body) % 256])).hex().upper()}\n"


def test_reads_what_objcopy_writes(tmp_path: Path) -> None:
    assert shutil.which("objcopy"), "objcopy is missing: run tools/setup"
    data = bytes(range(256)) * 300
    (tmp_path / "x.bin").write_bytes(data)
    command = ["objcopy", "-I", "binary", "-O", "ihex", "--change-addresses", "0x08000100"]
    subprocess.run([*command, tmp_path / "x.bin", tmp_path / "x.hex"], check=True)
    assert intel_hex.parse((tmp_path / "x.hex").read_text()) == (Piece(0x0800_0100, data),)


def test_segment_bases_count_by_16() -> None:
    text = record(0, 2, b"\x10\x00") + record(0x20, 0, b"ab") + END
    assert intel_hex.parse(text) == (Piece(0x10020, b"ab"),)


def test_start_addresses_say_nothing_about_data() -> None:
    text = record(0, 0, b"a") + record(0, 5, b"\x08\0\0\0") + record(0, 3, b"\0\0\0\0") + END
    assert intel_hex.parse(text) == (Piece(0, b"a"),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no end record"),
        (record(0, 0, b"a"), "no end record"),
        ("hello\n", "line 1 is no record"),
        (":zz\n", "line 1 is no record"),
        (":0000\n", "line 1 is no record"),
        (":0100000041BF\n" + END, "line 1 has a wrong checksum"),
        (":0200000041BD\n" + END, "line 1 has another length"),
        (record(0, 9, b"") + END, "unknown type 9"),
        (record(0, 4, b"\x08") + END, "base address of 1 bytes"),
        (END + record(0, 0, b"a"), "line 2 follows the end record"),
        (record(0, 0, b"ab") + record(1, 0, b"c") + END, "two records write address 0x00000001"),
    ],
)
def test_damage_is_named(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        intel_hex.parse(text)


@given(st.text(alphabet=":0123456789ABCDEFabcdef\n ", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        intel_hex.parse(text)
