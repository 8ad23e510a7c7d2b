// Structural check of a .tflite file: every table, vector and string of the schema that is read lies in the
// file.
#pragma once

#include <cstddef>
#include <cstdint>

#include "complaint.h"

namespace earshot {

// After success the views of tensorflow/lite/schema/schema_generated.h may be used on the file, vectors that
// the schema requires exist, and there is one subgraph with all data inside the file. Indices are not checked
// yet. `data` must be 4-byte aligned.
bool CheckSchema(const uint8_t* data, size_t bytes, Complaint& complaint);

}  // namespace earshot
