// The table of named cycle models.
#include "host/mvp/cycle_model.h"

namespace mvp_model {

const CycleModel* FindCycleModel(std::string_view name) {
  for (const CycleModel* model : kCycleModels) {
    if (model->name == name) return model;
  }
  return nullptr;
}

}  // namespace mvp_model
