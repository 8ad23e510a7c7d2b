// The crash dump: one block of text that a person can read and `python -m host.console` turns into a back
// trace. docs/console.md describes it line by line.
#pragma once

#include "app/text.h"
#include "port/crash.h"

namespace app {

// In few words, as "stack overflow".
const char* Describe(port::CrashKind kind);

// As "UsageFault"; "" for what is no fault of the architecture.
const char* NameException(uint32_t exception);

// The whole block.
void PrintCrash(Text& text, const port::Crash& crash);

// One line: kind, exception, PC and LR.
void PrintCrashLine(Text& text, const port::Crash& crash);

// Why the machine started, as "power-on, pin".
void PrintResetCauses(Text& text, uint32_t causes);

}  // namespace app
