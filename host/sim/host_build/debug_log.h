// The firmware's messages in the host executable: kept until the caller asks what went wrong.
#pragma once

#include <string>

namespace host_build {

// The first line since the last call, without its end; "" when there was none. The first is the most
// specific.
std::string TakeFirstMessage();

}  // namespace host_build
