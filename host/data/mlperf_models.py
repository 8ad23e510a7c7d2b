"""MLPerf Tiny's published anomaly detectors (`ad01`), by address and pinned hash.

int8 with int8 ends, as submissions run it, and float32. The folder they come from is licensed MIT (2020
Hitachi, Ltd.), the project Apache-2.0. They were trained on ToyCar recordings: see the data set's licence.
"""

from dataclasses import dataclass
from pathlib import Path

from host.data.content_index import content_hash
from host.data.download import RemoteFile, download
from host.data.transfer import OnBytes, Patience

COMMIT = "1afd2c9820f795965a6134facd0b4dfae41ef23f"
BASE_URL = f"https://raw.githubusercontent.com/mlcommons/tiny/{COMMIT}"
FOLDER = "benchmark/training/anomaly_detection/trained_models"


@dataclass(frozen=True)
class PublishedModel:
    """A model file with its size in bytes and SHA-256."""

    name: str
    size: int
    sha256: str


MODELS = (
    PublishedModel(
        "ad01_int8.tflite", 276_976, "87cf24194ef93d1d9b11a591d805526b98008e351655d29883c825c9c106ba24"
    ),
    PublishedModel(
        "ad01_fp32.tflite", 1_067_648, "c66636f4d7f8af8b10518e7be750a22c9d8d46ec97326b40b0d94c097e0aad9b"
    ),
)


def fetch(
    folder: Path,
    base_url: str = BASE_URL,
    on_bytes: OnBytes | None = None,
    patience: Patience | None = None,
) -> tuple[Path, ...]:
    """Return the paths of the models in `folder`, in the order of MODELS; what is missing is downloaded.

    Raises:
        DataError: no network, another file than the pinned one, or a full disk.
    """
    paths = []
    for model in MODELS:
        path = folder / model.name
        if content_hash(path) != model.sha256:
            remote = RemoteFile(
                f"{base_url}/{FOLDER}/{model.name}",
                model.size,
                sha256=model.sha256,
                otherwise=f", or put the file to {path} yourself",
            )
            download(remote, path, on_bytes, patience)
        paths.append(path)
    return tuple(paths)
