"""C++ names without their parameters; searches of an image are in test_board.py."""

import pytest

from host.sim.symbol_search import without_parameters


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("main", "main"),
        ("port::WaitForInput()", "port::WaitForInput"),
        ("app::Run(int, void (*)(char))", "app::Run"),
        ("(anonymous namespace)::Go(int)", "(anonymous namespace)::Go"),
        ("(anonymous namespace)::value", "(anonymous namespace)::value"),
        ("Board::Size() const", "Board::Size"),
        ("Board::Size() const &", "Board::Size"),
        ("Functor::operator()(int)", "Functor::operator()"),
        ("app::Go(int) [clone .constprop.0] [clone .isra.0]", "app::Go"),
        (")", ")"),
    ],
)
def test_parameters_are_dropped(name: str, bare: str) -> None:
    assert without_parameters(name) == bare
