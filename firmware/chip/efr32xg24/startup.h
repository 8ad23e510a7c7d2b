// Symbols of the linker script, and the entries that the vector table names.
#pragma once

#include <cstdint>

namespace chip::linker {

// Addresses, not variables: only their `&` means something. Declared as arrays so that it is implicit.
extern "C" {
extern uint32_t __ram_start[];
extern uint32_t __stack_limit[];
extern uint32_t __interrupt_stack_limit[];
extern uint32_t __stack_top[];
extern const uint32_t __data_load[];
extern uint32_t __data_start[];
extern uint32_t __data_end[];
extern uint32_t __bss_start[];
extern uint32_t __bss_end[];
extern uint32_t __noinit_end[];
using Constructor = void (*)();
extern const Constructor __init_array_start[];
extern const Constructor __init_array_end[];
extern const uint8_t __build_id_start[];
extern const uint8_t __build_id_end[];
}

}  // namespace chip::linker

extern "C" {
void __image_note_start();  // no function: declared as what else stands in the vector table
[[noreturn]] void ResetHandler();
void FaultEntry();
void SysTickHandler();
void SerialReceiveHandler();
}
