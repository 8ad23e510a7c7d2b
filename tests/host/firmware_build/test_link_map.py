"""The linker's map: bytes of flash by library, and sizes of symbols."""

import shutil
import subprocess
from pathlib import Path

import pytest

from host import boards
from host.errors import BuildError
from host.firmware_build import link_map

MEMORY = boards.load("brd2601b").memory
MAP = """
Discarded input sections

 .text.never    0x00000000      0x111 firmware/tflm/libearshot_tflm.a(a.cc.obj)

Linker script and memory map

.text           0x08000400     0x2000
 *(SORT_BY_ALIGNMENT(.text*))
 .text.short    0x08000400       0x10 firmware/tflm/libearshot_tflm.a(a.cc.obj)
                0x08000400                short()
 .text._ZN6tflite13MicroProfiler10BeginEventEPKc
                0x08000410       0x20 firmware/tflm/libearshot_tflm.a(b.cc.obj)
 *fill*         0x08000430        0x4
 .text.other    0x08000434        0x8 /usr/lib/arm-none-eabi/lib/libc.a(memcpy.o)
 .text.main     0x0800043c       0x40 firmware/app/CMakeFiles/earshot.dir/main.cc.obj
 .rodata.str1.4
                0x08000480       0x33 firmware/kernels/mvp/libkernels_mvp.a(c.cc.obj)
                                 0x44 (size before relaxing)
 .bss.buffer    0x20000000      0x400 firmware/tflm/libearshot_tflm.a(b.cc.obj)
 .debug_info    0x00000000     0x5000 firmware/tflm/libearshot_tflm.a(b.cc.obj)
"""


def test_what_lies_in_flash_counts_for_its_library(tmp_path: Path) -> None:
    path = tmp_path / "earshot.map"
    path.write_text(MAP)
    assert link_map.flash_by_library(path, MEMORY) == {"earshot_tflm": 0x30, "c": 8, "kernels_mvp": 0x33}


def test_another_file_is_no_map(tmp_path: Path) -> None:
    path = tmp_path / "earshot.map"
    path.write_text("nothing")
    with pytest.raises(BuildError, match="is no map of GNU ld: build the image again"):
        link_map.flash_by_library(path, MEMORY)
    with pytest.raises(BuildError, match="cannot read the linker's map"):
        link_map.flash_by_library(tmp_path / "missing.map", MEMORY)


def test_sizes_of_symbols(tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    assert compiler is not None
    source = tmp_path / "objects.c"
    source.write_text(
        "char small[5]; int large[25]; static char hidden[3]; char *use(void) { return hidden; }\n"
    )
    elf = tmp_path / "objects.o"
    subprocess.run([compiler, "-c", str(source), "-o", str(elf)], check=True)
    assert link_map.symbol_sizes(elf, ("small", "large", "hidden")) == {"small": 5, "large": 100, "hidden": 3}
    with pytest.raises(BuildError, match="has no symbol absent: build the image again"):
        link_map.symbol_sizes(elf, ("small", "absent"))
    with pytest.raises(BuildError, match="cannot read the image"):
        link_map.symbol_sizes(source, ("small",))
