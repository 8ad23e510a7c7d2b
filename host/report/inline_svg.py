"""Matplotlib figures as SVG inside an HTML page: text stays text, colours follow the page's colour scheme."""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from host.report.plots import ANOMALOUS_COLOUR, NEUTRAL_COLOUR, NORMAL_COLOUR

REFERENCE_COLOUR = "#7a5ea8"
"""Of the reference kernel; baseline and fast share the two colours of the classes."""
FOURTH_COLOUR = "#4f8a4c"
FIFTH_COLOUR = "#a87b1e"

_VARIABLES = {
    "#000000": "currentColor",
    "#b0b0b0": "var(--grid)",
    NORMAL_COLOUR: "var(--normal)",
    ANOMALOUS_COLOUR: "var(--anomalous)",
    NEUTRAL_COLOUR: "var(--neutral)",
    REFERENCE_COLOUR: "var(--third)",
    FOURTH_COLOUR: "var(--fourth)",
    FIFTH_COLOUR: "var(--fifth)",
}
"""Colours as drawn, and the page's variables that stand for them: templates/report.css."""

_COLOUR = re.compile("|".join(_VARIABLES))
_LINKS = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
_NAME = re.compile(r'(\bid="|href="#|url\(#)')


@contextmanager
def drawing() -> Iterator[None]:
    """Set what figures must be both built and written under: names from files are no formulas."""
    with matplotlib.rc_context({"svg.fonttype": "none", "text.parse_math": False}), warnings.catch_warnings():
        # A browser has the glyphs that matplotlib's font lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def inline(figure: Figure, name: str, label: str) -> Markup:
    """Return an <svg> element.

    Args:
        figure: built within `drawing`.
        name: unique within the page; every id starts with it, and the same figure gives the same text.
        label: what the picture shows, for those who do not see it.
    """
    text = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": name}):
        figure.savefig(
            text,
            format="svg",
            transparent=True,
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    body = text.getvalue()
    body = body[body.index("<svg") :]
    head, rest = body.split(">", 1)
    box = re.search(r'viewBox="[^"]+"', head)
    rest = _NAME.sub(lambda match: f"{match[1]}{name}-", rest)
    rest = _COLOUR.sub(lambda match: _VARIABLES[match[0]], rest)
    shape = box[0] if box else ""
    # The element scales to the page: its own width and height would not.
    return Markup(f'<svg {_LINKS} {shape} role="img" aria-label="{escape(label)}">{rest}')
