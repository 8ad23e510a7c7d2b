// The application of an image, with the model that host.generate wrote for it.
#pragma once

#include <cstddef>

#include "app/application.h"
#include "port/clock.h"

namespace app {

struct ImageApplication {
  Application& application;
  size_t arena_bytes;
  bool ready;  // false: nothing of it but what says so works
};

// To be called once. `driver`: nullptr without an accelerator. The model's tables lie in flash
// (static_image_application.cc), unless the image is configured with EARSHOT_INTERPRETER: then the model is
// checked and prepared here and now (interpreted_image_application.cc).
ImageApplication StartImageApplication(port::Clock& clock, mvp::Driver* driver);

}  // namespace app
