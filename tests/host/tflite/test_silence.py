import os

import pytest

from host.tflite.silence import hold_output


def test_both_descriptors_are_held_and_given_back(capfd: pytest.CaptureFixture[str]) -> None:
    with hold_output() as held:
        os.write(2, b"from C++\n")
        os.write(1, b"from C++ too\n")
    os.write(1, b"after\n")
    assert {line for line in held.lines if line} == {"from C++", "from C++ too"}
    assert capfd.readouterr() == ("after\n", "")


def test_output_is_given_back_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError), hold_output() as held:
        os.write(2, b"the reason\n")
        raise RuntimeError
    os.write(1, b"after\n")
    assert "the reason" in held.lines
    assert capfd.readouterr().out == "after\n"
