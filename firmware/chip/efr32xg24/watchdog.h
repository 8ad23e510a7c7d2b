// WDOG0 as a guard of the main loop: a core that works for 12 s without a word from it is reset, with a
// record.
#pragma once

namespace chip {

// Starts it on the chip's 1 kHz oscillator. At 75 % of the period an interrupt that nobody handles makes the
// crash record (fault.h); a core that takes no interrupts is reset without one at its end, after 16 s. Time
// asleep does not count.
void StartWatchdog();

// Begins the period anew.
void FeedWatchdog();

}  // namespace chip
