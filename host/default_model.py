"""The model that a command takes when none is named: the last one built, else the one that comes along."""

import json
from pathlib import Path

from host.errors import ModelError
from host.project import BUILD_DIR, ROOT

LAST_IMAGE = BUILD_DIR / "last_image.json"
PRETRAINED = ROOT / "host" / "model" / "pretrained" / "synthetic_int8.tflite"


def find(last_image: Path = LAST_IMAGE, pretrained: Path = PRETRAINED) -> Path:
    """Return the model's path.

    Args:
        last_image: What host.build wrote about the last image.
        pretrained: The model to take where nothing was built.

    Raises:
        ModelError: the record of the last build is damaged, or there is neither model.
    """
    try:
        path = ROOT / str(json.loads(last_image.read_text(encoding="utf-8"))["model_path"])
    except FileNotFoundError:
        path = pretrained
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"cannot read {last_image}: build again with python -m host.build") from error
    if not path.is_file():
        raise ModelError(f"no model named, and {path} does not exist: name a .tflite file")
    return path
