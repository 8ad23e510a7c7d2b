// What the console's commands work on: the running image, its model and its machine.
#pragma once

#include <cstddef>

#include "app/application.h"
#include "app/model_facts.h"
#include "mvp/driver.h"
#include "port/platform.h"

namespace app {

struct Image {
  const char* version;
  const ModelFacts& model;
  const port::Platform& platform;
  Application& application;
  mvp::Driver& driver;
  size_t arena_bytes;
  bool model_ready;
  const char* kernel;
  const char* accelerator;
};

}  // namespace app
