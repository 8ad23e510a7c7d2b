import xml.etree.ElementTree as ElementTree

import pytest
from matplotlib.figure import Figure

from host.report import inline_svg
from host.report.plots import NORMAL_COLOUR

SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str = "words", name: str = "curve") -> str:
    with inline_svg.drawing():
        figure = Figure()
        axes = figure.add_subplot()
        axes.plot([0, 1], [0, 1], color=NORMAL_COLOUR, marker="o")
        axes.set_title(text)
        return str(inline_svg.inline(figure, name, f'says "{text}"'))


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def test_element_has_a_role_a_name_and_a_shape_but_no_size() -> None:
    root = parsed(drawn())
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'says "words"'
    assert root.get("viewBox")
    assert not root.get("width")
    assert not root.get("height")


def test_text_stays_text() -> None:
    assert "words" in ["".join(text.itertext()) for text in parsed(drawn()).iter(f"{SVG}text")]


def test_colours_are_the_pages() -> None:
    svg = drawn()
    assert "var(--normal)" in svg
    assert NORMAL_COLOUR not in svg
    assert "#000000" not in svg


def test_two_figures_share_no_id_and_links_hold() -> None:
    ids = {}
    for name in ("a", "b"):
        root = parsed(drawn(name=name))
        ids[name] = {element.get("id") for element in root.iter()} - {None}
        links = [element.get("{http://www.w3.org/1999/xlink}href") for element in root.iter(f"{SVG}use")]
        assert links
        assert {str(link)[1:] for link in links} <= ids[name]
    assert not ids["a"] & ids["b"]


def test_same_figure_gives_the_same_text() -> None:
    assert drawn() == drawn()


@pytest.mark.parametrize("text", ["$x", "a & <b>", "$\\frac{$", "機械"])
def test_names_are_no_formulas_and_no_markup(text: str) -> None:
    root = parsed(drawn(text))
    assert root.get("aria-label") == f'says "{text}"'
    assert text in ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
