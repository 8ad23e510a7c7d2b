"""Places of a drawn graph: rows, boxes that do not meet, and edges that cross no box."""

from hypothesis import given
from hypothesis import strategies as st

from host.report import graph_layout
from host.report.graph_layout import Node


def test_rows_follow_the_longest_way_from_the_inputs() -> None:
    nodes = [Node(0, 50, 20, ()), Node(1, 70, 30, (0,)), Node(2, 50, 20, (1,)), Node(3, 50, 20, (0, 2))]
    layout = graph_layout.lay_out(nodes)
    rows = [layout.places[number].y for number in range(4)]
    assert rows == sorted(rows)
    assert len(set(rows)) == 4
    (long,) = [edge for edge in layout.edges if (edge.first, edge.second) == (0, 3)]
    # It passes the two rows between beside their boxes: down at both.
    assert len(long.points) == 6
    assert graph_layout.lay_out(nodes) == layout


@given(st.data())
def test_boxes_do_not_meet_and_edges_cross_none(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12))
    nodes = []
    for number in range(count):
        before = data.draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        size = data.draw(st.tuples(st.integers(10, 90), st.integers(10, 60)))
        nodes.append(Node(number, *size, tuple(sorted(before))))
    layout = graph_layout.lay_out(nodes)
    boxes = {
        node.number: (place.x, place.y, place.x + node.width, place.y + node.height)
        for node in nodes
        for place in (layout.places[node.number],)
    }
    for number, (left, top, right, bottom) in boxes.items():
        assert 0 <= left < right <= layout.width
        assert 0 <= top < bottom <= layout.height
        for other, (x, y, far_x, far_y) in boxes.items():
            assert other == number or right <= x or far_x <= left or bottom <= y or far_y <= top
    for edge in layout.edges:
        for x, y in edge.points[1:-1]:
            for left, top, right, bottom in boxes.values():
                assert not (left < x < right and top < y < bottom)
