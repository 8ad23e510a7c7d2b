"""How much stack an image needs at most: the deepest path through its call graph.

An image that calls through a pointer of which `indirect_calls` says nothing, or that recurses without a limit
stated there, gets no estimate.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from host.errors import BuildError
from host.firmware_build import call_graph
from host.firmware_build.call_graph import CallGraph
from host.firmware_build.indirect_calls import OTHERWISE, POINTERS, RECURSIONS

MAIN = "main"
RESET = "ResetHandler"
HANDLERS = ("SysTickHandler", "SerialReceiveHandler")
"""Of interrupts, which have one priority: none interrupts another. Faults have a stack of their own."""

EXCEPTION_FRAME = 108
"""What the core itself stores at an exception (Armv8-M, with floating-point state and one word to align)."""


_BOUNDS = ("__stack_limit", "__interrupt_stack_limit", "__stack_top")
_LEVELS = tuple(recursion.levels for recursion in RECURSIONS)


@dataclass(frozen=True)
class Held:
    """A function on the deepest path, and the bytes of stack that it holds there."""

    function: str
    bytes: int


@dataclass(frozen=True)
class StackEstimate:
    """Bytes of stack that an image needs at most, an exception's frame included.

    `main` is that of main and what it calls, `interrupts` that of interrupts and of what runs before main;
    `path` is main's deepest one. Where `unknown` names functions, whose calls or frames have no stated limit,
    there is no estimate: both are None.
    """

    main: int | None
    interrupts: int | None
    path: tuple[Held, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class StackReserve:
    """Bytes that the linker set aside: for main, and above it for interrupts and what runs before main."""

    main: int
    interrupts: int


@dataclass(frozen=True)
class _Deepest:
    bytes: int = 0
    path: tuple[Held, ...] = ()


@dataclass
class _Search:
    """Depth first; what is known of a function depends on how often those that recurse are on the stack."""

    graph: CallGraph
    pointed: dict[int, tuple[int, ...]]
    known: dict[tuple[int, tuple[int, ...]], _Deepest] = field(default_factory=dict)
    running: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    def deepest(self, address: int, levels: tuple[int, ...] = _LEVELS) -> _Deepest:
        name = self.graph.functions[address].name
        for index, recursion in enumerate(RECURSIONS):
            if re.match(recursion.function, name):
                if levels[index] == 0:
                    return _Deepest()
                levels = (*levels[:index], levels[index] - 1, *levels[index + 1 :])
        key = (address, levels)
        if key in self.running:
            self.unknown.add(f"{name} calls itself")
            return _Deepest()
        if key not in self.known:
            self.running.append(key)
            self.known[key] = self._of(address, levels)
            self.running.pop()
        return self.known[key]

    def _of(self, address: int, levels: tuple[int, ...]) -> _Deepest:
        function = self.graph.functions[address]
        if not function.bounded:
            self.unknown.add(f"{function.name} has a frame of variable size")
        worst = _Deepest(function.frame, (Held(function.name, function.frame),))
        for call in function.calls:
            targets = self.pointed.get(address, ()) if call.target is None else (call.target,)
            for target in targets:
                below = self.deepest(target, levels)
                if call.depth + below.bytes > worst.bytes:
                    held = Held(function.name, call.depth)
                    worst = _Deepest(call.depth + below.bytes, (held, *below.path))
        return worst


def estimate(elf: Path) -> StackEstimate:
    """Return the stack that an image needs at most.

    Raises:
        BuildError: the disassembler is missing or fails, or the file is no image of this firmware.
    """
    return of_graph(call_graph.read(elf))


def reserve(elf: Path) -> StackReserve:
    """Return what the linker set aside for the stacks.

    Raises:
        BuildError: the file is no image of this firmware.
    """
    try:
        with elf.open("rb") as stream:
            table = ELFFile(stream).get_section_by_name(".symtab")
            symbols = table.iter_symbols() if isinstance(table, SymbolTableSection) else ()
            values = {symbol.name: int(symbol["st_value"]) for symbol in symbols if symbol.name in _BOUNDS}
    except (OSError, ELFError) as error:
        raise BuildError(f"cannot read the image {elf}: {error}") from error
    if missing := set(_BOUNDS) - values.keys():
        raise BuildError(f"{elf} has no symbol {', '.join(sorted(missing))}: build the image again")
    low, middle, high = (values[name] for name in _BOUNDS)
    return StackReserve(middle - low, high - middle)


def of_graph(graph: CallGraph) -> StackEstimate:
    """Return the stack that the image with this call graph needs at most.

    Raises:
        BuildError: it lacks main, the reset handler or one of interrupts.
    """
    addresses = {function.name.split("(")[0]: at for at, function in graph.functions.items()}
    if missing := {MAIN, RESET, *HANDLERS} - addresses.keys():
        raise BuildError(f"the image has no function {', '.join(sorted(missing))}: build it again")
    search = _Search(graph, _pointed(graph))
    main = search.deepest(addresses[MAIN])
    reset = graph.functions[addresses[RESET]]
    # main, which start-up ends with, has a stack of its own.
    before = [
        call.depth + search.deepest(call.target).bytes
        for call in reset.calls
        if call.target is not None and call.target != addresses[MAIN]
    ]
    handlers = [reset.frame + search.deepest(addresses[name]).bytes for name in HANDLERS]
    unknown = search.unknown | _unexplained(graph, search.pointed)
    if unknown:
        return StackEstimate(None, None, (), tuple(sorted(unknown)))
    interrupts = max(before + [each + EXCEPTION_FRAME for each in handlers])
    return StackEstimate(main.bytes + EXCEPTION_FRAME, interrupts, main.path, ())


def _pointed(graph: CallGraph) -> dict[int, tuple[int, ...]]:
    """Return where the pointers may lead to that a function calls through, by the function's address."""
    found = {}
    for at, function in graph.functions.items():
        if any(call.target is None for call in function.calls):
            rule = next((each for each in POINTERS if re.match(each.callers, function.name)), None)
            taken = sorted(graph.taken) if rule else []
            found[at] = tuple(to for to in taken if rule and re.match(rule.targets, graph.functions[to].name))
    return found


def _unexplained(graph: CallGraph, pointed: dict[int, tuple[int, ...]]) -> set[str]:
    nowhere = {graph.functions[at].name for at, targets in pointed.items() if not targets}
    nowhere -= {RESET}  # it calls constructors; this firmware has none
    reached = {target for targets in pointed.values() for target in targets}
    lost = {graph.functions[at].name for at in graph.taken - reached}
    return {f"{name} calls through a pointer" for name in nowhere} | {
        f"{name} is called through a pointer" for name in lost if not re.match(OTHERWISE, name)
    }
