// The application of an image that checks and prepares its model when it starts.
#include "app/image_application.h"
#include "app/interpreted_application.h"
#include "app/kernel_choice.h"
#include "model_generated.h"

namespace app {
namespace {

// In an output section of its own: the arena is the largest part of RAM, and start-up need not clear it.
__attribute__((section(".bss.arena"))) alignas(16) uint8_t g_arena[generated::kArenaBytes];

// Where copies of weights go, if the model was generated for that.
constexpr size_t kWeightsRamBytes = generated::kWeightsRamBytes;
__attribute__((section(".bss.weights"))) alignas(
    16) uint8_t g_weights[kWeightsRamBytes > 0 ? kWeightsRamBytes : 1];

}  // namespace

ImageApplication StartImageApplication(port::Clock& clock, mvp::Driver* driver) {
  static generated::OpResolver resolver;
  static InterpretedApplication application({generated::kModel.data, generated::kModel.file_bytes, resolver,
                                             g_arena, sizeof(g_arena), clock, driver, generated::kPrepared,
                                             generated::kPreparedBytes, nullptr,
                                             kWeightsRamBytes > 0 ? g_weights : nullptr, kWeightsRamBytes});
  const KernelChoice kernels = ChooseKernels(EARSHOT_KERNEL, driver != nullptr);
  const bool ready =
      generated::AddOperators(resolver, kernels) == kTfLiteOk && application.Init() == kTfLiteOk;
  return {application, sizeof(g_arena), ready};
}

}  // namespace app
