"""`python -m host.profile`: cycles per layer of one inference."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from host import cli, default_model, native, native_arguments, native_profile, precision
from host.errors import DataError, UsageError
from host.report import earlier_profile, profile_comparison, profile_document, saved_profile, tables
from host.report.profile_comparison import Comparison
from host.report.profile_document import Profile
from host.sim import inference, model_profile
from host.tflite import operators, reader
from host.tflite.reader import Model

MOST_RUNS = 10_000
"""Inferences of one profile: their inputs are kept in memory, and spreads are known long before."""


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = cli.parser(
        "profile",
        "Show what each layer of a model takes: operations, accelerator cycles, memory.",
        "python -m host.profile --simulator RUN/model_int8.tflite --json profile.json",
    )
    parser.add_argument(
        "model",
        type=Path,
        nargs="?",
        metavar="MODEL.tflite",
        help="model (default: the last one built)",
    )
    native_arguments.add_places(parser, "the default where no board is found", device=True)
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="inferences to measure (default: 1)")
    parser.add_argument(
        "--json",
        type=cli.json_file,
        metavar="FILE",
        help="write profile/1 to FILE, or to standard output for -",
    )
    parser.add_argument(
        "--compare",
        type=Path,
        metavar="FILE",
        help="show an earlier profile/1 beside this one, with ratios; --device leaves them in build/profiles",
    )
    native_arguments.add(parser, (native_profile.CYCLE_RANGE,))
    parser.add_argument(
        "--compare-kernels",
        action="store_true",
        help="profile baseline and fast, whatever --kernel says, and show them side by side",
    )
    parser.add_argument(
        "--errors",
        action=argparse.BooleanOptionalAction,
        default=None,
        help=f"measure each layer's error against the reference kernel on {precision.INPUTS} random inputs, "
        "on this computer (default: with --host)",
    )
    return parser.parse_args(argv)


def _show(rows: Sequence[RenderableType], document: dict[str, Any], json: str | None) -> None:
    if json:
        cli.write_json(json, document)
    if json != "-":
        for table in rows:
            cli.show(table)


def _on_this_computer(arguments: argparse.Namespace, model: Model, path: Path, kernel: str) -> Profile:
    with cli.err.status("building the firmware for this computer"):
        executable = native.build(arguments.preset)
    with cli.err.status(f"profiling with kernel {kernel}"):
        return native_profile.profile(
            model,
            kernel,
            arguments.cycle_model,
            arguments.runs,
            executable,
            arguments.arena,
            precision.INPUTS if arguments.errors in (None, True) else 0,
            arguments.weights,
            arguments.layout,
        )


def _on_the_virtual_board(arguments: argparse.Namespace, model: Model, path: Path, kernel: str) -> Profile:
    native_arguments.check_simulator(arguments)
    settings = (arguments.weights, arguments.layout)
    with cli.err.status(f"building the image with kernel {kernel}"):
        image = inference.build(model, path, kernel, *settings, arguments.preset)
    with cli.err.status(f"profiling with kernel {kernel}"):
        result = model_profile.profile(model, image, kernel, arguments.cycle_model, arguments.runs, *settings)
    if not arguments.errors or kernel == native.REFERENCE_KERNEL:
        return result
    with cli.err.status("measuring errors"):
        executable = native.build(arguments.preset)
        return native_profile.with_errors(result, model, kernel, executable, layout=arguments.layout)


def _on_a_device(arguments: argparse.Namespace, model: Model, path: Path, kernel: str) -> Profile:
    from host.link import arguments as link_arguments
    from host.link import device_profile

    device = link_arguments.connect(arguments, model)
    with device, cli.progress() as bar:
        task = bar.add_task(f"profiling on {arguments.port or device.texts.board}", total=arguments.runs)
        result = device_profile.profile(
            device, model, arguments.runs, lambda done: bar.update(task, completed=done)
        )
        kernel = device_profile.kernel(device)
    if not arguments.errors or kernel == native.REFERENCE_KERNEL:
        return result
    with cli.err.status("measuring errors"):
        return native_profile.with_errors(result, model, kernel, native.build(arguments.preset))


def _saved(result: Profile) -> str:
    try:
        return str(saved_profile.write(result, saved_profile.FOLDER))
    except DataError as error:  # What was measured is still to be shown.
        cli.warn(f"the record is not kept: {error}")
        return ""


def _measure(arguments: argparse.Namespace) -> Callable[[argparse.Namespace, Model, Path, str], Profile]:
    if arguments.device:
        return _on_a_device
    if arguments.host:
        return _on_this_computer
    if not arguments.simulator:
        cli.err.print("no board found: profiling on the virtual board (--simulator)", soft_wrap=True)
    return _on_the_virtual_board


def main(argv: Sequence[str] | None = None) -> int:
    """Profile a model; see --help."""
    arguments = _arguments(argv)
    if arguments.runs < 1:
        raise UsageError(f"--runs {arguments.runs} is too few: at least 1")
    if arguments.runs > MOST_RUNS:
        raise UsageError(f"--runs {arguments.runs} is too many: at most {MOST_RUNS}")
    native_arguments.check_device(arguments)
    if arguments.device and arguments.compare_kernels:
        raise UsageError("--compare-kernels goes with --host or --simulator: a device has one image")
    if not arguments.compare_kernels:
        native_arguments.check_weights(arguments)
    if arguments.compare is not None and arguments.compare_kernels:
        raise UsageError("--compare and --compare-kernels do not go together: leave one out")
    earlier = earlier_profile.read(arguments.compare) if arguments.compare is not None else None
    path = arguments.model or default_model.find()
    model = reader.read(path)
    operators.layers(model)
    kernels = ("baseline", "fast") if arguments.compare_kernels else (arguments.kernel,)
    measure = _measure(arguments)
    profiles = {kernel: measure(arguments, model, path, kernel) for kernel in kernels}
    for result in profiles.values():
        for note in result.notes:
            cli.warn(note)
        if result.faults:
            cli.warn(native.fault_warning(result.faults))
        if saturation := native_profile.saturation_warning(model, result):
            cli.warn(saturation)
    if arguments.compare_kernels:
        comparison = Comparison(**profiles)
        _show(profile_comparison.show(comparison), profile_comparison.document(comparison), arguments.json)
    else:
        result = profiles[arguments.kernel]
        rows = tables.profile(result) + (earlier_profile.show(earlier, result) if earlier else ())
        saved = _saved(result) if arguments.device else ""
        _show(rows, profile_document.document(result), arguments.json)
        if saved:
            cli.err.print(f"record: {saved}", soft_wrap=True)
    return 0


if __name__ == "__main__":
    cli.run(main)
