// The runtime's messages in tests.
#pragma once

#include <string>

namespace model_building {

// Everything said through MicroPrintf since the last call.
std::string TakeLog();

}  // namespace model_building
