// Names and help of the commands, in the order of `help`.
#include "app/commands/commands.h"

namespace app {

const Command kCommands[] = {
    {"info", "what this image is and what it runs on", CommandInfo},
    {"model", "layers, shapes and the arena", CommandModel},
    {"run", "one run on random input (seed 1), zeros or the last input", CommandRun, "[SEED|zeros|last]"},
    {"profile", "one run on zeros: cycles per layer", CommandProfile},
    {"bench", "N runs (10): fewest, median and most cycles", CommandBench, "[N]"},
    {"mem", "the most of stack and arena that was used", CommandMem},
    {"mvp", "the accelerator: counters, faults, self-test", CommandMvp},
    {"log", "why the board started, and the last crash", CommandLog},
    {"reboot", "start anew", CommandReboot, "", "this ends the session and resets the board: go on?"},
};

const size_t kCommandCount = sizeof kCommands / sizeof kCommands[0];

}  // namespace app
