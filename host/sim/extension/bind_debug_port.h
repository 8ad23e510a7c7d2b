// The debug port as Python sees it.
#pragma once

#include <nanobind/nanobind.h>

namespace virtual_xg24 {

void BindDebugPort(nanobind::module_& module);

}  // namespace virtual_xg24
