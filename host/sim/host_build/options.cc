// The command line of the host executable.
#include "host/sim/host_build/options.h"

#include <charconv>
#include <string_view>

#include "host/sim/host_build/failure.h"
#include "host/sim/host_build/mvp_port.h"

namespace host_build {
namespace {

constexpr size_t kMaxCount = 10000000;
constexpr size_t kMaxArenaBytes = size_t{1} << 28;
constexpr size_t kMaxOperators = 1000000;

size_t ParseNumber(std::string_view option, const std::string& text, size_t least, size_t most) {
  size_t value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end || value < least || value > most) {
    throw UsageError(std::string(option) + " " + text + ": give a number from " + std::to_string(least) +
                     " to " + std::to_string(most));
  }
  return value;
}

Weights ParseWeights(const std::string& name) {
  if (name == "flash") return Weights::kFlash;
  if (name == "ram") return Weights::kRam;
  if (name == "auto") return Weights::kAuto;
  throw UsageError("--weights " + name + ": give flash, ram or auto");
}

app::Kernel ParseKernel(const std::string& name) {
  if (name == "reference") return app::Kernel::kReference;
  if (name == "baseline") return app::Kernel::kBaseline;
  if (name == "fast") return app::Kernel::kFast;
  throw UsageError("--kernel " + name + ": give reference, baseline or fast");
}

void Set(Options& options, const std::string& option, const std::string& value) {
  if (option == "--kernel") {
    options.kernel = ParseKernel(value);
    options.kernel_name = value;
  } else if (option == "--cycle-model") {
    if (!MvpPort::IsCycleModel(value))
      throw UsageError("--cycle-model " + value + ": there is no such model");
    options.cycle_model = value;
  } else if (option == "--count") {
    options.count = ParseNumber(option, value, 1, kMaxCount);
  } else if (option == "--inputs") {
    options.inputs = value;
  } else if (option == "--outputs") {
    options.outputs = value;
  } else if (option == "--profile") {
    options.profile = value;
  } else if (option == "--arena") {
    options.arena_bytes = ParseNumber(option, value, 0, kMaxArenaBytes);
  } else if (option == "--on-core") {
    options.on_core.push_back(static_cast<uint32_t>(ParseNumber(option, value, 0, kMaxOperators)));
  } else if (option == "--images") {
    options.images = value;
  } else if (option == "--weights") {
    options.weights = ParseWeights(value);
  } else if (option == "--weights-budget") {
    options.weights_budget = ParseNumber(option, value, 0, kMaxArenaBytes);
  } else if (option == "--memory") {
    if (value != "flash" && value != "ram") throw UsageError("--memory " + value + ": give flash or ram");
    options.model_in_ram = value == "ram";
  } else {
    throw UsageError("unknown option " + option);
  }
}

}  // namespace

const char* Usage() {
  return "usage: earshot_host run MODEL.tflite --inputs FILE --outputs FILE [--count N]\n"
         "           [--kernel reference|baseline|fast] [--cycle-model NAME] [--profile FILE]\n"
         "           [--arena BYTES] [--memory flash|ram] [--images FILE]\n"
         "           [--weights flash|ram|auto] [--weights-budget BYTES]\n"
         "       earshot_host describe MODEL.tflite [--kernel reference|baseline|fast] [--arena BYTES]\n"
         "           [--images FILE] [--weights flash|ram|auto] [--weights-budget BYTES]\n"
         "       earshot_host prepare MODEL.tflite --outputs FILE [--kernel baseline|fast]\n"
         "           [--on-core OPERATOR]   (once for each)\n"
         "       earshot_host tables MODEL.tflite --outputs FILE [--kernel reference|baseline|fast]\n"
         "           [--images FILE] [--weights flash|ram|auto] [--weights-budget BYTES]\n";
}

Options ParseOptions(int argc, const char* const* argv) {
  Options options;
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "run") {
    options.command = Command::kRun;
  } else if (command == "describe") {
    options.command = Command::kDescribe;
  } else if (command == "prepare") {
    options.command = Command::kPrepare;
  } else if (command == "tables") {
    options.command = Command::kTables;
  } else {
    throw UsageError("give a command: run, describe, prepare or tables");
  }
  for (int i = 2; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.rfind("--", 0) != 0) {
      if (!options.model.empty())
        throw UsageError("more than one model: " + options.model + " and " + argument);
      options.model = argument;
      continue;
    }
    if (i + 1 == argc) throw UsageError(argument + " needs a value");
    Set(options, argument, argv[++i]);
  }
  if (options.model.empty()) throw UsageError("give a model");
  if (options.command == Command::kPrepare && options.outputs.empty()) {
    throw UsageError("prepare needs --outputs");
  }
  if (options.command == Command::kTables && options.outputs.empty()) {
    throw UsageError("tables needs --outputs");
  }
  if (options.command == Command::kRun && (options.inputs.empty() || options.outputs.empty())) {
    throw UsageError("run needs --inputs and --outputs");
  }
  return options;
}

}  // namespace host_build
