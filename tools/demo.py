"""Walks the whole path once: recordings, training, accuracy, model, image, cycles per layer, report.

What is already done is skipped by the commands themselves, so a second run is quick.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from rich.table import Table
from stages import Stage, firmware_stages, training_stages

from host import cli
from host.errors import HostError

# Relative to the clone, where tools/demo starts it: the commands it shows can be typed there.
RUNS = Path("runs")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/demo", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
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
        "--seed", type=int, default=1, help="of the synthetic machine and the training (default 1)"
    )
    return parser.parse_args()


def plan(arguments: argparse.Namespace) -> list[Stage]:
    if arguments.model == "mltk":
        from host.data.reference_model import reference_model

        cli.out.print(
            "The published model was trained on features from 0 to 237; ours are decibels below full scale.\n"
            "Its accuracy cannot be measured on our features, so training and accuracy are skipped."
        )
        run = RUNS / "mltk"
        run.mkdir(parents=True, exist_ok=True)
        return firmware_stages(reference_model("mltk"), run)
    data = arguments.data or RUNS / "synthetic"
    run = RUNS / ("demo" if arguments.data is None else f"demo-{data.resolve().name}")
    return [
        *training_stages(data, run, synthesise=arguments.data is None, seed=arguments.seed),
        *firmware_stages(run / "model_int8.tflite", run),
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
        cli.err.print(
            f"error: the demo stopped at the stage above (exit status {error.returncode})", style="red"
        )
        return 1
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
    return 0


if __name__ == "__main__":
    sys.exit(main())
