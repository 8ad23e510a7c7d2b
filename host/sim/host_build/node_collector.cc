// Remembers where the kernels of a session keep what they have prepared.
#include "host/sim/host_build/node_collector.h"

namespace host_build {

void NodeCollector::OnPrepared(earshot::RuntimeContext& context, int, const TfLiteNode& node,
                               const uint8_t* begin, const uint8_t* end) {
  context_ = &context;
  nodes_.push_back({begin, end, static_cast<const uint8_t*>(node.user_data)});
}

void NodeCollector::OnInvoked(int node_index) {
  if (on_invoked) on_invoked(node_index);
}

}  // namespace host_build
