// What kernels that use the accelerator find behind MicroContext::external_context().
#pragma once

namespace mvp {
class Driver;
}
namespace port {
class Clock;
}

namespace kernels::mvp {

// Set with MicroInterpreter::SetMicroExternalContext before AllocateTensors. Kernels run on the CPU when no
// context is set, when `driver` is null, or when the driver is not ready.
struct Context {
  ::mvp::Driver* driver;
  port::Clock* clock;
};

}  // namespace kernels::mvp
