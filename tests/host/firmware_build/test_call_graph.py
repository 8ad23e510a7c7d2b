"""Stack depths and calls from disassembly written by hand, in the form of GNU objdump for Thumb-2."""

from pathlib import Path

import pytest

from host.errors import BuildError
from host.firmware_build import call_graph
from host.firmware_build.call_graph import Call, Function

LEAF = """
08000100 <leaf(int)>:
 8000100:	bx	lr
"""


def only(text: str) -> Function:
    """The first function of a text."""
    return next(iter(call_graph.parse(text + LEAF).values()))


@pytest.mark.parametrize(
    ("instructions", "bytes_held"),
    [
        (["push\t{r4, r5, lr}", "pop\t{r4, r5, pc}"], 12),
        (["stmdb\tsp!, {r4, r5, r6, r7, r8, r9, sl, fp, lr}", "ldmia.w\tsp!, {r4-r9, sl, fp, pc}"], 36),
        (["push\t{r3, lr}", "vpush\t{d8-d9}", "vpop\t{d8-d9}", "pop\t{r3, pc}"], 24),
        (["vpush\t{s16}", "vpop\t{s16}", "bx\tlr"], 4),
        (["sub\tsp, #44\t@ 0x2c", "add\tsp, #44\t@ 0x2c", "bx\tlr"], 44),
        (["sub.w\tsp, sp, #512\t@ 0x200", "add.w\tsp, sp, #512\t@ 0x200", "bx\tlr"], 512),
        (["str.w\tlr, [sp, #-8]!", "ldr.w\tpc, [sp], #8"], 8),
        (["strd\tip, lr, [sp, #-16]!", "ldrd\tip, lr, [sp], #16", "bx\tlr"], 16),
        (["str\tr0, [sp, #12]", "add\tr1, sp, #4", "stmia.w\tsp, {r0, r1}", "bx\tlr"], 0),
    ],
)
def test_frame_is_what_the_instructions_push(instructions: list[str], bytes_held: int) -> None:
    lines = "".join(f" {0x8000000 + 4 * i:x}:\t{line}\n" for i, line in enumerate(instructions))
    function = only(f"08000000 <f>:\n{lines}")
    assert (function.frame, function.calls, function.bounded) == (bytes_held, (), True)


def test_call_is_told_with_what_is_on_the_stack_there() -> None:
    function = only(
        """
08000000 <shrink_wrapped(int)>:
 8000000:	cbz	r0, 800000e <shrink_wrapped(int)+0xe>
 8000002:	push	{r4, lr}
 8000004:	sub	sp, #16
 8000006:	bl	8000100 <leaf(int)>
 800000a:	add	sp, #16
 800000c:	pop	{r4, pc}
 800000e:	b.w	8000100 <leaf(int)>
"""
    )
    assert function == Function(
        "shrink_wrapped(int)", 0x8000000, 24, (Call(24, 0x8000100), Call(0, 0x8000100))
    )


def test_calls_through_pointers_have_no_target() -> None:
    function = only(
        """
08000000 <f>:
 8000000:	push	{r3, lr}
 8000002:	blx	r3
 8000004:	ldmia.w	sp!, {r3, lr}
 8000008:	bx	r2
"""
    )
    assert function.calls == (Call(8, None), Call(0, None))


def test_cases_of_a_switch_have_the_depth_of_their_jump() -> None:
    function = only(
        """
08000000 <f>:
 8000000:	push	{r4, r5, r6, lr}
 8000002:	tbb	[pc, r0]
 8000006:	.short	0x0201
 8000008:	bl	8000100 <leaf(int)>
 800000c:	pop	{r4, r5, r6, pc}
 800000e:	nop
"""
    )
    assert (function.frame, function.calls) == (16, (Call(16, 0x8000100),))


def test_function_that_runs_into_the_next_one_calls_it_but_one_that_never_returns_does_not() -> None:
    falls = only("08000000 <f>:\n 8000000:\tpush\t{r0}\n")
    assert falls.calls == (Call(4, 0x8000100),)
    stops = only("08000000 <f>:\n 8000000:\tbl\t8000100 <leaf(int)>\n 8000004:\tnop\n")
    assert stops.calls == (Call(0, 0x8000100),)


def test_conditional_return_leaves_the_rest_of_the_function_as_it_is() -> None:
    function = only(
        """
08000000 <f>:
 8000000:	push	{r4, lr}
 8000002:	it	eq
 8000004:	popeq	{r4, pc}
 8000006:	bl	8000100 <leaf(int)>
 800000a:	pop	{r4, pc}
"""
    )
    assert function.calls == (Call(8, 0x8000100),)


@pytest.mark.parametrize("instruction", ["sub.w\tsp, sp, r3", "mov\tsp, r7"])
def test_frame_of_variable_size_is_noticed(instruction: str) -> None:
    assert not only(f"08000000 <f>:\n 8000000:\t{instruction}\n 8000004:\tbx\tlr\n").bounded


@pytest.mark.parametrize(
    ("demangled", "name"),
    [
        ("a::(anonymous namespace)::F(int (*)(char), B<C, D> const&)",) * 2,
        ("Status a::(anonymous namespace)::F<(a::E)1>(int)", "a::(anonymous namespace)::F<(a::E)1>(int)"),
        ("non-virtual thunk to a::B::F(unsigned int)", "a::B::F(unsigned int)"),
        ("void a::F<long*, int>(int) [clone .isra.0]", "a::F<long*, int>(int) [clone .isra.0]"),
        ("a::B::F() const",) * 2,
        ("memcpy",) * 2,
    ],
)  # fmt: skip
def test_name_is_without_the_type_that_templates_have(demangled: str, name: str) -> None:
    assert call_graph.without_type(demangled) == name


def test_no_image_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "image.elf"
    path.write_bytes(b"text")
    with pytest.raises(BuildError, match=r"cannot disassemble .*image\.elf"):
        call_graph.read(path)
