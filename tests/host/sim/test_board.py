"""The virtual board from Python: loading, running, looking, interfering; small programs and the firmware."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from host.errors import FirmwareError, ImageError, UsageError
from host.sim import image_file, injection
from host.sim.board import BoardSettings, VirtualBoard
from host.sim.conditions import Cycles, StopReason, Symbol, Text
from host.sim.image_file import ImageFile, Segment
from host.sim.injection import Injection

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

Link = Callable[..., Path]

FLAGS = (
    "-O1",
    "-fno-exceptions",
    "-g",
    "-Wl,--section-start=.vectors=0x08000000",
    "-Wl,-Tdata=0x20000000",
    "-Wl,-Tbss=0x20000100",
    "-Wl,--defsym,nowhere=0x30000001",
)

PROGRAM = """
extern "C" void first();
extern "C" void nowhere();
extern "C" void Fault() { for (;;) asm volatile("nop"); }
using Handler = void (*)();
struct Table { unsigned stack; Handler handlers[15]; };
extern "C" __attribute__((section(".vectors"), used)) const Table kTable = {
    0x20010000, {first, Fault, FAULT, Fault, Fault, Fault}};
volatile unsigned counter;
volatile unsigned preset = 0x12345678;
extern "C" __attribute__((noinline)) void tick() { counter = counter + 1; }
extern "C" void first() { BODY; }
"""

COUNTS = "for (;;) tick()"
SLEEPS = 'for (;;) asm volatile("wfi")'
JUMPS_TO_NOWHERE = "reinterpret_cast<Handler>(0x30000001)()"


@pytest.fixture
def load(link: Link) -> Callable[..., VirtualBoard]:
    """Makes a board with a program whose main is `body` and whose hard faults go to `fault`."""

    def build(body: str, fault: str = "Fault", settings: BoardSettings | None = None) -> VirtualBoard:
        source = PROGRAM.replace("BODY", body).replace("FAULT", fault)
        board = VirtualBoard(settings) if settings else VirtualBoard()
        board.load(image_file.read(link(source, *FLAGS, text=0x0800_0100)))
        return board

    return build


def test_memory_registers_and_symbols(load: Callable[..., VirtualBoard]) -> None:
    board = load(COUNTS)
    assert board.pc == board.address("first")
    assert board.read_word("preset") == 0x12345678, "parts in RAM survive the power-on"
    assert board.read_word(0x0800_0000) == 0x2001_0000
    board.write("counter", bytes(4))
    assert board.run(cycles=100_000).reason is StopReason.CYCLES
    assert board.read_word("counter") > 1000
    assert board.function_at(board.address("tick") + 2) == "tick+0x2"
    assert board.function_at(0x2000_0000) == ""
    with pytest.raises(FirmwareError, match="nothing answers a read of 4 bytes at 0x30000000"):
        board.read(0x3000_0000, 4)
    with pytest.raises(FirmwareError, match="nothing takes a write"):
        board.write(0x3000_0000, b"1234")
    with pytest.raises(UsageError, match="has no symbol nothing"):
        board.address("nothing")


def test_a_run_waits_for_what_it_is_told(load: Callable[..., VirtualBoard]) -> None:
    board = load(COUNTS)
    stop = board.run(until=Symbol("tick"), cycles=10_000)
    assert (stop.reason, stop.pc, stop.function) == (StopReason.SYMBOL, board.address("tick"), "tick")
    before = board.read_word("counter")
    assert board.run(until=Symbol("tick"), cycles=10_000).reason is StopReason.SYMBOL
    assert board.read_word("counter") == before + 1, "the next time, not at once again"
    stop = board.run(until=Cycles(50_000))
    assert stop.reason is StopReason.CYCLES
    assert 50_000 <= stop.cycle < 50_100
    assert board.run(until=lambda it: it.now > 5_000_000).reason is StopReason.CONDITION
    assert board.run(until=Text(b"x"), cycles=1000).reason is StopReason.CYCLE_LIMIT
    stop = board.run(timeout_s=0.1)
    assert stop.reason is StopReason.TIMEOUT
    assert stop.failed
    with pytest.raises(UsageError, match="has no symbol nothing"):
        board.run(until=Symbol("nothing"))


def test_sleeping_for_ever_costs_nothing(load: Callable[..., VirtualBoard]) -> None:
    board = load(SLEEPS)
    assert board.run(cycles=78_000_000 * 3600, timeout_s=20).reason is StopReason.CYCLES
    assert board.sleep_cycles > 0.999 * board.now
    assert board.instructions < 1000


def test_callbacks_look_and_interfere(load: Callable[..., VirtualBoard]) -> None:
    board = load(COUNTS)
    seen: list[int] = []

    def look() -> None:
        seen.append(board.read_word("counter"))
        if len(seen) == 3:
            board.write_word("counter", 1000)
        if len(seen) == 5:
            board.request_stop()

    board.write("counter", bytes(4))
    board.on_address("tick", look)
    assert board.run(cycles=100_000).reason is StopReason.REQUESTED
    assert seen == [0, 1, 2, 1001, 1002], "written before the third tick"
    board.on_address("tick", None)
    count = len(seen)
    board.run(cycles=10_000)
    assert len(seen) == count


def test_an_error_in_a_callback_comes_out_of_the_run(load: Callable[..., VirtualBoard]) -> None:
    board = load(COUNTS)

    def fail() -> None:
        raise ZeroDivisionError("mine")

    board.on_address("tick", fail)
    with pytest.raises(ZeroDivisionError, match="mine"):
        board.run(cycles=100_000)
    board.on_address("tick", lambda: board.run(cycles=1))
    with pytest.raises(UsageError, match="the board runs already"):
        board.run(cycles=100_000)
    board.on_address("tick", None)
    assert board.run(cycles=1000).reason is StopReason.CYCLES


def test_two_runs_are_the_same_and_a_snapshot_goes_back(load: Callable[..., VirtualBoard]) -> None:
    def state(board: VirtualBoard) -> tuple[object, ...]:
        registers = tuple(board.core.read_register(number) for number in range(17))
        return board.now, registers, board.read(0x2000_0000, 0x4_0000), board.instructions

    board, other = load(COUNTS), load(COUNTS)
    board.run(cycles=3_000_000)
    other.run(cycles=1_234_567)
    other.run(cycles=3_000_000 - other.now)
    assert state(board) == state(other), "however the run is cut"
    snapshot = board.snapshot()
    board.run(cycles=1_000_000)
    after = state(board)
    board.restore(snapshot)
    assert state(board) == state(other)
    board.run(cycles=1_000_000)
    assert state(board) == after
    with pytest.raises(UsageError, match="other settings"):
        VirtualBoard(BoardSettings(ram_bytes=0x2_0000)).restore(snapshot)


def test_a_jump_to_nowhere_is_told_with_its_fault(load: Callable[..., VirtualBoard]) -> None:
    stop = load(JUMPS_TO_NOWHERE).run(cycles=1_000_000)
    assert stop.function.startswith("Fault")
    assert "HardFault" in stop.last_exception
    assert "last exception: " in stop.line()
    # A fault whose handler cannot be reached either: the core locks up, and by default that is a reset.
    stop = load(JUMPS_TO_NOWHERE, fault="nowhere").run(cycles=1_000_000)
    assert stop.last_exception
    assert "\n" not in stop.line()


def test_faults_are_injected_at_their_cycles(load: Callable[..., VirtualBoard]) -> None:
    board = load(SLEEPS)
    board.inject(injection.parse("flip-bit@50000:0x20000000,0"))
    board.run(until=Cycles(40_000))
    assert board.read_word("preset") == 0x12345678
    board.run(until=Cycles(60_000))
    assert board.read_word("preset") == 0x12345679
    board.inject(injection.parse("flip-register@70000:r7,31"))
    seven = board.core.read_register(7)
    board.run(until=Cycles(80_000))
    assert board.core.read_register(7) == seven ^ 0x8000_0000
    board.inject(injection.parse("serial-drop@90000:250000,9"))
    assert board.core.faults.serial_drop_ppm == 0
    board.run(until=Cycles(100_000))
    assert (board.core.faults.serial_drop_ppm, board.core.faults.serial_seed) == (250_000, 9)


def test_a_power_cut_ends_the_run_unless_the_power_comes_back(load: Callable[..., VirtualBoard]) -> None:
    board = load(SLEEPS)
    board.write_word("preset", 0xABCD)
    board.inject(injection.parse("power-cut@50000"))
    stop = board.run(cycles=100_000)
    assert stop.reason is StopReason.POWER_CUT
    assert stop.failed
    assert 50_000 <= stop.cycle < 50_100
    assert stop.function.startswith("first")
    board.inject(injection.parse("power-cut@60000:restart"))
    assert board.run(until=Cycles(100_000)).reason is StopReason.CYCLES
    assert board.read_word("preset") != 0xABCD, "RAM has lost what it held"


@pytest.mark.parametrize(
    ("segment", "reason"),
    [
        (Segment(0x0818_0000 - 4, bytes(8)), r"does not fit the chip: 8 bytes at 0x0817fffc, and flash is"),
        (Segment(0x1000_0000, bytes(4)), "does not fit the chip"),
        (Segment(0x2004_0000, bytes(4)), "does not fit the chip"),
        (Segment(0xFFFF_FFFC, bytes(8)), "does not fit the chip"),
        (Segment(0x0800_0000, bytes(8)), "no usable vector table"),
        (Segment(0x0800_0000, b"\xff" * 8), "no usable vector table"),
        (Segment(0x0800_0000, b"\x00\x00\x01\x20\x08\x00\x00\x08"), "no usable vector table"),
        (Segment(0x0800_4000, bytes(8)), "no usable vector table"),
    ],
)
def test_images_that_cannot_run_are_refused(segment: Segment, reason: str) -> None:
    with pytest.raises(ImageError, match=reason) as caught:
        VirtualBoard().load(ImageFile(Path("x.bin"), (segment,)))
    assert "\n" not in str(caught.value)


def test_hex_and_binary_files_run_as_the_elf_does(load: Callable[..., VirtualBoard], tmp_path: Path) -> None:
    board = load(COUNTS)
    assert board.image is not None
    flash = [part for part in board.image.segments if part.address < 0x2000_0000]
    data = bytearray(flash[-1].end - 0x0800_0000)
    for part in flash:
        data[part.address - 0x0800_0000 : part.end - 0x0800_0000] = part.data
    (tmp_path / "x.bin").write_bytes(data)
    other = VirtualBoard()
    other.load(image_file.read(tmp_path / "x.bin"))
    stop = other.run(cycles=100_000)
    assert stop.pc == board.run(cycles=100_000).pc
    assert stop.function == ""
    with pytest.raises(UsageError, match="the image has none, load an ELF file"):
        other.address("tick")


def test_the_unique_id_marks_a_virtual_board() -> None:
    assert VirtualBoard().unique_id == "02e5700000000000"
    assert VirtualBoard(BoardSettings(unique_id=0x12)).unique_id == "02e5700000000012"


def test_a_pulled_reset_pin_keeps_ram_and_is_the_cause(load: Callable[..., VirtualBoard]) -> None:
    board = load(SLEEPS)
    board.write_word("preset", 0xABCD)
    board.run(cycles=10_000)
    board.reset()
    assert board.pc == board.address("first")
    assert board.read_word("preset") == 0xABCD
    assert board.read_word(0x4000_4094) & 2, "EMU.RSTCAUSE.PIN"


def test_an_unknown_cycle_model_is_refused() -> None:
    with pytest.raises(UsageError, match="no cycle model named best"):
        VirtualBoard(BoardSettings(cycle_model="best"))


def test_the_firmware_answers_on_its_line(simulator_image: Path) -> None:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    assert board.run(until=Text(b"\n> "), cycles=20_000_000).reason is StopReason.TEXT
    assert b"type help" in board.sent()
    board.send(b"help\r")
    assert board.run(until=Text(b"\n> "), cycles=20_000_000).reason is StopReason.TEXT
    sent = board.sent_bytes()
    assert b"this list" in bytes(byte.value for byte in sent)
    assert {byte.baud for byte in sent} <= set(range(114_000, 116_500))
    gaps = [later.cycle - earlier.cycle for earlier, later in pairwise(sent)]
    assert min(gaps) >= 10 * 78_000_000 // 116_500, "ten bits each"
    assert board.unmodelled() == []


def test_bytes_at_another_rate_are_garbage_to_the_firmware(simulator_image: Path) -> None:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    board.run(until=Text(b"\n> "), cycles=20_000_000)
    board.sent()
    board.send(b"help\r", baud=57_600)
    board.run(cycles=5_000_000)
    assert b"help" not in board.sent()


def test_a_dead_crystal_leaves_the_firmware_on_its_own_oscillator(simulator_image: Path) -> None:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    board.inject(injection.parse("hfxo-dead@0"))
    assert board.run(until=Text(b"\n> "), cycles=20_000_000).reason is StopReason.TEXT
    board.send(b"info\r")
    board.run(until=Text(b"\n> "), cycles=20_000_000)
    assert b"FSRCO" in board.sent()


def test_callbacks_cannot_move_the_ground_under_a_run(load: Callable[..., VirtualBoard]) -> None:
    board = load(COUNTS)
    image, snapshot = board.image, board.snapshot()
    assert image is not None
    forbidden: tuple[Callable[[], object], ...] = (
        lambda: board.restore(snapshot),
        lambda: board.load(image),
        board.reset,
        board.power_on,
        board.step,
    )
    for call in forbidden:
        board.on_address("tick", call)
        with pytest.raises(UsageError, match="the board runs already: a callback may only ask it to stop"):
            board.run(cycles=100_000, timeout_s=10)
    board.on_address("tick", None)
    board.restore(snapshot)
    assert board.run(cycles=1000).reason is StopReason.CYCLES


def test_two_power_cuts_restart_only_where_told(load: Callable[..., VirtualBoard]) -> None:
    board = load(SLEEPS)
    board.inject(injection.parse("power-cut@50000"))
    board.inject(injection.parse("power-cut@100000:restart"))
    stop = board.run(cycles=200_000)
    assert (stop.reason, stop.cycle // 1000) == (StopReason.POWER_CUT, 50)
    assert board.run(until=Cycles(200_000)).reason is StopReason.CYCLES
    board = load(SLEEPS)
    board.inject(injection.parse("power-cut@100000:restart"))
    board.inject(injection.parse("power-cut@100000"))
    stop = board.run(cycles=200_000)
    assert (stop.reason, stop.cycle // 1000) == (StopReason.POWER_CUT, 100)


def test_a_fault_from_a_callback_comes_at_its_cycle(load: Callable[..., VirtualBoard]) -> None:
    board = load(COUNTS)
    calls: list[int] = []

    def inject() -> None:
        calls.append(board.now)
        if len(calls) == 1:
            board.inject(Injection("power-cut", board.now + 5000))

    board.write("counter", bytes(4))
    board.on_address("tick", inject)
    stop = board.run(cycles=100_000)
    assert stop.reason is StopReason.POWER_CUT
    assert calls[0] + 5000 <= stop.cycle < calls[0] + 5100
    assert len(set(calls)) == len(calls), "once at each place, also where the run was looked at anew"


def test_a_new_image_mends_the_board_and_a_power_cut_does_not(load: Callable[..., VirtualBoard]) -> None:
    board = load(SLEEPS)
    assert board.image is not None
    for text in ("hfxo-dead@0", "serial-drop@0:5,6", "flash-stuck@0:0x08010000,1", "power-cut@90000"):
        board.inject(injection.parse(text))
    board.run(cycles=1000)
    board.power_on()
    faults = board.core.faults
    assert (faults.hfxo_dead, faults.serial_drop_ppm, faults.flash_stuck_bits) == (True, 5, 1)
    board.load(board.image)
    broken = (faults.hfxo_dead, faults.serial_drop_ppm, faults.serial_seed, faults.flash_stuck_address)
    assert broken == (False, 0, 1, -1)
    assert board.run(until=Cycles(200_000)).reason is StopReason.CYCLES, "without the power cut"


def test_a_snapshot_keeps_faults_that_wait(load: Callable[..., VirtualBoard]) -> None:
    board = load(SLEEPS)
    board.inject(injection.parse("power-cut@50000"))
    snapshot = board.snapshot()
    assert board.run(until=Cycles(200_000)).reason is StopReason.POWER_CUT
    board.restore(snapshot)
    assert board.run(until=Cycles(200_000)).reason is StopReason.POWER_CUT


@pytest.mark.parametrize(
    ("use", "reason"),
    [
        (lambda board: board.read(-4, 4), "an address cannot be -4"),
        (lambda board: board.read(1 << 32, 4), "an address cannot be"),
        (lambda board: board.read(0x2000_0000, -1), "the size cannot be -1"),
        (lambda board: board.read(0x2000_0000, 1 << 32), "the size cannot be"),
        (lambda board: board.write(-1, b"x"), "an address cannot be -1"),
        (lambda board: board.write_word(0x2000_0000, -1), "a word cannot be -1"),
        (lambda board: board.on_address(-1, print), "an address cannot be -1"),
        (lambda board: board.send(b"x", port=2), "no serial port 2"),
        (lambda board: board.send(b"x", baud=-1), "the rate cannot be -1"),
        (lambda board: board.sent(port=-1), "no serial port -1"),
        (lambda board: board.sent_bytes(port=7), "no serial port 7"),
        (lambda board: board.on_sent(print, port=2), "no serial port 2"),
        (lambda board: board.run(cycles=-5), "cycles cannot be -5"),
        (lambda board: board.run(timeout_s=-1), "timeout_s cannot be -1"),
        (lambda board: board.run(timeout_s=float("nan")), "timeout_s cannot be nan"),
        (lambda board: board.run(Cycles(-1)), "the cycle to wait for cannot be -1"),
        (lambda board: board.run(Text(b"x", port=2)), "no serial port 2"),
        (lambda board: board.run(Text(b"")), "no text to wait for"),
        (lambda board: board.inject(Injection("bogus", 0)), "no fault of the kind 'bogus'"),
        (
            lambda board: board.inject(injection.parse("flip-bit@0:0x30000000,1")),
            "cannot hit 0x30000000: flash",
        ),
        (lambda board: board.inject(injection.parse("flip-bit@0:0x20040000,1")), "cannot hit 0x20040000"),
        (lambda board: board.inject(injection.parse("flash-stuck@0:0x20000000,1")), "cannot hit 0x20000000"),
    ],
)
def test_impossible_arguments_are_one_line(use: Callable[[VirtualBoard], object], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        use(VirtualBoard())


def test_long_limits_are_no_limits(load: Callable[..., VirtualBoard]) -> None:
    assert load(COUNTS).run(cycles=(1 << 64) - 1, timeout_s=0.05).reason is StopReason.TIMEOUT


def test_symbols_are_found_by_their_names_in_the_source(link: Link) -> None:
    source = PROGRAM.replace("FAULT", "Fault").replace("BODY", "for (;;) { app::Go(1); app::Go(); tick(); }")
    functions = (
        "namespace app { volatile int seen; __attribute__((noinline)) void Go(int x) { seen = x; }\n"
        "__attribute__((noinline)) void Go() { seen = 2; }\n"
        "__attribute__((noinline)) void Only(const char* text) { seen = *text; } }\n"
    )
    source = source.replace('extern "C" void first() {', functions + 'extern "C" void first() {')
    board = VirtualBoard()
    board.load(image_file.read(link(source, *FLAGS, text=0x0800_0100)))
    stop = board.run(until=Symbol("app::Go()"), cycles=10_000)
    assert (stop.reason, stop.function) == (StopReason.SYMBOL, "app::Go()")
    assert board.address("app::Go(int)") == board.address("_ZN3app2GoEi")
    assert board.address("app::Only") == board.address("app::Only(char const*)")
    assert board.address("app::seen") == board.address("_ZN3app4seenE")
    with pytest.raises(
        UsageError, match=r"several symbols app::Go: app::Go\(\w*\) at 0x.*; give one of them"
    ):
        board.address("app::Go")


LED = """
auto reg = [](unsigned at) -> volatile unsigned& { return *reinterpret_cast<volatile unsigned*>(at); };
reg(0x40009064) = 1u << 26; reg(0x4003C064) = 0x100; reg(0x4003C0C4) = 0x400;
for (;;) reg(0x4003C0D0) = reg(0x4003C074) & 4
"""


def test_buttons_are_pressed_and_leds_light(load: Callable[..., VirtualBoard]) -> None:
    board = load(LED.replace("\n", " "))
    board.set_pin("PB2", True)
    board.run(cycles=10_000)
    assert board.pin("PD2") is True
    board.set_pin("PB2", False)
    board.run(cycles=1_000)
    assert board.pin("PB2") is False
    assert board.pin("PD2") is False
    board.set_pin("PB2", True)
    board.release_pin("PB2")
    assert board.pin("PB2") is False, "nothing holds it up"


@pytest.mark.parametrize("name", ["PA8", "PB4", "PE0", "PA", "", "pa0"])
def test_pins_that_the_part_lacks_are_named(load: Callable[..., VirtualBoard], name: str) -> None:
    board = load(COUNTS)
    with pytest.raises(UsageError, match=f"the part has no pin '{name}': its pins are PA0 to PA7"):
        board.set_pin(name, True)
    with pytest.raises(UsageError, match="no pin"):
        board.release_pin(name)
    with pytest.raises(UsageError, match="no pin"):
        board.pin(name)
