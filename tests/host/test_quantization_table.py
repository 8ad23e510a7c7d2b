import io

from rich.console import Console

from host import quantization_table
from host.model.bootstrap import Interval
from host.model.quantization import QuantizationSettings
from host.quantization.comparison import Compared, Comparison


def test_tables_show_what_is_known() -> None:
    exact = Compared(None, 1_071_224, 0.88, Interval(0.8, 0.9), None, None, ())
    tensor = Compared(
        QuantizationSettings(), 280_160, 0.875, Interval(0.79, 0.89), -0.0151, 0.0443, (35.54, None)
    )
    channel = Compared(QuantizationSettings(per_channel=True), 319_976, None, None, None, None, (39.3, 40.4))
    found = Comparison((exact, tensor, channel), "1000 windows", 40, 480)
    text = io.StringIO()
    console = Console(file=text, width=200)
    for table in quantization_table.tables(found):
        console.print(table)
    assert "40 of 480 test clips" in text.getvalue()
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.getvalue().splitlines()]
    assert ["float", "0.8800", "0.8000 to 0.9000", "", "", "1,071,224"] in lines
    assert ["per tensor", "0.8750", "0.7900 to 0.8900", "-0.0050", "-0.015 ± 0.044", "280,160"] in lines
    assert ["per channel", "n/a", "n/a", "n/a", "n/a", "319,976"] in lines
    assert ["per tensor", "35.5", "n/a"] in lines
    assert ["per channel", "39.3", "40.4"] in lines
