// Who is told what the kernels of a model do; the host build makes a static graph of it.
#pragma once

#include <cstdint>

#include "tensorflow/lite/c/common.h"

namespace earshot {

class RuntimeContext;

class GraphObserver {
 public:
  // Node `node_index` has been prepared. Memory that its kernel has asked for is at `begin` … `end`.
  virtual void OnPrepared(RuntimeContext& context, int node_index, const TfLiteNode& node,
                          const uint8_t* begin, const uint8_t* end) = 0;

  // Its outputs have just been computed.
  virtual void OnInvoked(int node_index) = 0;

 protected:
  ~GraphObserver() = default;
};

// Has `observer`, which may be null, told of all that `interpreter` does from now on. An installed TFLM's
// interpreter tells nobody. The last argument is 0, which takes the first form where both would do.
template <typename Interpreter>
auto Observe(Interpreter& interpreter, GraphObserver* observer, int)
    -> decltype(interpreter.SetGraphObserver(observer)) {
  interpreter.SetGraphObserver(observer);
}
template <typename Interpreter>
void Observe(Interpreter&, GraphObserver*, long) {}

}  // namespace earshot
