"""Operands of operators that move elements and do not compute with them: any type, one scale throughout."""

from collections.abc import Sequence

from drawn_models import Numbers
from elementwise_models import draw_scale, draw_zero_point
from tflite_models import Operand

KINDS = ("int8", "int8", "float32", "int32")


def draw_element(random: Numbers, kinds: Sequence[str] = KINDS) -> Operand:
    """Return a type, scale and zero point as an operand without dimensions."""
    kind = str(random.choice(kinds))
    if kind != "int8":
        return Operand(kind, ())
    return Operand(kind, (), [draw_scale(random)], draw_zero_point(random))
