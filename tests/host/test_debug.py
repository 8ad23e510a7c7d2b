"""host.debug: its arguments, and what it says before it starts gdb."""

from pathlib import Path

import pytest
import served_board

from host import debug
from host.errors import HostError, ImageError, ProbeError


@pytest.fixture
def elf(tmp_path: Path) -> Path:
    return served_board.link(tmp_path)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--server", "image.elf"],
        ["--server", "-x", "script.gdb"],
        ["--server", "--", "-batch"],
        ["--frequency", "0"],
        ["--frequency", "fast"],
        ["one.elf", "two.elf"],
    ],
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        debug.main(arguments)
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_without_gdb(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, elf: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HostError, match="gdb-multiarch is not installed: tools/setup installs it"):
        debug.main([str(elf)])


@pytest.mark.parametrize(
    ("name", "contents", "message"),
    [
        ("missing.elf", None, r"missing\.elf"),
        ("cut.elf", b"\x7fELF and more", r"cut\.elf"),
        ("image.hex", b":020000040800F2\n:0400000001020304F2\n:00000001FF\n", r"image\.hex has no symbols"),
    ],
)
def test_images_without_symbols(tmp_path: Path, name: str, contents: bytes | None, message: str) -> None:
    if contents is not None:
        (tmp_path / name).write_bytes(contents)
    with pytest.raises(ImageError, match=message):
        debug.main([str(tmp_path / name)])


def test_no_probe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, elf: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(ProbeError, match="no debug probe of the brd2601b found"):
        debug.main([str(elf)])
