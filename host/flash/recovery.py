"""`host.flash --recover`: unlocks a part that is locked for debuggers, which erases it."""

from collections.abc import Callable

from host.errors import TargetError
from host.flash import debug_challenge, session, steps
from host.flash.probes import Probe
from host.flash.session import Reach
from host.flash.steps import Watcher

DESTROYS = (
    "unlocking erases the part: all of main flash, with the firmware, any bootloader and whatever data the "
    "firmware keeps there, and RAM; nothing brings it back. Device information and the user data page stay"
)
"""What a person has to know before."""

UNLOCK = "unlock"


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
        interface.erase_device()
        interface.reset()
    after = session.lock_status(probe, reach)
    if after is None or after.locked:
        raise TargetError(
            "the part has erased itself but is still locked: disconnect the board from all power, connect it "
            "again, and run the command once more"
        )
    watcher.found("the part is unlocked and blank: flash it with python -m host.flash")
    return True
