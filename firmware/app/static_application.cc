// The application with a model that was prepared where the image was built.
#include "app/static_application.h"

#include <algorithm>
#include <cstring>

#include "tensorflow/lite/micro/micro_log.h"

namespace app {

StaticApplication::StaticApplication(const StaticParts& parts)
    : Application(parts.clock, parts.driver), parts_(parts), interpreter_(parts.model.graph, &profiler()) {
  kernel_context().prepared = parts.model.prepared;
  kernel_context().weights_ram = parts.weights_ram;
}

TfLiteStatus StaticApplication::Init() {
  const StaticModel& model = parts_.model;
  TF_LITE_ENSURE_STATUS(interpreter_.SetMicroExternalContext(&kernel_context()));
  profiler().UseRecords(parts_.records, model.graph.operation_count);
  if (parts_.driver != nullptr) {
    for (uint32_t i = 0; i < model.copy_count; ++i) {
      const WeightCopy& copy = model.copies[i];
      std::memcpy(parts_.weights_ram + copy.offset, copy.original, copy.bytes);
    }
    for (uint32_t i = 0; i < model.note_count; ++i) MicroPrintf("%s", model.notes[i]);
  }
  ClearInputs();
  return kTfLiteOk;
}

size_t StaticApplication::weights_ram_used_bytes() const {
  return weights_copied() > 0 ? parts_.weights_ram_bytes : 0;
}

size_t StaticApplication::weights_copied() const {
  return parts_.driver == nullptr ? 0 : parts_.model.copy_count;
}

}  // namespace app
