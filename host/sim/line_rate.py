"""What a receiver reads from a serial line when its rate is not the sender's (8N1 on both sides)."""

FRAME_BITS = 10  # start bit, 8 data bits with the lowest first, stop bit


def received(value: int, sent_baud: int, read_baud: int) -> bytes:
    """Return the bytes that a receiver makes of one byte.

    The line is idle before and after. The receiver waits for a falling edge and samples each bit in its
    middle; a frame without a stop bit counts all the same, as a computer's serial port passes it on. Rates up
    to 4 % apart give the byte itself.

    Args:
        value: The byte, 0..255.
        sent_baud: The sender's rate in bits per second.
        read_baud: The receiver's.
    """
    levels = [0, *(value >> bit & 1 for bit in range(8)), 1]
    read = bytearray()
    time = 0.0  # in bits of the sender
    step = sent_baud / read_baud
    while (start := _falling_edge(levels, time)) is not None:
        bits = [_level(levels, start + step * (index + 1.5)) for index in range(8)]
        read.append(sum(bit << index for index, bit in enumerate(bits)))
        time = start + step * (FRAME_BITS - 0.5)
    return bytes(read)


def _level(levels: list[int], time: float) -> int:
    return levels[int(time)] if 0 <= time < len(levels) else 1


def _falling_edge(levels: list[int], after: float) -> int | None:
    for index, level in enumerate(levels):
        if index >= after and level == 0 and (index == 0 or levels[index - 1] == 1):
            return index
    return None
