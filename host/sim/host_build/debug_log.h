// The firmware's messages in the host executable: kept until the caller asks what went wrong.
#pragma once

#include <string>

namespace host_build {

// All lines since the last call as one, joined by "; "; "" when there was none.
std::string TakeMessages();

}  // namespace host_build
