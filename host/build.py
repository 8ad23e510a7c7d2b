"""`python -m host.build`: builds the firmware image of a model for a board and shows its memory use."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from host import boards, cli, default_model, native, native_arguments
from host.errors import UsageError
from host.firmware_build import app, image, stack_use
from host.firmware_build.app import App
from host.firmware_build.image import Image
from host.firmware_build.stack_use import StackEstimate, StackReserve
from host.project import BUILD_DIR
from host.tflite import reader

HOST = "host"
_NAMES = {"flash": "flash", "ram": "RAM"}


def main(argv: Sequence[str] | None = None) -> int:
    """Build for one board, or for this computer with `--board host`."""
    parser = cli.parser(
        "build",
        "Build the firmware image of a model for a board and print its flash and RAM use by part.",
        "python -m host.build --board xg24 --model runs/demo/model_int8.tflite",
    )
    parser.add_argument("--board", default="xg24", help="a board's name, xg24 (default), or host")
    parser.add_argument("--model", type=Path, help="a .tflite file (default: the last one built)")
    parser.add_argument(
        "--kernel", choices=native.KERNELS, default=native.DEFAULT_KERNEL, help="default: %(default)s"
    )
    parser.add_argument(
        "--app",
        choices=app.APPS,
        default=app.CONSOLE_APP,
        help="what it serves: console (and link), or the MLPerf Tiny runner (default: %(default)s)",
    )
    parser.add_argument(
        "--mode",
        choices=app.MODES,
        help=f"the benchmark's mode (default: {app.PERFORMANCE}, which serves accuracy too)",
    )
    native_arguments.add_weights(parser)
    native_arguments.add_layout(parser)
    native_arguments.add_max_error(parser)
    native_arguments.add_preset(parser)
    parser.add_argument(
        "--interpreter",
        action="store_true",
        help="prepare the model on the chip, as TFLM does, instead of linking tables that were made here",
    )
    parser.add_argument(
        "--build-dir", type=Path, default=BUILD_DIR, metavar="DIR", help="where images go, a folder per board"
    )
    parser.add_argument(
        "--json", type=cli.json_file, metavar="FILE", help="write the figures as JSON (- for standard output)"
    )
    arguments = parser.parse_args(argv)
    native_arguments.check_weights(arguments)
    if arguments.mode is not None and arguments.app != app.BENCHMARK_APP:
        raise UsageError("--mode is the benchmark's: add --app benchmark, or leave it out")
    if arguments.board == HOST:
        if arguments.app != app.CONSOLE_APP:
            raise UsageError("--board host takes no --app: the host build has no serial line")
        return _build_host(arguments.model, arguments.preset, arguments.json)
    board = boards.load(arguments.board)
    model = arguments.model or default_model.find()
    with cli.err.status(f"building {model.name} for {board.name}"):
        on_core = None
        if arguments.max_error is not None:
            on_core = native_arguments.layers_on_core(reader.read(model), model, arguments)
        built = image.build(
            board,
            model,
            arguments.kernel,
            arguments.build_dir.resolve(),
            arguments.preset,
            arguments.weights,
            arguments.layout,
            on_core.operators if on_core else (),
            App(arguments.app, arguments.mode or app.PERFORMANCE),
            arguments.interpreter,
        )
    for remark in (*built.notes, *native_arguments.remarks(reader.read(model), arguments, on_core)):
        cli.warn(remark)
    stack, reserve = stack_use.estimate(built.elf), stack_use.reserve(built.elf)
    for reason in stack.unknown:
        cli.warn(f"no estimate of the stack: {reason}")
    if arguments.json is not None:
        cli.write_json(arguments.json, _record(built, stack, reserve))
    if arguments.json != "-":
        for line in on_core.lines if on_core else ():
            cli.out.print(line, soft_wrap=True)
        _print(built, stack, reserve)
    return 0


def _build_host(model: Path | None, preset: str, json_file: str | None) -> int:
    if model is not None:
        raise UsageError("--board host takes no --model: the host build loads any model when it runs")
    with cli.err.status("building for this computer"):
        executable = native.build(preset)
    if json_file is not None:
        cli.write_json(
            json_file, {"schema": "build/1", "board": HOST, "executable": image.from_root(executable)}
        )
    if json_file != "-":
        cli.out.print(f"built {image.from_root(executable)}")
    return 0


def _print(built: Image, stack: StackEstimate, reserve: StackReserve) -> None:
    use = built.use
    table = Table("memory", "part", box=box.SIMPLE)
    for title in ("bytes", "available", "used"):
        table.add_column(title, justify="right")
    for memory, used, available in (
        ("flash", use.flash, use.flash_available),
        ("ram", use.ram, use.ram_available),
    ):
        for part in use.parts:
            if part.memory == memory:
                table.add_row(_NAMES[memory], part.name, f"{part.bytes:,}", "", "")
        share = f"{100 * used / available:.1f} %"
        table.add_row(_NAMES[memory], "total", f"{used:,}", f"{available:,}", share, end_section=True)
    for of, most, reserved in (
        ("of main, worst case", stack.main, reserve.main),
        ("of interrupts, worst case", stack.interrupts, reserve.interrupts),
    ):
        share = "n/a" if most is None else f"{100 * most / reserved:.1f} %"
        table.add_row("stack", of, "n/a" if most is None else f"{most:,}", f"{reserved:,}", share)
    cli.out.print(
        f"{image.from_root(built.elf)}: {built.model_name} for {built.board}, kernel {built.kernel}"
        + (f", {built.app.title}" if built.app.title else "")
    )
    cli.out.print(f"build id {use.build_id}, model sha256 {built.model_sha256}", soft_wrap=True)
    cli.out.print(table)


def _record(built: Image, stack: StackEstimate, reserve: StackReserve) -> dict[str, Any]:
    use = built.use
    return {
        "schema": "build/1",
        "board": built.board,
        "kernel": built.kernel,
        "app": built.app.name,
        "benchmark_mode": built.app.mode if built.app.name == app.BENCHMARK_APP else None,
        "elf": image.from_root(built.elf),
        "build_id": use.build_id,
        "model": {
            "name": built.model_name,
            "sha256": built.model_sha256,
            "file_bytes": built.model_bytes,
        },
        "arena_bytes": built.arena_bytes,
        "flash_bytes": use.flash,
        "flash_available_bytes": use.flash_available,
        "ram_bytes": use.ram,
        "ram_available_bytes": use.ram_available,
        "parts": [{"memory": part.memory, "name": part.name, "bytes": part.bytes} for part in use.parts],
        "stack": {
            "main_most_bytes": stack.main,
            "main_reserved_bytes": reserve.main,
            "interrupts_most_bytes": stack.interrupts,
            "interrupts_reserved_bytes": reserve.interrupts,
            "deepest_path": [{"function": held.function, "bytes": held.bytes} for held in stack.path],
        },
    }


if __name__ == "__main__":
    cli.run(main)
