"""With TFLM_ROOT, application and MVP kernels are compiled and linked against a TFLM outside of this project.

TFLM's sources are in no package registry. The runtime of this project stands in, moved to another folder: its
headers, and one object that hides what TFLM has not.
"""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import tflite_models
from golden_comparison import compare

from host import atomic, native, native_executable
from host.project import BUILD_DIR, ROOT

TFLM = ROOT / "firmware" / "tflm"
BUILT = BUILD_DIR / "host-sanitize"
HEADERS = ("arena.h", "runtime_context.h", "options/parsers.h")
"""Which the interpreter's headers include."""
HIDDEN = ("_ZN7kernels", "_ZN7earshot11VerifyModel", "_ZN7earshot16ReadWeightLayout")


def run(*command: str | Path, timeout: int = 300) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def install(root: Path) -> Path:
    """Make an installation from the libraries that are built, and return its folder."""
    include = root / "include"
    for folder in ("tensorflow", "flatbuffers"):
        shutil.copytree(TFLM / folder, include / folder, ignore=shutil.ignore_patterns("*.cc"))
    for header in HEADERS:
        (include / header).parent.mkdir(exist_ok=True)
        shutil.copy(TFLM / header, include / header)
    libraries = [
        BUILT / "firmware" / "tflm" / "libearshot_tflm.a",
        BUILT / "firmware" / "kernels" / "reference" / "libearshot_kernels_reference.a",
    ]
    together = root / "tflm.o"
    run("ld", "-r", "--whole-archive", *libraries, "-o", together)
    symbols = [line.split() for line in run("nm", "--defined-only", together).splitlines()]
    (root / "hidden").write_text(
        "".join(f"{name}\n" for _, kind, name in symbols if kind == "T" and name.startswith(HIDDEN))
    )
    run("objcopy", f"--localize-symbols={root / 'hidden'}", together)
    (root / "lib").mkdir()
    run("ar", "rcs", root / "lib" / "libtensorflow-microlite.a", together)
    return root


def configure(build: Path, root: Path) -> tuple[str, ...]:
    options = ("-DEARSHOT_TARGET=host", "-DEARSHOT_SANITIZE=ON", f"-DTFLM_ROOT={root}")
    return ("cmake", "-S", str(ROOT), "-B", str(build), "-G", "Ninja", *options)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory, sanitized_host: Path) -> Path:
    """The build folder of a host build against an installation."""
    assert sanitized_host.is_file()
    folder = tmp_path_factory.mktemp("outside")
    build = folder / "build"
    run(*configure(build, install(folder / "tflm")))
    run("ninja", "-C", build, "-j", "2", "earshot_host")
    return build


def test_answers_as_tflite_micro_does(outside):
    compare(tflite_models.autoencoder_int8(per_channel=True), 3, outside / "earshot_host")


@pytest.mark.parametrize("kernel", ["baseline", "fast"])
def test_kernels_of_the_accelerator_run_in_it(outside, sanitized_host, kernel):
    inputs = np.random.default_rng(1).integers(-128, 128, (3, 640), np.int8)
    answers = []
    for executable in (outside / "earshot_host", sanitized_host):
        with atomic.work_folder() as folder:
            (folder / "model.tflite").write_bytes(tflite_models.autoencoder_int8())
            (folder / "inputs").write_bytes(inputs.tobytes())
            command = [str(executable), "run", str(folder / "model.tflite"), "--kernel", kernel]
            command += ["--cycle-model", native.DEFAULT_CYCLE_MODEL, "--count", str(len(inputs))]
            command += ["--inputs", str(folder / "inputs"), "--outputs", str(folder / "outputs")]
            native_executable.call(command, 60.0)
            answers.append((folder / "outputs").read_bytes())
    assert answers[0] == answers[1]
    assert len(answers[0]) == inputs.size


def test_application_and_kernels_read_no_tensorflow_of_this_project(outside):
    reads: dict[str, list[str]] = {}
    for line in run("ninja", "-C", outside, "-t", "deps").splitlines():
        if line and not line.startswith(" "):
            target = line.split(":")[0]
        elif line:
            reads.setdefault(target, []).append(line.strip())
    using = {target for target, files in reads.items() if any("/tensorflow/lite/" in name for name in files)}
    own = {target for target in using if any(str(TFLM / "tensorflow") in name for name in reads[target])}
    assert any("application.cc" in target for target in using)
    assert any("kernels/mvp/CMakeFiles" in target for target in using)
    assert {target.split("/CMakeFiles/")[1].split(".dir/")[0] for target in own} == {"earshot_model_checks"}


@pytest.mark.parametrize(("present", "missing"), [(False, "TFLM_INCLUDE_DIR"), (True, "TFLM_LIBRARY")])
def test_an_installation_without_headers_or_library_is_named(tmp_path, present, missing):
    if present:
        shutil.copytree(TFLM / "tensorflow", tmp_path / "tflm" / "include" / "tensorflow")
    command = configure(tmp_path / "build", tmp_path / "tflm")
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0
    assert f"Could not find {missing}" in done.stderr
