"""The Cortex-M33 of the EFR32xG24 as pyOCD sees it: its reset goes through the security engine.

After SYSRESETREQ the security engine starts first, and the core cannot be reached for some milliseconds.
Vector catch is reported to be unreliable, so a breakpoint waits on the reset handler too; and a part with
erased flash locks up instead of getting there (hardware description, section 9).
"""

import logging
from dataclasses import dataclass
from typing import Any

from pyocd.core import exceptions
from pyocd.core.target import Target
from pyocd.coresight.cortex_m import CortexM
from pyocd.coresight.cortex_m_v8m import CortexM_v8M

from host.boards.part import FLASH_BASE
from host.flash.xg24 import pause
from host.flash.xg24.retry import Retry

_LOG = logging.getLogger("pyocd.earshot")

_SYSTEM_RESETS = (Target.ResetType.DEFAULT, Target.ResetType.SYSTEM, Target.ResetType.SYSRESETREQ)
_FIRST_PAUSE_S = 1e-3
_LONGEST_PAUSE_S = 50e-3
_START_LIMIT_S = 2.0
"""How long the security engine may take, in the part's time."""

_HALT_LIMIT_S = 0.1
_FP_CTRL, _FP_COMP0 = 0xE000_2000, 0xE000_2008
_FP_CTRL_ENABLE, _FP_CTRL_KEY = 1 << 0, 1 << 1
_FLASH_MOST = 0x18_0000


class XG24Core(CortexM_v8M):  # type: ignore[misc]  # pyOCD has no type information
    """The core; `reset` and `reset_and_halt` raise TransferError or ProbeError if the line is lost."""

    def reset_and_halt(self, reset_type: Any = None) -> None:
        """Reset the part and stop the core before its first instruction, or in lockup where it has none.

        Raises:
            TargetError: of pyOCD: the core does not halt.
        """
        retry = Retry()
        retry.call(lambda: self.set_reset_catch(reset_type))
        handler = retry.call(lambda: self.read32(FLASH_BASE + 4))
        # pyOCD may have a breakpoint of its own there.
        before = retry.call(lambda: self._comparator())
        if handler & 1 and FLASH_BASE <= handler < FLASH_BASE + _FLASH_MOST:
            retry.call(lambda: self._set_comparator(_Comparator(_FP_CTRL_ENABLE, handler)))
        try:
            self.reset(reset_type)
            self._await_halt(retry)
        finally:
            retry.call(lambda: self._set_comparator(before))
            retry.call(lambda: self.clear_reset_catch(reset_type))

    def _perform_reset(self, reset_type: Any) -> None:
        """Reset as asked; a system reset waits for the security engine in the part's own time."""
        if reset_type not in _SYSTEM_RESETS:
            super()._perform_reset(reset_type)
            return
        try:
            self.write_memory(CortexM.NVIC_AIRCR, CortexM.NVIC_AIRCR_VECTKEY | CortexM.NVIC_AIRCR_SYSRESETREQ)
            self.flush()
        except exceptions.TransferError:
            _LOG.debug("no answer to the reset: the part may be in it already")
        self._await_start()

    def _await_start(self) -> None:
        """Wait until the core can be reached and is out of reset.

        Raises:
            TransferError: of pyOCD: it does not answer within the limit.
        """
        time = pause.for_probe(self.session.probe)
        waited, step = 0.0, _FIRST_PAUSE_S
        while True:
            time.wait(step)
            waited += step
            try:
                self.ap.dp.post_reset_recovery()
                # The bit tells of a reset since the last look; in reset it stays.
                if not self.read32(CortexM.DHCSR) & CortexM.S_RESET_ST:
                    return
            except exceptions.TransferError:
                if waited >= _START_LIMIT_S:
                    raise
            if waited >= _START_LIMIT_S:
                raise exceptions.TransferTimeoutError(f"the core is still in reset after {waited:.1f} s")
            step = min(2 * step, _LONGEST_PAUSE_S)

    def _await_halt(self, retry: Retry) -> None:
        """Wait for the catch; a core that runs or is in lockup is halted where it is."""
        time = pause.for_probe(self.session.probe)
        waited, asked = 0.0, False
        while (state := retry.call(self.get_state)) != Target.State.HALTED:
            if waited >= _HALT_LIMIT_S:
                raise exceptions.TargetError(f"the core does not halt after its reset: it is {state.name}")
            if not asked and (state == Target.State.LOCKUP or waited >= _HALT_LIMIT_S / 2):
                _LOG.info("the core was not caught at its reset (%s): halting it", state.name)
                retry.call(self.halt)
                asked = True
            time.wait(_FIRST_PAUSE_S)
            waited += _FIRST_PAUSE_S

    def _comparator(self) -> "_Comparator":
        return _Comparator(self.read32(_FP_CTRL) & _FP_CTRL_ENABLE, self.read32(_FP_COMP0))

    def _set_comparator(self, comparator: "_Comparator") -> None:
        self.write32(_FP_COMP0, comparator.value)
        self.write32(_FP_CTRL, _FP_CTRL_KEY | comparator.enable)


@dataclass(frozen=True)
class _Comparator:
    """The breakpoint unit's first comparator: FP_CTRL's ENABLE, which is for all, and FP_COMP0."""

    enable: int
    value: int
