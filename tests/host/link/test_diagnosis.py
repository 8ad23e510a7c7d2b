"""What is known of firmware without the link."""

from host.link import diagnosis


def test_what_is_heard_of_the_runners_firmware() -> None:
    assert diagnosis.runner_name(b"x\r\nm-name-dut-[a b-1]\r\nm-ready\r\n") == "a b-1"
    for heard in (b"", b"m-name-dut-[]", b"m-name-dut-[a", b"m-name-dut-[a\x1b]", b"m-name-dut-[a\r\n]"):
        assert diagnosis.runner_name(heard) == ""


def test_a_console_sees_no_frame_in_the_question() -> None:
    assert b"\0" not in diagnosis.KNOCK
    assert diagnosis.KNOCK.endswith(b"\r")
