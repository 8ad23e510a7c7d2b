// The application of an image whose model's tables lie in flash.
#include "app/image_application.h"
#include "app/static_application.h"
#include "model_generated.h"
#include "model_tables.h"

namespace generated {

// In an output section of its own: the arena is the largest part of RAM, and start-up need not clear it.
__attribute__((section(".bss.arena"))) alignas(16) uint8_t arena[kTablesArenaBytes];

// Where copies of weights go, if the model was generated for that.
constexpr size_t kWeightsBytes = kWeightsRamBytes > 0 ? kWeightsRamBytes : 1;
extern uint8_t weights_ram[kWeightsBytes];
__attribute__((section(".bss.weights"))) alignas(16) uint8_t weights_ram[kWeightsBytes];

}  // namespace generated

namespace app {
namespace {

LayerRecord g_records[generated::kOperationCount];

}  // namespace

ImageApplication StartImageApplication(port::Clock& clock, mvp::Driver* driver) {
  static StaticApplication application({generated::kTables, g_records, clock, driver,
                                        generated::kWeightsRamBytes > 0 ? generated::weights_ram : nullptr,
                                        generated::kWeightsRamBytes});
  return {application, sizeof(generated::arena), application.Init() == kTfLiteOk};
}

}  // namespace app
