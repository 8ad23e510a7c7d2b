"""One self-contained HTML page from the figures of a run folder: accuracy, sizes, cycles per layer."""

import base64
import json
from pathlib import Path
from typing import Any

import jinja2

from host.errors import ModelError

SCHEMAS = {
    "evaluation": "evaluation/1",
    "build": "build/1",
    "profile": "profile/1",
}
"""The documents that the page is made from, RUN/NAME.json, with the schema each must state."""


def render(run: Path) -> str:
    """Return the page for the run folder `run`; a part whose file is missing is named as missing.

    Raises:
        ModelError: the folder has none of the files, or one of them is damaged or of another schema.
    """
    documents = {name: _document(run / f"{name}.json", schema) for name, schema in SCHEMAS.items()}
    if not any(documents.values()):
        raise ModelError(
            f"{run} holds no figures yet: run host.evaluate, host.build or host.profile with --json"
        )
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["grouped"] = _grouped
    try:
        return environment.get_template("report.html.jinja").render(
            run=run.name,
            missing=[name for name, document in documents.items() if document is None],
            plots=[(path.stem.replace("_", " "), _data_url(path)) for path in sorted(run.glob("*.png"))],
            **documents,
        )
    except (jinja2.UndefinedError, TypeError, ValueError) as error:
        files = ", ".join(f"{name}.json" for name, document in documents.items() if document is not None)
        raise ModelError(
            f"a figure is missing or odd in {run} ({files}): {error}; make it again with --json"
        ) from error


def _document(path: Path, schema: str) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot read {path}: {error}; make it again with --json") from error
    if not isinstance(document, dict) or document.get("schema") != schema:
        raise ModelError(f"{path} is not of schema {schema}: make it again with this version")
    return document


def _data_url(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()


def _grouped(value: float | None, digits: int = 0) -> str:
    """Format a number with thousands separated by narrow spaces; None, the unknown, as a dash."""
    if value is None:
        return "–"
    return f"{value:,.{digits}f}".replace(",", "\u202f")
