"""The last profile of each board, model and kernel, kept as profile/1 for a later --compare."""

import json
import re
from pathlib import Path

from host import atomic
from host.project import BUILD_DIR
from host.report import profile_document
from host.report.profile_document import Profile

FOLDER = BUILD_DIR / "profiles"


def write(profile: Profile, folder: Path) -> Path:
    """Write a profile to BOARD-MODEL-KERNEL.json in a folder, in place of the last one; return the path.

    Raises:
        DataError: the disk is full or the folder not writable.
    """
    parts = (profile.board or profile.source, Path(profile.model_name).stem, profile.kernel)
    path = folder / ("-".join(re.sub(r"[^\w.]+", "_", part) for part in parts) + ".json")
    text = json.dumps(profile_document.document(profile), indent=2, allow_nan=False) + "\n"
    atomic.write_text(path, text)
    return path
