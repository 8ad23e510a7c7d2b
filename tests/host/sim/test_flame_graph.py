"""The layout of stacks, and that the drawing is well-formed, self-contained and holds every name."""

import dataclasses
import itertools
import xml.etree.ElementTree as ElementTree

from hypothesis import given
from hypothesis import strategies as st

from host.sim.flame_graph import frames, svg
from host.sim.recording import Call, Recording
from host.sim.symbols import Function, FunctionTable

SVG = "{http://www.w3.org/2000/svg}"


def _recording(calls: tuple[Call, ...], names: tuple[str, ...]) -> Recording:
    functions = FunctionTable(tuple(Function(name, 16 * i, 16 * i + 16) for i, name in enumerate(names)))
    return Recording(functions, (), calls, None, 0, 0, 1)


def test_frames_stand_on_their_callers(recording):
    assert [
        (f.name, f.depth, f.left, f.cycles) for f in sorted(frames(recording), key=lambda f: f.depth)
    ] == [
        ("all", 0, 0, 457),
        ("main", 1, 7, 450),
        ("(unknown)", 1, 0, 7),
        ("app::Run(int)", 2, 7, 350),
        ("MVP", 3, 7, 50),
        ("Handler", 4, 7, 50),
    ]


def test_the_drawing_needs_nothing_else_and_holds_all_names(recording):
    text = svg(recording, "tests & <such>")
    root = ElementTree.fromstring(text)
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {"main", "app::Run(int)", "Handler", "MVP"} <= set(texts)
    assert any(t and "tests & <such>" in t and "(simulated, CPU cycles ±20 %)" in t for t in texts)
    tips = [element.text for element in root.iter(f"{SVG}title")]
    assert "app::Run(int): 350 cycles, 76.59%" in tips
    assert "href" not in text
    assert "<script" not in text


def test_nothing_followed_gives_an_empty_drawing(recording):
    empty = dataclasses.replace(recording, calls=())
    assert frames(empty) == ()
    ElementTree.fromstring(svg(empty, "nothing"))


@given(st.data())
def test_frames_never_overlap_nor_leave_their_caller(data):
    count = data.draw(st.integers(1, 40))
    calls = [Call(0, 0, 0, 0)]
    for index in range(1, count):
        parent = data.draw(st.integers(0, index - 1))
        calls.append(Call(parent, data.draw(st.integers(0, 3)), data.draw(st.integers(0, 9)), 1))
    boxes = frames(_recording(tuple(calls), ("a", "b", "c", "d")))
    total = sum(call.cycles for call in calls)
    assert (boxes[0].cycles if boxes else 0) == total
    levels: dict[int, list[tuple[int, int]]] = {}
    for box in boxes:
        levels.setdefault(box.depth, []).append((box.left, box.left + box.cycles))
    for depth, spans in levels.items():
        spans.sort()
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
        if depth:
            below = levels[depth - 1]
            assert all(any(lo <= span[0] and span[1] <= hi for lo, hi in below) for span in spans)


def test_deep_stacks_are_drawn():
    calls = tuple(Call(max(0, index - 1), 0, 1, 1) for index in range(600))
    assert max(box.depth for box in frames(_recording(calls, ("a",)))) == 599
