// How often which outcome occurred.
#include "host/fuzz/model/outcome_counts.h"

namespace model_fuzzing {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsName(char c) { return IsDigit(c) || c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// Operators' names (CONV_2D) have digits that are no numbers; sizes are written as 3x4.
bool StartsNumber(const std::string& text, size_t i, const std::string& before) {
  if (!IsDigit(text[i])) return false;
  if (i == 0 || !IsName(text[i - 1])) return true;
  return text[i - 1] == 'x' && before.size() >= 2 && before[before.size() - 2] == 'N';
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c < ' ' || c > '~' ? '?' : c;
  }
  return quoted + "\"";
}

const char* StageName(Stage stage) { return stage == Stage::kReader ? "reader" : "AllocateTensors"; }

}  // namespace

std::string MessageClass(const std::string& message) {
  std::string text;
  for (size_t i = 0; i < message.size(); ++i) {
    if (message[i] == '\r') continue;
    if (message[i] == '\n') {
      if (i + 1 < message.size()) text += "; ";
    } else if (StartsNumber(message, i, text)) {
      if (!text.empty() && text.back() == '-') text.pop_back();
      text += 'N';
      while (i + 1 < message.size() && IsDigit(message[i + 1])) ++i;
    } else {
      text += message[i];
    }
  }
  return text;
}

OutcomeCounts::OutcomeCounts(const std::vector<Seed>& seeds) {
  for (const Seed& seed : seeds) seeds_.push_back({seed.name});
}

void OutcomeCounts::Add(size_t seed, Kernels kernels, const Outcome& outcome) {
  if (outcome.ran_again) {
    ++kernels_[kernels].ran;
    kernels_[kernels].programs += outcome.programs;
  }
  ++seeds_[seed].executions;
  if (outcome.stage == Stage::kInvocation) {
    ++seeds_[seed].ran;
  } else {
    ++messages_[{outcome.stage, MessageClass(outcome.message)}];
  }
}

std::string OutcomeCounts::Json() const {
  uint64_t executions = 0;
  uint64_t ran = 0;
  std::string seeds;
  for (const SeedCount& seed : seeds_) {
    executions += seed.executions;
    ran += seed.ran;
    seeds += (seeds.empty() ? "" : ",") + ("{\"name\":" + Quoted(seed.name)) +
             ",\"executions\":" + std::to_string(seed.executions) + ",\"ran\":" + std::to_string(seed.ran) +
             "}";
  }
  std::string kernels;
  for (const auto& [each, count] : kernels_) {
    kernels += (kernels.empty() ? "" : ",") + ("{\"name\":" + Quoted(NameOf(each))) +
               ",\"ran\":" + std::to_string(count.ran) + ",\"programs\":" + std::to_string(count.programs) +
               "}";
  }
  std::string messages;
  for (const auto& [key, count] : messages_) {
    messages += (messages.empty() ? "" : ",") + ("{\"stage\":" + Quoted(StageName(key.first))) +
                ",\"message\":" + Quoted(key.second) + ",\"count\":" + std::to_string(count) + "}";
  }
  return "{\"executions\":" + std::to_string(executions) + ",\"ran\":" + std::to_string(ran) +
         ",\"kernels\":[" + kernels + "],\"seeds\":[" + seeds + "],\"messages\":[" + messages + "]}";
}

}  // namespace model_fuzzing
