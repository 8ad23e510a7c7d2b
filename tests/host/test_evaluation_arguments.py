"""The arguments of host.evaluate: what they mean, and which do not fit together."""

import argparse

import pytest

from host import evaluation_arguments
from host.errors import UsageError
from host.model.operating_point import Cost, Criterion, FalsePositiveRate


def parsed(*options: str) -> argparse.Namespace:
    arguments = evaluation_arguments.parser().parse_args(["run", "--data", "data", *options])
    evaluation_arguments.check(arguments)
    evaluation_arguments.criterion(arguments)
    return arguments


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--clips", "4"], "--clips goes with --device or --simulator: add one"),
        (["--sources", "float", "host"], "--sources without int8: it is what the others are compared with"),
        (["--false-positive-rate", "1"], "a false-positive rate of 1: from 0 up to below 1"),
        (["--simulator", "--port", "/dev/ttyS0"], "--port goes with --device: add it"),
    ],
)
def test_options_that_do_not_fit(options: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parsed(*options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--cost", "3"], "3 is no FP:FN: two numbers, as 1:10"),
        (["--cost", "a:b"], "a:b is no FP:FN"),
        (["--step", "0"], "0 is no step: 1 to 196 is possible"),
        (["--step", "197"], "197 is no step"),
        (["--sources", "device"], "invalid choice: 'device'"),
        (["--cost", "1:2", "--false-positive-rate", "0.1"], "not allowed with argument"),
    ],
)
def test_options_that_make_no_sense(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        parsed(*options)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], FalsePositiveRate(0.1)),
        (["--false-positive-rate", "0"], FalsePositiveRate(0.0)),
        (["--false-positive-rate", "0.05"], FalsePositiveRate(0.05)),
        (["--cost", "1:2.5"], Cost(1, 2.5)),
    ],
)
def test_how_the_threshold_is_chosen(options: list[str], expected: Criterion) -> None:
    assert evaluation_arguments.criterion(parsed(*options)) == expected
