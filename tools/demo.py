"""Walks the whole path once: recordings, training, accuracy, model, image, cycles per layer, report.

What is already done is skipped by the commands themselves, so a second run is quick.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from rich.table import Table
from stages import Stage, comparison_stage, firmware_stages, training_stages

from host import cli
from host.errors import HostError
from host.project import ROOT

# As seen from where the person stands, so that the commands shown can be typed there.
RUNS = Path(os.path.relpath(ROOT / "runs"))
USUAL_SEED = 1
OTHER_KERNELS = ("reference", "baseline")


def parse_arguments() -> argparse.Namespace:
    parser = cli.parser("demo", str(__doc__), "tools/demo --data recordings/pump", prog="tools/demo")
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--data", type=Path, metavar="DIR", help="recordings to use instead of the synthetic machine"
    )
    source.add_argument(
        "--model",
        choices=["mltk"],
        help="skip training: take Silicon Labs' published anomaly_detection model",
    )
    parser.add_argument(
        "--seed", type=int, default=USUAL_SEED, help="of the synthetic machine and the training (default 1)"
    )
    parser.add_argument(
        "--full", action="store_true", help="train the reference's 100 epochs, not 3,000 steps"
    )
    return parser.parse_args()


def plan(arguments: argparse.Namespace) -> list[Stage]:
    if arguments.model == "mltk":
        from host.data.reference_model import reference_model

        cli.out.print(
            "Training and accuracy are skipped: the published model was trained on features from 0 to 237, "
            "ours are decibels below full scale, so its accuracy cannot be measured here.",
            soft_wrap=True,
        )
        run = RUNS / "mltk"
        run.mkdir(parents=True, exist_ok=True)
        return firmware_stages(reference_model("mltk"), run, other_kernels=OTHER_KERNELS)
    # Data and training that other arguments would change get a folder of their own.
    seeded = "" if arguments.seed == USUAL_SEED else f"-seed{arguments.seed}"
    data = arguments.data or RUNS / f"synthetic{seeded}"
    source = f"-{arguments.data.resolve().name}" if arguments.data else ""
    run = RUNS / f"demo{source}{seeded}{'-full' if arguments.full else ''}"
    synthesise = arguments.data is None
    return [
        *training_stages(data, run, synthesise=synthesise, seed=arguments.seed, full=arguments.full),
        comparison_stage(data, run),
        *firmware_stages(run / "model_int8.tflite", run, other_kernels=OTHER_KERNELS),
    ]


def main() -> int:
    try:
        stages = plan(parse_arguments())
        durations = []
        for number, stage in enumerate(stages, 1):
            cli.out.rule(f"{number}/{len(stages)} {stage.name}", align="left")
            cli.out.print(f"$ {stage.command}", style="dim", soft_wrap=True)
            durations.append(stage.run())
    except HostError as error:
        cli.err.print(f"error: {error}", style="red", soft_wrap=True)
        return error.exit_code
    except subprocess.CalledProcessError as error:
        # The stage has said why.
        return 1 if error.returncode < 0 else int(error.returncode)
    except KeyboardInterrupt:
        cli.err.print("interrupted; run tools/demo again to go on from here")
        return cli.EXIT_INTERRUPTED
    table = Table(title="Time by stage")
    table.add_column("stage")
    table.add_column("seconds", justify="right")
    for stage, seconds in zip(stages, durations, strict=True):
        table.add_row(stage.name, f"{seconds:.1f}")
    table.add_row("all", f"{sum(durations):.1f}", style="bold")
    cli.out.print(table)
    cli.out.print(f"report: {Path(stages[-1].arguments[-1]) / 'report.html'}", soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
