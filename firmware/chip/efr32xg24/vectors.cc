// Fills the vector table. Whatever nobody handles is a fault with its exception number.
#include "chip/efr32xg24/vectors.h"

#include "chip/efr32xg24/registers/eusart.h"
#include "chip/efr32xg24/serial_line.h"
#include "chip/efr32xg24/startup.h"

// SysTick only wakes the core from a wait; being taken is all it has to do.
extern "C" void SysTickHandler() {}

extern "C" void SerialReceiveHandler() { chip::Serial0().OnReceive(); }

namespace chip {
namespace {

constexpr size_t kReset = 1;
constexpr size_t kImageNote = 8;  // reserved by the architecture
constexpr size_t kSysTick = 15;

constexpr VectorTable MakeVectors() {
  VectorTable table{linker::__stack_top, {}};
  for (Handler& handler : table.handlers) handler = FaultEntry;
  table.handlers[kReset - 1] = ResetHandler;
  table.handlers[kSysTick - 1] = SysTickHandler;
  table.handlers[kCoreVectors + EUSART0::kReceiveIrq - 1] = SerialReceiveHandler;
  // Where host.flash finds out what the image is (port/xg24/image_note.cc).
  table.handlers[kImageNote - 1] = __image_note_start;
  // Reserved entries; 13 is where a vendor bootloader would look for its application properties.
  for (const size_t reserved : {9, 10, 13}) table.handlers[reserved - 1] = nullptr;
  return table;
}

}  // namespace

// VTOR ignores the low bits that 92 entries need: 512-byte alignment.
extern "C" __attribute__((section(".vectors"), used, aligned(512))) constexpr VectorTable kVectors =
    MakeVectors();

static_assert(sizeof(Handler) != 4 || sizeof(VectorTable) == 368, "92 entries of one word");

}  // namespace chip
