// The line about a layer that does not fit the accelerator.
#include "kernels/mvp/layer_report.h"

#include <cstdint>

#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_log.h"

namespace kernels::mvp {
namespace {

// " (#12)"; empty for a negative index.
class OperatorMark {
 public:
  explicit OperatorMark(int index) {
    if (index < 0) return;
    *--begin_ = ')';
    int rest = index;
    do {
      *--begin_ = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    *--begin_ = '#';
    *--begin_ = '(';
    *--begin_ = ' ';
  }
  OperatorMark(const OperatorMark&) = delete;
  OperatorMark& operator=(const OperatorMark&) = delete;

  const char* text() const { return begin_; }

 private:
  char text_[16] = {};
  char* begin_ = text_ + sizeof(text_) - 1;
};

}  // namespace

int OperatorOf(const tflite::Model* model, int output_tensor) {
  if (model == nullptr) return -1;
  const auto& operators = *model->subgraphs()->Get(0)->operators();
  for (uint32_t i = 0; i < operators.size(); ++i) {
    const flatbuffers::Vector<int32_t>* outputs = operators.Get(i)->outputs();
    for (uint32_t k = 0; outputs != nullptr && k < outputs->size(); ++k) {
      if (outputs->Get(k) == output_tensor) return static_cast<int>(i);
    }
  }
  return -1;
}

void ReportMisfit(const Misfit& misfit, const tflite::Model* model, const TfLiteTensor* weights,
                  int output_tensor) {
  const auto outputs = static_cast<int>(tflite::SizeOfDimension(weights, 0));
  const auto depth = static_cast<int>(tflite::SizeOfDimension(weights, 1));
  const OperatorMark mark(OperatorOf(model, output_tensor));
  if (misfit.value == 0 && misfit.limit == 0) {
    MicroPrintf("FULLY_CONNECTED%s %dx%d, output tensor %d, runs on the CPU: %s", mark.text(), outputs, depth,
                output_tensor, misfit.what);
    return;
  }
  MicroPrintf("FULLY_CONNECTED%s %dx%d, output tensor %d, runs on the CPU: %s %u, at most %u fits",
              mark.text(), outputs, depth, output_tensor, misfit.what, static_cast<unsigned>(misfit.value),
              static_cast<unsigned>(misfit.limit));
}

}  // namespace kernels::mvp
