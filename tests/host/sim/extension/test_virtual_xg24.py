"""The optional distribution: stubs that tell the truth, the pinned library, and what is said without it."""

import ast
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from host.errors import BuildError
from host.project import ROOT
from host.sim import installation

STUBS = ROOT / "host" / "sim" / "extension" / "virtual_xg24" / "_core.pyi"

virtual_xg24 = pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")


def members(body: list[ast.stmt]) -> set[str]:
    named = {item.name for item in body if isinstance(item, ast.FunctionDef | ast.ClassDef)}
    return named | {
        item.target.id
        for item in body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    }


def test_stubs_name_what_there_is_and_nothing_else() -> None:
    from virtual_xg24 import _core

    tree = ast.parse(STUBS.read_text())
    classes = {item.name: item for item in tree.body if isinstance(item, ast.ClassDef)}
    assert classes.keys() == {name for name in dir(_core) if not name.startswith("_")}
    for name, stub in classes.items():
        real = {member for member in vars(getattr(_core, name)) if not member.startswith("_")}
        assert members(stub.body) - {"__init__"} == real, name


def test_the_library_is_that_of_the_pinned_package() -> None:
    path = virtual_xg24.unicorn_library()
    assert path.name == "libunicorn.so.2"
    assert str(path) in Path("/proc/self/maps").read_text()
    assert metadata.version("unicorn") == virtual_xg24.UNICORN_VERSION


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_xg24.metadata, "version", lambda name: "2.2.0")
    with pytest.raises(
        ImportError, match=r"unicorn 2\.2\.0 is installed, the virtual xG24 needs 2\.1\.4: pip"
    ):
        virtual_xg24.unicorn_library()


def test_a_missing_package_or_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_xg24, "LIBRARY", "libnothing.so")
    with pytest.raises(ImportError, match=r"libnothing\.so is missing"):
        virtual_xg24.unicorn_library()
    monkeypatch.setattr(virtual_xg24.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"unicorn is not installed: pip install unicorn==2\.1\.4"):
        virtual_xg24.unicorn_library()


def test_without_the_distribution_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "virtual_xg24", None)
    with pytest.raises(BuildError, match=r"is not installed .*: run tools/setup, or ") as caught:
        installation.simulator()
    assert "\n" not in str(caught.value)


def test_commands_without_a_simulator_never_load_it() -> None:
    code = "import sys, host.run, host.profile, host.sim.__main__; print('virtual_xg24' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
