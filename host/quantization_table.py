"""What `host.quantize --compare` shows: a table of AUC and size, and one of ratios by layer."""

from rich.table import Table

from host.quantization import comparison
from host.quantization.comparison import Compared, Comparison


def tables(found: Comparison) -> tuple[Table, ...]:
    """Return both tables."""
    return _accuracy(found), _ratios(found)


def _accuracy(found: Comparison) -> Table:
    of = f"{found.test_clips} of " if found.test_clips < found.all_test_clips else ""
    clips = f"{of}{found.all_test_clips} test clips" if found.test_clips else "no test clips"
    table = Table(title=f"Ways to quantize: {clips}, ranges from {found.calibration}")
    table.add_column("model")
    for column in ("AUC", "95 % interval", "AUC - float", "score - float, dB²", "bytes"):
        table.add_column(column, justify="right")
    exact = found.models[0].auc
    for model in found.models:
        auc, interval = model.auc, model.auc_ci95
        table.add_row(
            comparison.describe(model.settings),
            "n/a" if auc is None else f"{auc:.4f}",
            "n/a" if interval is None else f"{interval.low:.4f} to {interval.high:.4f}",
            "" if model.settings is None else _difference(auc, exact),
            _shift(model),
            f"{model.file_bytes:,}",
        )
    return table


def _ratios(found: Comparison) -> Table:
    table = Table(title="Signal-to-noise ratio of each layer's output in dB, float against int8")
    table.add_column("model")
    quantized = [model for model in found.models if model.settings is not None]
    layers = max((len(model.signal_to_noise) for model in quantized), default=0)
    for number in range(layers):
        table.add_column(str(number), justify="right")
    for model in quantized:
        table.add_row(comparison.describe(model.settings), *_cells(model))
    return table


def _cells(model: Compared) -> list[str]:
    return ["n/a" if ratio is None else f"{ratio:.1f}" for ratio in model.signal_to_noise]


def _shift(model: Compared) -> str:
    if model.settings is None or model.score_shift is None:
        return "" if model.settings is None else "n/a"
    return f"{model.score_shift:+.3f} ± {model.score_deviation:.3f}"


def _difference(auc: float | None, exact: float | None) -> str:
    return "n/a" if auc is None or exact is None else f"{auc - exact:+.4f}"
