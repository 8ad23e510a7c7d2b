"""Reading one table: values come back as they are; mistakes are told with file, table, key and limit."""

import re

import pytest

from host.boards.board import Pin
from host.boards.table import Table
from host.errors import BuildError

VALUES = {
    "number": 6,
    "address": 0x0800_2000,
    "text": "words",
    "list": ["a1", "b2"],
    "on": True,
    "pin": "PD5",
}
FORM = re.compile(r"[a-z]\d")


def table(**values: object) -> Table:
    return Table("mine", "part", dict(values))


def test_values_come_back() -> None:
    values = table(**VALUES)
    assert values.integer("number", 6, 6, multiple=3) == 6
    assert values.address("address", 0x0800_0000, 0x0800_2000, 0x2000) == 0x0800_2000
    assert (values.text("text"), values.text("none", "default")) == ("words", "default")
    assert values.choice("text", ("words", "more")) == "words"
    assert values.texts("list", FORM, "a thing") == ("a1", "b2")
    assert values.flag("on") is True
    assert values.pin("pin") == Pin(3, 5)
    assert "pin" in values
    assert "none" not in values


def test_keys_that_were_not_read_are_named_with_those_that_were() -> None:
    values = table(**VALUES)
    values.flag("on")
    with pytest.raises(BuildError, match=r"part\.(\w+): unknown key: remove it, or use one of on$"):
        values.finish()


def test_place_of_a_key_outside_of_tables_is_its_name() -> None:
    assert Table("mine", "", {}).place("title") == "title"
    assert table().place("pin") == "part.pin"


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda values: values.integer("number", 7, 9), r"6 must be within 7\.\.9"),
        (lambda values: values.integer("number", 0, 9, multiple=4), "6 must be a multiple of 4"),
        (lambda values: values.integer("on", 0, 9), "True must be an integer"),
        (lambda values: values.address("address", 0, 0x2000, 1), "0x08002000 must be within 0x00000000"),
        (
            lambda values: values.address("address", 0, 1 << 31, 0x4000),
            "0x08002000 must be a multiple of 0x4000",
        ),
        (lambda values: values.address("text", 0, 1, 1), "'words' must be an integer"),
        (lambda values: values.texts("list", re.compile("x"), "a thing"), "'a1' is no thing"),
        (lambda values: values.choice("text", ("a", "b")), "'words' must be one of a, b"),
        (lambda values: values.pin("text"), "'words' is no pin: write port and number, such as PA5"),
        (lambda values: values.text("none"), "missing: add text in quotes"),
        (lambda values: values.table("number"), "6 must be a table"),
        (lambda values: values.flag("number"), "6 must be true or false"),
    ],
)
def test_mistakes_are_told_in_one_line(read, message: str) -> None:
    with pytest.raises(BuildError, match=rf"^boards/mine\.toml: part\.\w+: {message}") as error:
        read(table(**VALUES))
    assert "\n" not in str(error.value)
