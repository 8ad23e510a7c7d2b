"""The arguments of commands that run the firmware on this computer."""

import argparse
from pathlib import Path

from host import calibration, native
from host.errors import UsageError
from host.link import arguments as link_arguments
from host.tflite import weight_layout
from host.tflite.reader import Model


def add(parser: argparse.ArgumentParser, more_cycle_models: tuple[str, ...] = ()) -> None:
    """Add --kernel, --cycle-model (with names that only this command knows), --arena and more."""
    parser.add_argument(
        "--kernel",
        choices=native.KERNELS,
        default=native.DEFAULT_KERNEL,
        help="reference: plain C++ on the core; baseline: accelerator, structured like the vendor's; "
        "fast: accelerator, ours (default: %(default)s)",
    )
    parser.add_argument(
        "--cycle-model",
        choices=(*native.CYCLE_MODELS, *more_cycle_models),
        default=native.DEFAULT_CYCLE_MODEL,
        help="account of the accelerator's cycles, see docs/mvp.md (default: %(default)s)",
    )
    parser.add_argument(
        "--arena",
        type=_bytes,
        default=native.DEFAULT_ARENA_BYTES,
        metavar="BYTES",
        help="size of the arena; the chip has %(default)s bytes of RAM (default: %(default)s)",
    )
    add_weights(parser)
    add_layout(parser)
    add_preset(parser)


def add_places(parser: argparse.ArgumentParser, simulator_is: str = "", device: bool = False) -> None:
    """Add --host and --simulator, which exclude each other; `simulator_is` ends the latter's help.

    With `device` --device is a third one, and how to reach it (host/link/arguments.py) comes along.
    """
    places = parser.add_mutually_exclusive_group()
    places.add_argument(
        "--host", action="store_true", help="in the firmware's own code, compiled for this computer"
    )
    places.add_argument(
        "--simulator",
        action="store_true",
        help="in the chip's image on the virtual board" + (f" ({simulator_is})" if simulator_is else ""),
    )
    if device:
        link_arguments.add(parser, places)


def check_simulator(arguments: argparse.Namespace) -> None:
    """Check that nothing was asked for that the image on the virtual board cannot do.

    Raises:
        UsageError: an arena of another size than the image's.
    """
    if arguments.arena != native.DEFAULT_ARENA_BYTES:
        raise UsageError("--arena goes with --host: an image has the arena that its model needs")


def check_device(arguments: argparse.Namespace) -> None:
    """Check that what was asked for goes with --device or, without it, without a device.

    Raises:
        UsageError: it does not.
    """
    link_arguments.check(arguments)
    if not arguments.device:
        return
    defaults = {
        "kernel": native.DEFAULT_KERNEL,
        "cycle_model": native.DEFAULT_CYCLE_MODEL,
        "arena": native.DEFAULT_ARENA_BYTES,
        "weights": native.DEFAULT_WEIGHTS,
        "layout": None,
    }
    for name, default in defaults.items():
        if getattr(arguments, name) != default:
            option = "--" + name.replace("_", "-")
            raise UsageError(f"{option} goes with --host or --simulator: a device has what its image has")


def add_layout(parser: argparse.ArgumentParser) -> None:
    """Add --layout alone."""
    parser.add_argument(
        "--layout",
        choices=weight_layout.LAYOUTS,
        help="order of the weights: tflite, as in the file, or interleaved, two rows at a time where that "
        "suits the layer (default: interleaved for kernel fast, else tflite)",
    )


def add_weights(parser: argparse.ArgumentParser) -> None:
    """Add --weights alone."""
    parser.add_argument(
        "--weights",
        choices=native.WEIGHTS,
        default=native.DEFAULT_WEIGHTS,
        help="where the accelerator reads weights: flash; ram: copies, of as many layers as fit beside "
        "arena, stack and 14 KiB of variables in all RAM but 32 KiB, an error if there is none; auto: as "
        "many as fit in all RAM beside the same, or none (default: %(default)s)",
    )


def check_weights(arguments: argparse.Namespace) -> None:
    """Check --weights against --kernel.

    Raises:
        UsageError: weights are to go to RAM for the kernel that uses no accelerator.
    """
    if arguments.weights == "ram" and arguments.kernel == native.REFERENCE_KERNEL:
        raise UsageError("--weights ram is for kernels of the accelerator: reference reads weights in place")


def add_max_error(parser: argparse.ArgumentParser) -> None:
    """Add --max-error and --calibration."""
    parser.add_argument(
        "--max-error",
        type=_codes,
        metavar="N",
        help="leave layers to the reference kernel that kernel fast computes with an error above N output "
        "codes on the calibration inputs (default: none)",
    )
    parser.add_argument(
        "--calibration",
        type=Path,
        metavar="X.npy",
        help="calibration inputs (default: representative.npy beside the model, else random ones)",
    )


def remarks(
    model: Model, arguments: argparse.Namespace, on_core: calibration.LayersOnCore | None = None
) -> tuple[str, ...]:
    """Return what is worth a warning before a model is built into an image with --kernel and --layout."""
    found = []
    stored = arguments.layout == weight_layout.INTERLEAVED or weight_layout.is_interleaved(model)
    if arguments.kernel == "baseline" and stored:
        found.append(
            f"the weights of {model.name} are interleaved, which kernel baseline cannot read: "
            "these layers run on the core; use kernel fast, or the original model in layout tflite"
        )
    if on_core is not None and on_core.faults:
        found.append(native.fault_warning(on_core.faults))
    return tuple(found)


def layers_on_core(
    model: Model, model_path: Path, arguments: argparse.Namespace
) -> calibration.LayersOnCore | None:
    """Return the layers that --max-error leaves to the reference kernel; None without that argument.

    Raises:
        UsageError: --kernel is not "fast".
        HostError: the inputs cannot be read, or errors cannot be measured.
    """
    if arguments.max_error is None:
        return None
    if arguments.kernel != "fast":
        raise UsageError(f"--max-error is for kernel fast: {arguments.kernel} never changes for precision")
    inputs = calibration.find(model, model_path, arguments.calibration)
    executable = native.build(arguments.preset)
    return calibration.layers_left_to_core(model, inputs, arguments.max_error, executable, arguments.layout)


def _bytes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is no size in bytes: 1 or more is possible")
    return int(text)


def _codes(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text} is no number of output codes: 0 or more is possible")
    return int(text)


def add_preset(parser: argparse.ArgumentParser) -> None:
    """Add --preset alone."""
    parser.add_argument(
        "--preset",
        default=native.DEFAULT_PRESET,
        metavar="NAME",
        help="CMake preset of the host build; host-sanitize finds memory errors (default: %(default)s)",
    )
