"""A table in several widths, of which a terminal shows the widest that it can show whole."""

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement


class WidestThatFits:
    """Forms with less and less in them: fewer columns are better than figures cut in their middle."""

    def __init__(self, *forms: RenderableType) -> None:
        """Take the forms, the most complete first."""
        self._forms = forms

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        fitting = (form for form in self._forms if _width(form, console, options) <= options.max_width)
        yield next(fitting, self._forms[-1])

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self._forms[0])


def _width(form: RenderableType, console: Console, options: ConsoleOptions) -> int:
    # Measured as if there were room for everything: Measurement cuts off at the options' width.
    return Measurement.get(console, options.update(max_width=10_000), form).maximum
