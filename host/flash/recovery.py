"""`host.flash --recover`: unlocks a part that is locked for debuggers, which erases it."""

from collections.abc import Callable

from host.errors import TargetError
from host.flash import debug_challenge, failures, session, steps
from host.flash.probes import Probe
from host.flash.session import Reach
from host.flash.steps import Watcher

DESTROYS = (
    "unlocking erases the part: all of main flash, with the firmware, any bootloader and whatever data the "
    "firmware keeps there, and RAM; nothing brings it back. Device information stays; so does, as far as is "
    "known, the user data page: nobody has tried it on a board"
)
"""What a person has to know before."""

UNLOCK = "unlock"

_BETWEEN = "the part may be erased, and locked still"


def recover(probe: Probe, reach: Reach, confirmed: Callable[[], bool], watcher: Watcher) -> bool:
    """Unlock a locked part; do nothing to one that is not locked.

    Args:
        probe: Its probe.
        reach: How to reach the part.
        confirmed: Asked before anything is destroyed.
        watcher: Told of each step.

    Returns:
        Whether the part was unlocked; False where it was not locked.

    Raises:
        ProbeError: the probe cannot be opened, or went away.
        TargetError: the part does not answer, cannot be unlocked, or stays locked; or nobody confirmed.
        Interrupted: with a note where the part may be erased.
    """
    watcher.begin(steps.CONNECT)
    with session.challenged(probe, reach) as interface:
        status = interface.status()
        if not status.locked:
            watcher.found("the part is not locked: there is nothing to recover")
            return False
        if not status.erase_enabled:
            raise debug_challenge.refusal(status)
        if not confirmed():
            raise TargetError("not confirmed: the part stays locked, and nothing was erased")
        watcher.begin(UNLOCK)
        with failures.leaving(_BETWEEN):
            interface.erase_device()
            interface.reset()
    with failures.leaving(_BETWEEN), session.challenged(probe, reach) as interface:
        locked = interface.status().locked
    if locked:
        raise TargetError(
            "the part has erased itself but is still locked: disconnect the board from all power, connect it "
            "again, and run the command once more"
        )
    watcher.found("the part is unlocked and blank: flash it with python -m host.flash")
    return True
