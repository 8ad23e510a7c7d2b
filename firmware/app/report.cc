// Tables and facts as text, 100 columns wide or less but for long shapes.
#include "app/report.h"

#include <initializer_list>

#include "app/crash_report.h"

namespace app {
namespace {

constexpr size_t kLabelWidth = 13;
constexpr size_t kIndexWidth = 3;
constexpr size_t kOpcodeWidth = 17;
constexpr size_t kCountWidth = 11;
constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

Text& Label(Text& text, const char* label) { return text.Left(label, kLabelWidth); }

void PrintLine(Text& text, const char* label, const char* value) { Label(text, label).Put(value).EndLine(); }

// Cycles of the core mean nothing without its frequency: unknown is not 0.
void PutCoreCycles(Text& text, uint64_t cycles, uint32_t clock_hz) {
  if (clock_hz == 0) {
    text.Right("-", kCountWidth);
  } else {
    text.Decimal(cycles, kCountWidth);
  }
}

void PutMicroseconds(Text& text, uint64_t cycles, uint32_t clock_hz) {
  if (clock_hz == 0) {
    text.Right("-", kCountWidth);
  } else {
    text.Tenths(cycles * kNanosecondsPerSecond / clock_hz, kCountWidth);
  }
}

struct Costs {
  uint64_t ops;
  uint64_t macs;
  uint64_t accelerator_cycles;
  uint64_t cpu_cycles;
  uint64_t wait_cycles;
};

void Add(const Costs& layer, Costs& total) {
  total.ops += layer.ops;
  total.macs += layer.macs;
  total.accelerator_cycles += layer.accelerator_cycles;
  total.cpu_cycles += layer.cpu_cycles;
  total.wait_cycles += layer.wait_cycles;
}

void PutCosts(Text& text, const Costs& costs, uint32_t clock_hz) {
  text.Decimal(costs.ops, kCountWidth).Decimal(costs.macs, kCountWidth);
  text.Decimal(costs.accelerator_cycles, kCountWidth);
  PutCoreCycles(text, costs.cpu_cycles, clock_hz);
  PutCoreCycles(text, costs.wait_cycles, clock_hz);
  PutMicroseconds(text, costs.cpu_cycles + costs.wait_cycles, clock_hz);
}

void PrintProfileHeader(Text& text) {
  text.Right("#", kIndexWidth).Blanks(1).Left("operator", kOpcodeWidth);
  for (const char* title : {"OPs", "MACs", "accel. cyc", "CPU cyc", "wait cyc", "time us"}) {
    text.Right(title, kCountWidth);
  }
  text.Put("  shapes").EndLine();
}

// As in "1 layer" and "2 layers".
Text& PutLayers(Text& text, uint64_t count) {
  return text.Decimal(count).Put(count == 1 ? " layer" : " layers");
}

void PrintAcceleratorFaults(Text& text, uint32_t count, const mvp::FaultRecord& last) {
  Label(text, "acc. faults").Decimal(count);
  text.Put(count == 1 ? ", the core redid the layer" : ", the core redid these layers").EndLine();
  Label(text, "");
  PrintAcceleratorFault(text, last);
}

void PutArena(Text& text, size_t used, size_t bytes) {
  Label(text, "arena").Decimal(used).Put(" of ").Decimal(bytes).Put(" B used").EndLine();
}

void PrintRedone(Text& text, const LayerRecord* layers, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (layers[i].faults == 0) continue;
    text.Put("layer ").Decimal(i).Put(" was redone by the core: the accelerator faulted or timed out");
    text.EndLine();
  }
}

void PutClock(Text& text, const port::Platform& platform) {
  if (platform.clock.Frequency() == 0) {
    text.Put("unknown");  // there is no time base
  } else {
    text.Decimal(platform.clock.Frequency()).Put(" Hz");
  }
  text.Put(", ").Put(platform.clock_source);
  if (*platform.clock_problem != '\0') text.Put(": ").Put(platform.clock_problem);
  text.EndLine();
}

}  // namespace

