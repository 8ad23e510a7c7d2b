"""Lines of a compiled program, against what its source and objdump's line table say."""

import re
import subprocess
from pathlib import Path

import pytest

from host.errors import ImageError
from host.sim import coverage, symbols
from host.sim.coverage import FileCoverage, FunctionHits
from host.sim.recording import Block

SOURCE = """\
extern "C" int never(int a) {
  return a * 3;
}
extern "C" int first(int a) {
  if (a > 3) {
    return never(a + 1);
  }
  return a;
}
"""


def _blocks_of(name: str, elf: Path, executions: int) -> tuple[Block, ...]:
    functions = symbols.read(elf).functions
    return tuple(Block(f.begin, f.end - f.begin, 1, executions, 1) for f in functions if f.name == name)


def test_rows_are_those_of_objdump(link):
    elf = link(SOURCE, "-O0", "-g")
    listing = subprocess.run(
        ["arm-none-eabi-objdump", "--dwarf=decodedline", elf], capture_output=True, text=True, check=True
    ).stdout
    expected = set()
    for line in listing.splitlines():
        match = re.match(r"\S*program\.cc\s+(\d+)\s+(0x[0-9a-f]+|0)\b", line)
        if match:
            expected.add((int(match[1]), int(match[2], 16)))
    found = {(start.line, start.address) for start in coverage.line_starts(elf)}
    assert found
    assert found <= expected


@pytest.mark.parametrize("version", ["-gdwarf-4", "-gdwarf-5"])
def test_lines_of_executed_functions_count(link, tmp_path, version):
    elf = link(SOURCE, "-O0", "-g", version)
    files = coverage.coverage(
        coverage.line_starts(elf), _blocks_of("first", elf, 5), symbols.read(elf), tmp_path
    )
    (file,) = files
    assert file.path == str((tmp_path / "program.cc").resolve())
    assert dict(file.lines) == {1: 0, 2: 0, 3: 0, 4: 5, 5: 5, 6: 5, 8: 5, 9: 5}
    assert set(file.functions) == {FunctionHits("never", 1, 0), FunctionHits("first", 4, 5)}
    assert file.executed == 5


def test_overlapping_blocks_add_up(link, tmp_path):
    elf = link(SOURCE, "-O0", "-g")
    begin = next(f.begin for f in symbols.read(elf).functions if f.name == "first")
    blocks = (Block(begin, 8, 4, 3, 3), Block(begin + 4, 4, 2, 2, 2))
    (file,) = coverage.coverage(coverage.line_starts(elf), blocks, symbols.read(elf), tmp_path)
    assert file.functions[1].hits == 3
    assert max(hits for _, hits in file.lines) in (3, 5)


def test_paths_that_were_mapped_away_start_at_the_root(link, tmp_path):
    elf = link(
        SOURCE, "-O0", "-g", f"-ffile-prefix-map={tmp_path}=.", f"-fdebug-prefix-map={Path.cwd()}=build"
    )
    (file,) = coverage.coverage(coverage.line_starts(elf), (), symbols.read(elf), tmp_path)
    assert file.path == str((tmp_path / "program.cc").resolve())


def test_files_outside_of_the_root_are_left_out(link, tmp_path):
    elf = link(SOURCE)
    other = tmp_path / "other"
    other.mkdir()
    assert coverage.coverage(coverage.line_starts(elf), (), symbols.read(elf), other) == ()


def test_the_tracefile_has_lcovs_records():
    files = (FileCoverage("/p/a.cc", ((3, 0), (4, 7)), (FunctionHits("f(int)", 3, 7),)),)
    assert coverage.lcov(files) == (
        "TN:\nSF:/p/a.cc\nFN:3,f(int)\nFNDA:7,f(int)\nFNF:1\nFNH:1\nDA:3,0\nDA:4,7\nLF:2\nLH:1\nend_of_record\n"
    )


def test_an_image_without_lines_is_refused(link):
    with pytest.raises(ImageError, match="no line table"):
        coverage.line_starts(link(SOURCE, "-O1", "-g0"))


def test_damaged_images_are_refused(link, tmp_path):
    whole = link(SOURCE).read_bytes()
    path = tmp_path / "cut.elf"
    for length in range(0, len(whole), 131):
        path.write_bytes(whole[:length])
        with pytest.raises(ImageError):
            coverage.line_starts(path)
