// The small model of the tests as a file in memory, for programs in C.
#include "small_model_file.h"

#include "model_spec.h"

const void* SmallModelFile(size_t* bytes) {
  static const model_building::PlacedModel model(model_building::BuildModel(model_building::SmallModel()));
  *bytes = model.size();
  return model.data();
}
