"""A recording's time line for a terminal or a log: one line per second, with a bar and a mark."""

from rich.text import Text

from host.listen.model import Listener
from host.listen.recording import ScoredRecording
from host.listen.time_line import Row, Stretch

_BAR_COLUMNS = 40
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def model(listener: Listener) -> str:
    """Return the line above all recordings: which model scores them, and what runs it."""
    return f"model {listener.path} ({listener.runtime})"


def heading(name: str, threshold: float) -> str:
    """Return the line above a recording's seconds; the bars' middle is the threshold."""
    return f"{name}: score by second, mean of the last windows, in dB²; threshold {threshold:.4g}"


def row(each: Row, threshold: float, terminal: bool) -> Text:
    """Return one second's line; without a terminal the bar is left out, and columns are easy to split."""
    mean = "–" if each.running is None else f"{each.running:.3f}"
    mark = "anomaly" if each.anomalous else ""
    if not terminal:
        return Text(f"{each.start_s:6d} s {each.score:9.3f} {mean:>9}  {mark}".rstrip())
    text = Text(f"{each.start_s:6d} s {each.score:9.3f} {mean:>9}  ")
    above = each.score >= threshold
    text.append(_bar(each.score / (2 * threshold)), style="red" if above else "green")
    return text.append(f"  {'▲ ' if mark else ''}{mark}".rstrip(), style="bold red")


def verdict(recording: ScoredRecording, threshold: float) -> Text:
    """Return the line below a recording's seconds."""
    found = recording.verdict
    text = Text(
        f"{recording.name}: {found.seconds:.1f} s, {found.windows} windows, score {found.score:.3f} dB², "
        f"highest mean {found.highest:.3f} of {threshold:.4g}: "
    )
    if not found.anomalous:
        return text.append("normal", style="green")
    if found.judged_once:
        return text.append("anomalous, judged once over all of it", style="bold red")
    stretches = [_times(stretch) for stretch in found.stretches[:5]]
    more = f" and {len(found.stretches) - 5} more" if len(found.stretches) > 5 else ""
    return text.append(f"anomalous at {', '.join(stretches)}{more}", style="bold red")


def _times(stretch: Stretch) -> str:
    start, end = f"{stretch.start_s:.1f}", f"{stretch.end_s:.1f}"
    return f"{start} s" if start == end else f"{start}–{end} s"


def _bar(share: float) -> str:
    eighths = round(8 * _BAR_COLUMNS * min(max(share, 0.0), 1.0))
    whole, rest = divmod(eighths, 8)
    bar = "█" * whole + (_EIGHTHS[rest] if rest else "")
    return bar.ljust(_BAR_COLUMNS)
