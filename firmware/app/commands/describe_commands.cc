// Commands that say what the image is.
#include "app/commands/commands.h"
#include "app/report.h"

namespace app {

void CommandInfo(void* context, Text& text, const char*) {
  const Image& image = *static_cast<Image*>(context);
  const ImageFacts facts = {image.version,
                            image.kernel,
                            image.accelerator,
                            image.application.arena_used_bytes(),
                            image.arena_bytes,
                            image.application.weights_ram_used_bytes(),
                            image.application.weights_copied(),
                            image.driver.faults(),
                            image.driver.last_fault()};
  PrintInfo(text, facts, image.model, image.platform);
}

void CommandModel(void* context, Text& text, const char*) {
  const Image& image = *static_cast<Image*>(context);
  PrintModel(text, image.model, image.application.arena_used_bytes(), image.arena_bytes);
}

}  // namespace app
