// In the place of static_tables.cc with an installed TFLM, whose kernels' data may have pointers.
#include "host/sim/host_build/failure.h"
#include "host/sim/host_build/static_tables.h"

namespace host_build {

std::string StaticTables(Session&, const AlignedBytes&) {
  throw Failure("tables come from this project's own runtime: build without -DTFLM_ROOT");
}

}  // namespace host_build
