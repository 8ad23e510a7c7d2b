// Python's access to the recorder: counts of blocks, the tree of calls, events.
#pragma once

#include <nanobind/nanobind.h>

#include "host/sim/extension/machine.h"

namespace virtual_xg24 {

// Adds the class Recorder to the module, and the property `recorder` to the board.
void BindRecorder(nanobind::module_& module, nanobind::class_<Machine>& board);

}  // namespace virtual_xg24
