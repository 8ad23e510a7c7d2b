"""Plans of buffers: known ones by hand, and for random lives that nothing overlaps but by rule."""

from hypothesis import given, settings
from hypothesis import strategies as st

from host.tflite import memory_planner
from host.tflite.tensor_lifetimes import Buffer

CHAIN = (
    Buffer((0,), 16, -1, 4),
    Buffer((1,), 32, 0, 1),
    Buffer((2,), 16, 1, 2),
    Buffer((3,), 16, 2, 3),
    Buffer((4,), 32, 3, 4),
)
"""Layers of 16, 32, 16, 16 and 32 elements, the first one kept."""


@st.composite
def lives(draw: st.DrawFn) -> tuple[Buffer, ...]:
    """Draw up to ten buffers; one that ends where another begins may be overwritten by it."""
    spans = draw(
        st.lists(st.tuples(st.integers(1, 8), st.integers(-1, 6), st.integers(0, 4)), min_size=1, max_size=10)
    )
    found = []
    for index, (size, first, length) in enumerate(spans):
        followers = [i for i, span in enumerate(spans) if span[1] == first + length and i != index]
        overwriter = draw(st.sampled_from([None, *followers])) if length else None
        lead = 16 * draw(st.integers(0, 6)) if overwriter is not None else 0
        found.append(Buffer((index,), 16 * size, first, first + length, overwriter, lead))
    return tuple(found)


def check(buffers: tuple[Buffer, ...], offsets: tuple[int, ...]) -> None:
    """Assert the rule in its own words, without the planner's functions."""
    for i, (a, at) in enumerate(zip(buffers, offsets, strict=True)):
        assert at >= 0
        assert at % 16 == 0
        for j, (b, bt) in enumerate(zip(buffers, offsets, strict=True)):
            together = max(a.first, b.first) <= min(a.last, b.last)
            overlap = max(at, bt) < min(at + a.bytes, bt + b.bytes)
            if i == j or not together or not overlap:
                continue
            a_over_b = a.overwriter == j and at >= bt + a.lead
            b_over_a = b.overwriter == i and bt >= at + b.lead
            assert a_over_b or b_over_a


@settings(max_examples=300, deadline=None)
@given(lives())
def test_random_lives(buffers):
    greedy, found = memory_planner.greedy(buffers), memory_planner.search(buffers, 20_000)
    for offsets in (greedy, found):
        check(buffers, offsets)
        assert memory_planner.holds(buffers, offsets)
    least, most = memory_planner.least_bytes(buffers), sum(buffer.bytes for buffer in buffers)
    searched, by_size = memory_planner.total(buffers, found), memory_planner.total(buffers, greedy)
    assert least <= searched <= by_size <= most


@settings(max_examples=300, deadline=None)
@given(lives(), st.data())
def test_a_plan_holds_exactly_where_the_rule_says_so(buffers, data):
    offsets = tuple(16 * data.draw(st.integers(0, 6)) for _ in buffers)
    try:
        check(buffers, offsets)
    except AssertionError:
        assert not memory_planner.holds(buffers, offsets)
    else:
        assert memory_planner.holds(buffers, offsets)


def test_a_chain_that_the_search_betters_by_hand():
    # By size: 32 at 0 twice, the input at 32, then 16 at 48, and 16 at 64, as its neighbours are below.
    assert memory_planner.greedy(CHAIN) == (32, 0, 48, 64, 0)
    # At the first layers 16 + 32 + 16, at the last ones 16 + 16 + 32.
    assert memory_planner.least_bytes(CHAIN) == 64
    assert memory_planner.total(CHAIN, memory_planner.search(CHAIN)) == 64


def test_the_search_finds_the_same_each_time():
    assert memory_planner.search(CHAIN) == memory_planner.search(CHAIN)


def test_without_work_the_best_of_several_orders_is_found():
    buffers = (*CHAIN, Buffer((), 48, 2, 2))
    found = memory_planner.search(buffers, work=0)
    assert memory_planner.total(buffers, found) <= memory_planner.total(
        buffers, memory_planner.greedy(buffers)
    )


def test_plans_around_what_has_a_place():
    buffers = (Buffer((0,), 64, 0, 2), Buffer((1,), 48, 0, 2), Buffer((2,), 32, 2, 3))
    assert memory_planner.greedy(buffers, {1: 32}) == (80, 32, 0)


def test_elements_that_grow_leave_their_input_at_the_end():
    buffers = (Buffer((0,), 640, -1, 0, overwriter=1, lead=1920), Buffer((1,), 2560, 0, 1))
    assert memory_planner.greedy(buffers) == (1920, 0)
    assert memory_planner.least_bytes(buffers) == 2560
    assert not memory_planner.coexist(buffers, (1904, 0), 0, 1)


def test_nothing_needs_nothing():
    assert memory_planner.total((), memory_planner.search(())) == memory_planner.least_bytes(()) == 0
