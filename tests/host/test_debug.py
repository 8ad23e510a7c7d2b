"""host.debug: its arguments, and what it says before it starts gdb."""

from pathlib import Path

import pytest

from host import debug
from host.errors import HostError, ImageError, ProbeError


@pytest.fixture
def elf(tmp_path: Path) -> Path:
    path = tmp_path / "program.elf"
    path.write_bytes(b"\x7fELF and more")
    return path


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


def test_images_without_symbols(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"cannot read .*missing.elf: No such file"):
        debug.main([str(tmp_path / "missing.elf")])
    (tmp_path / "image.hex").write_text(":00000001FF\n")
    with pytest.raises(
        ImageError, match=r"image.hex is no ELF file: gdb takes symbols from the .elf beside it"
    ):
        debug.main([str(tmp_path / "image.hex")])


def test_no_probe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, elf: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(ProbeError, match="no debug probe of the brd2601b found"):
        debug.main([str(elf)])
