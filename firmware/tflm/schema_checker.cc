// Structural check of a .tflite file.
#include "schema_checker.h"

#include "flatbuffer_checker.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace earshot {
namespace {

// Walks the tables of the schema, in the order in which they nest. Slots are those of schema_generated.h.
class SchemaChecker {
 public:
  SchemaChecker(const uint8_t* data, size_t bytes, Complaint& complaint)
      : checker_(data, bytes, complaint), complaint_(complaint) {}

  bool Model();

 private:
  using Check = bool (SchemaChecker::*)(const CheckedTable& table);

  // A required vector of tables, each of which passes `check`.
  bool Tables(const CheckedTable& parent, uint16_t slot, const char* what, Check check);
  bool OneSubGraph(const CheckedTable& model);
  bool OperatorCode(const CheckedTable& table);
  bool SubGraph(const CheckedTable& table);
  bool Buffer(const CheckedTable& table);
  bool Metadata(const CheckedTable& model);
  bool Tensor(const CheckedTable& table);
  bool Quantization(const CheckedTable& table);
  bool Operator(const CheckedTable& table);
  bool Options(tflite::BuiltinOptions type, const CheckedTable& table);
  bool Indices(const CheckedTable& parent, uint16_t slot, const char* what, uint32_t* count);

  FlatBufferChecker checker_;
  Complaint& complaint_;
};

bool SchemaChecker::Tables(const CheckedTable& parent, uint16_t slot, const char* what, Check check) {
  CheckedVector vector = {};
  if (!checker_.Vector(parent, slot, what, sizeof(uint32_t), &vector)) return false;
  if (vector.count == 0) return complaint_.Add("the model has no ").Add(what).Refuse();
  for (uint32_t i = 0; i < vector.count; ++i) {
    CheckedTable child = {};
    if (!checker_.TableElement(vector, i, what, &child) || !(this->*check)(child)) return false;
  }
  return true;
}

bool SchemaChecker::Model() {
  CheckedTable model = {};
  CheckedVector external = {};
  if (!checker_.Root(&model) || !checker_.Scalar(model, 4, sizeof(uint32_t)) ||
      !Tables(model, 6, "operator codes", &SchemaChecker::OperatorCode) || !OneSubGraph(model) ||
      !Tables(model, 8, "subgraphs", &SchemaChecker::SubGraph) ||
      !Tables(model, 12, "buffers", &SchemaChecker::Buffer) || !Metadata(model) ||
      !checker_.Vector(model, 22, "external buffers", sizeof(uint32_t), &external)) {
    return false;
  }
  if (external.count != 0)
    return complaint_.Add("the model keeps data outside the file: not supported").Refuse();
  return true;
}

// Before they are read: a small file may say that it has very many, all of which are one large one.
bool SchemaChecker::OneSubGraph(const CheckedTable& model) {
  CheckedVector subgraphs = {};
  if (!checker_.Vector(model, 8, "subgraphs", sizeof(uint32_t), &subgraphs)) return false;
  if (subgraphs.count <= 1) return true;
  return complaint_.Add("the model has ")
      .Add(subgraphs.count)
      .Add(" subgraphs, only one is supported")
      .Refuse();
}

bool SchemaChecker::OperatorCode(const CheckedTable& table) {
  return checker_.Scalar(table, 4, 1) && checker_.String(table, 6, "a custom operator's name") &&
         checker_.Scalar(table, 8, sizeof(int32_t)) && checker_.Scalar(table, 10, sizeof(int32_t));
}

bool SchemaChecker::Indices(const CheckedTable& parent, uint16_t slot, const char* what, uint32_t* count) {
  CheckedVector vector = {};
  if (!checker_.Vector(parent, slot, what, sizeof(int32_t), &vector)) return false;
  *count = vector.count;
  return true;
}

bool SchemaChecker::SubGraph(const CheckedTable& table) {
  uint32_t inputs = 0;
  uint32_t outputs = 0;
  if (!Tables(table, 4, "tensors", &SchemaChecker::Tensor) ||
      !Indices(table, 6, "the list of inputs", &inputs) ||
      !Indices(table, 8, "the list of outputs", &outputs) ||
      !Tables(table, 10, "operators", &SchemaChecker::Operator)) {
    return false;
  }
  if (inputs == 0) return complaint_.Add("the model has no inputs").Refuse();
  if (outputs == 0) return complaint_.Add("the model has no outputs").Refuse();
  return true;
}

bool SchemaChecker::Buffer(const CheckedTable& table) {
  CheckedVector data = {};
  return checker_.Vector(table, 4, "a buffer", 1, &data) && checker_.Scalar(table, 6, sizeof(uint64_t)) &&
         checker_.Scalar(table, 8, sizeof(uint64_t));
}

// A vector of tables that may be absent or empty.
bool SchemaChecker::Metadata(const CheckedTable& model) {
  CheckedVector entries = {};
  if (!checker_.Vector(model, 16, "the metadata", sizeof(uint32_t), &entries)) return false;
  for (uint32_t i = 0; i < entries.count; ++i) {
    CheckedTable entry = {};
    if (!checker_.TableElement(entries, i, "the metadata", &entry) ||
        !checker_.String(entry, 4, "the name of metadata") || !checker_.Scalar(entry, 6, sizeof(uint32_t))) {
      return false;
    }
  }
  return true;
}

bool SchemaChecker::Tensor(const CheckedTable& table) {
  CheckedVector shape = {};
  CheckedTable child = {};
  bool has_quantization = false;
  bool has_sparsity = false;
  return checker_.Vector(table, 4, "a tensor's shape", sizeof(int32_t), &shape) &&
         checker_.Scalar(table, 6, 1) && checker_.Scalar(table, 8, sizeof(uint32_t)) &&
         checker_.String(table, 10, "a tensor's name") &&
         checker_.Table(table, 12, "a tensor's quantization", &child, &has_quantization) &&
         (!has_quantization || Quantization(child)) && checker_.Scalar(table, 14, 1) &&
         checker_.Table(table, 16, "a tensor's sparsity", &child, &has_sparsity) &&
         checker_.Scalar(table, 24, sizeof(uint32_t));
}

bool SchemaChecker::Quantization(const CheckedTable& table) {
  CheckedVector vector = {};
  return checker_.Vector(table, 8, "a list of scales", sizeof(float), &vector) &&
         checker_.Vector(table, 10, "a list of zero points", sizeof(int64_t), &vector) &&
         checker_.Scalar(table, 12, 1) && checker_.Scalar(table, 16, sizeof(int32_t));
}

bool SchemaChecker::Operator(const CheckedTable& table) {
  uint32_t count = 0;
  CheckedTable options = {};
  bool has_options = false;
  if (!checker_.Scalar(table, 4, sizeof(uint32_t)) || !Indices(table, 6, "an operator's inputs", &count) ||
      !Indices(table, 8, "an operator's outputs", &count) || !checker_.Scalar(table, 10, 1) ||
      !checker_.Table(table, 12, "an operator's options", &options, &has_options)) {
    return false;
  }
  return !has_options || Options(static_cast<tflite::BuiltinOptions>(checker_.Byte(table, 10)), options);
}

// Scalars are checked by what reads them (options/), which an image only has for its own operators.
bool SchemaChecker::Options(tflite::BuiltinOptions type, const CheckedTable& table) {
  CheckedVector vector = {};
  return type != tflite::BuiltinOptions_ReshapeOptions ||
         checker_.Vector(table, 4, "a new shape", sizeof(int32_t), &vector);
}

}  // namespace

bool CheckSchema(const uint8_t* data, size_t bytes, Complaint& complaint) {
  return SchemaChecker(data, bytes, complaint).Model();
}

}  // namespace earshot
