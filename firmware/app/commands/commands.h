// The console's commands. Each gets an Image (image.h) as its context.
#pragma once

#include <cstddef>

#include "app/commands/image.h"
#include "app/console.h"

namespace app {

extern const Command kCommands[];  // [kCommandCount]
extern const size_t kCommandCount;

// describe_commands.cc
void CommandInfo(void* context, Text& text, const char* arguments);
void CommandModel(void* context, Text& text, const char* arguments);

// run_commands.cc
void CommandRun(void* context, Text& text, const char* arguments);
void CommandProfile(void* context, Text& text, const char* arguments);
void CommandBench(void* context, Text& text, const char* arguments);

// state_commands.cc
void CommandMem(void* context, Text& text, const char* arguments);
void CommandMvp(void* context, Text& text, const char* arguments);
void CommandLog(void* context, Text& text, const char* arguments);
void CommandReboot(void* context, Text& text, const char* arguments);

// What `log` prints.
void PrintLog(Text& text, const port::Platform& platform, const mvp::Driver& driver);

}  // namespace app
