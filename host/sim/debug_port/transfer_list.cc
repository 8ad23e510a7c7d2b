// The data of an AP read comes with the next AP read, that of the last one with RDBUFF.
#include "host/sim/debug_port/transfer_list.h"

namespace sim {
namespace {

constexpr SwdRequest kReadResend{false, true, 8};
constexpr SwdRequest kReadRdbuff{false, true, 12};

class Run {
 public:
  Run(SerialWire& wire, const TransferLimits& limits) : wire_(wire), limits_(limits) {}

  TransferResult result;

  // False when the request ends here.
  bool Item(const TransferItem& item) {
    const bool posts = item.request.ap && item.request.read;
    if (!posts && !Collect()) return false;
    for (uint32_t i = 0; i < item.count; ++i) {
      if (posts) {
        if (!Post(item.request)) return false;
      } else if (item.request.read) {
        if (!Read(item.request)) return false;
      } else if (!Write(item.request, item.words[i])) {
        return false;
      }
    }
    return true;
  }

  // The data of the last AP read, where one is outstanding.
  bool Collect() {
    if (!outstanding_) return true;
    outstanding_ = false;
    return Read(kReadRdbuff);
  }

 private:
  bool Post(const SwdRequest& request) {
    uint32_t data = 0;
    const Ack ack = wire_.Transfer(request, data, limits_.waits);
    if (!outstanding_) {
      outstanding_ = ack == Ack::kOk || ack == Ack::kParity;  // the data means nothing yet
      return outstanding_ || End(ack);
    }
    return Deliver(ack, data, kReadResend);
  }

  bool Read(const SwdRequest& request) {
    uint32_t data = 0;
    const Ack ack = wire_.Transfer(request, data, limits_.waits);
    return Deliver(ack, data, request.address < 8 ? request : kReadResend);
  }

  bool Deliver(Ack ack, uint32_t data, const SwdRequest& again) {
    for (uint32_t i = 0; ack == Ack::kParity && i < limits_.resends; ++i) {
      ack = wire_.Transfer(again, data, limits_.waits);
    }
    if (ack != Ack::kOk) return End(ack);
    result.words.push_back(data);
    ++result.done;
    return true;
  }

  bool Write(const SwdRequest& request, uint32_t data) {
    const Ack ack = wire_.Transfer(request, data, limits_.waits);
    if (ack != Ack::kOk) return End(ack);
    ++result.done;
    return true;
  }

  bool End(Ack ack) {
    result.ack = ack;
    return false;
  }

  SerialWire& wire_;
  const TransferLimits limits_;
  bool outstanding_ = false;
};

}  // namespace

TransferResult RunTransfers(SerialWire& wire, const std::vector<TransferItem>& items,
                            const TransferLimits& limits) {
  Run run(wire, limits);
  for (const TransferItem& item : items) {
    if (!run.Item(item)) return run.result;
  }
  run.Collect();
  return run.result;
}

}  // namespace sim