void PrintBanner(Text& text, const char* version, const ModelFacts& model, const port::Platform& platform,
                 const char* remark) {
  text.EndLine().Put("Earshot ").Put(version).Put(" on ").Put(platform.board).Put(", build ");
  text.HexBytes(platform.build_id, platform.build_id_bytes).EndLine();
  text.Put("model ").Put(model.name).Put(", sha256 ").Put(model.sha256).EndLine();
  text.Put("clock ");
  PutClock(text, platform);
  if (platform.last_crash != nullptr && platform.crash_is_new) PrintCrash(text, *platform.last_crash);
  if (*remark != '\0') text.Put(remark).EndLine();
  text.Put("type help for the commands").EndLine();
}

void PrintInfo(Text& text, const ImageFacts& image, const ModelFacts& model, const port::Platform& platform) {
  Label(text, "project").Put("Earshot ").Put(image.version).EndLine();
  Label(text, "build").HexBytes(platform.build_id, platform.build_id_bytes).EndLine();
  PrintLine(text, "model", model.name);
  PrintLine(text, "sha256", model.sha256);
  Label(text, "model size").Decimal(model.file_bytes).Put(" B, ");
  PutLayers(text, model.layer_count).EndLine();
  PrintLine(text, "board", platform.board);
  Label(text, "clock");
  PutClock(text, platform);
  PrintLine(text, "accelerator", image.accelerator);
  PrintLine(text, "kernel", image.kernel);
  PutArena(text, image.arena_used_bytes, image.arena_bytes);
  if (image.weights_copied > 0) {
    Label(text, "weights").Decimal(image.weights_ram_bytes).Put(" B of ");
    PutLayers(text, image.weights_copied).Put(" copied to RAM").EndLine();
  }
  if (image.accelerator_faults > 0) {
    PrintAcceleratorFaults(text, image.accelerator_faults, image.accelerator_fault);
  }
  if (platform.last_crash != nullptr) {
    Label(text, "last crash");
    PrintCrashLine(text, *platform.last_crash);
  }
}

void PrintModel(Text& text, const ModelFacts& model, size_t arena_used_bytes, size_t arena_bytes) {
  PrintLine(text, "model", model.name);
  text.Right("#", kIndexWidth).Blanks(1).Left("operator", kOpcodeWidth).Right("MACs", kCountWidth);
  text.Put("  shapes").EndLine();
  for (size_t i = 0; i < model.layer_count; ++i) {
    const LayerFacts& layer = model.layers[i];
    text.Decimal(i, kIndexWidth).Blanks(1).Left(layer.opcode, kOpcodeWidth).Decimal(layer.macs, kCountWidth);
    text.Blanks(2).Put(layer.input_shapes).Put(" -> ").Put(layer.output_shapes);
    if (*layer.options != '\0') text.Put(", ").Put(layer.options);
    text.EndLine();
  }
  PutArena(text, arena_used_bytes, arena_bytes);
}

void PrintAcceleratorFault(Text& text, const mvp::FaultRecord& fault) {
  text.Put("last: launch ").Decimal(fault.launch);
  text.Put(fault.outcome == mvp::Status::kTimeout ? " timed out" : " faulted").Put(", flags ");
  text.Hex(fault.flags).Put(" FAULTSTATUS ").Hex(fault.status);
  text.Put(" FAULTADDR ").Hex(fault.address).EndLine();
}

void PrintProfile(Text& text, const ModelFacts& model, const LayerRecord* layers, size_t count,
                  uint32_t clock_hz) {
  PrintProfileHeader(text);
  Costs total{};
  for (size_t i = 0; i < count && i < model.layer_count; ++i) {
    const LayerFacts& facts = model.layers[i];
    const LayerRecord& run = layers[i];
    const Costs costs{facts.ops, facts.macs, run.accelerator_cycles, run.cpu_cycles, run.wait_cycles};
    text.Decimal(i, kIndexWidth).Blanks(1).Left(facts.opcode, kOpcodeWidth);
    PutCosts(text, costs, clock_hz);
    text.Blanks(2).Put(facts.input_shapes).Put(" -> ").Put(facts.output_shapes).EndLine();
    Add(costs, total);
  }
  text.Blanks(kIndexWidth + 1).Left("total", kOpcodeWidth);
  PutCosts(text, total, clock_hz);
  text.EndLine();
  PrintRedone(text, layers, count < model.layer_count ? count : model.layer_count);
}

}  // namespace app
