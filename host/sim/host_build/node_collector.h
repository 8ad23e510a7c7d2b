// Remembers where the kernels of a session keep what they have prepared.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "graph_observer.h"

namespace host_build {

class NodeCollector final : public earshot::GraphObserver {
 public:
  void OnPrepared(earshot::RuntimeContext& context, int node_index, const TfLiteNode& node,
                  const uint8_t* begin, const uint8_t* end) override;
  void OnInvoked(int node_index) override;

  // Called with each node's index as soon as its outputs are there.
  std::function<void(int)> on_invoked;

  struct Node {
    const uint8_t* begin;
    const uint8_t* end;
    const uint8_t* user_data;  // between the two; nullptr: the kernel keeps nothing
  };

  // The interpreter's; nullptr before the first node was prepared.
  earshot::RuntimeContext* context() const { return context_; }

  // In execution order.
  const std::vector<Node>& nodes() const { return nodes_; }

 private:
  earshot::RuntimeContext* context_ = nullptr;
  std::vector<Node> nodes_;
};

}  // namespace host_build
