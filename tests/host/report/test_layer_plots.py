import numpy as np

from host.report import layer_plots
from host.report.layer_plots import Series


def test_each_kernel_has_a_point_where_it_takes_cycles() -> None:
    kernels = [Series("reference", (1000, 10, 1010)), Series("fast", (100, 0, None))]
    figure = layer_plots.cycles(["0  fully connected", "1  reshape", "all"], kernels, "cycles")
    axes = figure.axes[0]
    points = {str(line.get_label()): np.asarray(line.get_xdata(), float) for line in axes.lines}
    assert points["reference"].tolist() == [1000, 10, 1010]
    assert points["fast"][0] == 100
    assert np.isnan(points["fast"][1:]).all()
    assert axes.get_xscale() == "log"
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "0  fully connected",
        "1  reshape",
        "all",
    ]
    low, high = axes.get_ylim()
    assert low > high, "the first layer is on top"


def test_each_way_to_quantize_has_a_line_of_its_own_look() -> None:
    ways = [Series(f"way {number}", (30.0 + number, None)) for number in range(8)]
    lines = layer_plots.signal_to_noise(ways).axes[0].lines
    assert [line.get_label() for line in lines] == [f"way {number}" for number in range(8)]
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 8
    assert all(np.isnan(line.get_ydata()[1]) for line in lines)
