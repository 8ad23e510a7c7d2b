// The metadata entry "earshot.layout", with which host.generate says in which order a model's weights lie.
//
// Its buffer holds little-endian 32-bit words: the version of the entry (1), then the indices, ascending, of
// the weight tensors that lie in row pairs (kernels/weight_order.h). All other tensors, and all tensors of a
// model without the entry, lie as the schema says.
#pragma once

#include "complaint.h"
#include "kernels/weight_order.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace earshot {

// `model` has passed CheckSchema and CheckGraph. Every tensor named must be constant int8 [even, …] and be
// read by FULLY_CONNECTED as weights only, by nothing else.
bool CheckWeightLayout(const tflite::Model& model, Complaint& complaint);

// The entry of a model that has passed CheckWeightLayout; the view points into the model.
kernels::WeightOrders ReadWeightLayout(const tflite::Model& model);

}  // namespace earshot
