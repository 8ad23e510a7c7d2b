// Setting up the engine and its callbacks. The virtual TLB with a fill hook makes stores as quick as loads.
#include "host/sim/core/engine.h"

#include <algorithm>
#include <cstdlib>

#include "host/sim/core/live_registers.h"

namespace sim {
namespace {

constexpr int kHalfwordWfi = 0xBF30, kHalfwordWfe = 0xBF20, kHalfwordYield = 0xBF10;
constexpr uint32_t kWideHint = 0xF3AF;
constexpr uint32_t kUndefinedSyndrome = 0x02000000;
constexpr uint32_t kThumb = 1U << 24;
constexpr uint32_t kItBits = 0x0600FC00;
constexpr uint64_t kEndOfAddresses = uint64_t{1} << 32;
constexpr uint32_t kPageShift = 10;

// Memory that the default map never executes: peripherals, devices, the system region.
bool ExecuteNever(uint64_t address) {
  const uint64_t region = address >> 29;
  return region == 2 || region >= 5;
}

template <class Function>
void* Callback(Function* function) {
  return reinterpret_cast<void*>(function);
}

}  // namespace

Engine::Engine(Scheduler& scheduler, BlockAccount& account, EngineClient& client)
    : scheduler_(scheduler), account_(account), client_(client) {
  setenv("UC_IGNORE_REG_BREAK", "1", 0);
  if (uc_open(UC_ARCH_ARM, static_cast<uc_mode>(UC_MODE_THUMB | UC_MODE_MCLASS), &uc_) != UC_ERR_OK) abort();
  uc_ctl_set_cpu_model(uc_, UC_CPU_ARM_CORTEX_M33);
  uc_ctl_tlb_mode(uc_, UC_TLB_VIRTUAL);
  windows_.reserve(16);  // the engine keeps pointers to them
  AddHooks();
  uc_context_alloc(uc_, &context_);
  uc_context_alloc(uc_, &at_access_);
  FindHidden();
  live_ = FindLiveRegisters(uc_);
}

Engine::~Engine() {
  uc_context_free(context_);
  uc_context_free(at_access_);
  uc_close(uc_);
}

void Engine::AddHooks() {
  uc_hook hook;
  uc_hook_add(uc_, &hook, UC_HOOK_BLOCK, Callback(OnBlock), this, 1, 0);
  uc_hook_add(uc_, &hook, UC_HOOK_INTR, Callback(OnInterrupt), this, 1, 0);
  uc_hook_add(uc_, &hook, UC_HOOK_INSN_INVALID, Callback(OnInvalid), this, 1, 0);
  uc_hook_add(uc_, &hook, UC_HOOK_TLB_FILL, Callback(OnTlbFill), this, 1, 0);
}

// Where such a hook lies the engine looks at every single store, so it lies in the gaps between writable
// memories only; nothing is refused inside them.
void Engine::AddFaultHooks() {
  std::sort(writable_.begin(), writable_.end(), [](Range a, Range b) { return a.from < b.from; });
  writable_.push_back({kEndOfAddresses, kEndOfAddresses});
  uint64_t from = 0;
  for (const Range& memory : writable_) {
    uc_hook hook;
    if (from < memory.from) {
      uc_hook_add(uc_, &hook, UC_HOOK_MEM_INVALID, Callback(OnBadAccess), this, from, memory.from - 1);
    }
    from = memory.to;
  }
  writable_.pop_back();
}

bool Engine::MapMemory(uint32_t base, uint8_t* bytes, uint32_t size, bool writable) {
  if (writable) writable_.push_back({base, uint64_t{base} + size});
  const uint32_t protection = writable ? UC_PROT_ALL : UC_PROT_READ | UC_PROT_EXEC;
  return uc_mem_map_ptr(uc_, base, size, protection, bytes) == UC_ERR_OK;
}

bool Engine::MapWindow(uint32_t base, uint32_t size) {
  if (windows_.size() == windows_.capacity()) return false;
  windows_.push_back({this, base});
  return uc_mmio_map(uc_, base, size, OnMmioRead, &windows_.back(), OnMmioWrite, &windows_.back()) ==
         UC_ERR_OK;
}

// Of RAM only pages that ever held code, for to the engine this is a fetch, after which stores are slow.
void Engine::ForgetCode(uint32_t from, uint32_t to) {
  if (!IsWritable(from)) {
    uc_ctl_remove_cache(uc_, uint64_t{from}, uint64_t{to});
    return;
  }
  for (uint64_t page = from >> kPageShift; page <= (to - 1) >> kPageShift; ++page) {
    if (code_pages_.count(static_cast<uint32_t>(page)) == 0) continue;
    const uint64_t begin = std::max<uint64_t>(from, page << kPageShift);
    uc_ctl_remove_cache(uc_, begin, std::min<uint64_t>(to, (page + 1) << kPageShift));
  }
}

void Engine::ForgetAllCode() { uc_ctl_flush_tb(uc_); }

TrapReport Engine::Run(uint32_t until) {
  report_ = {};
  stopped_ = false;
  filled_pc_ = 1;
  Set(UC_ARM_REG_ESR, 0);
  if ((xpsr() & kThumb) == 0) return {Trap::kInvalidState, 0};
  stopped_at_access_ = false;
  if (!fault_hooks_added_) AddFaultHooks();
  fault_hooks_added_ = true;
  const uc_err status = uc_emu_start(uc_, Register(15) | 1, until, 0, 0);
  if (stopped_at_access_) {
    if ((epsr_at_access_ & kItBits) != 0) uc_context_restore(uc_, at_access_);
    SetRegister(15, access_pc_);
    Set(UC_ARM_REG_EPSR, epsr_at_access_);
  }
  return Classify(status);
}

TrapReport Engine::Classify(uc_err status) {
  if (report_.trap == Trap::kFetch && (xpsr() & kThumb) == 0) return {Trap::kInvalidState, 0};
  if (report_.trap != Trap::kNone || stopped_) return report_;
  const uint32_t pc = Register(15);
  if (status == UC_ERR_OK && pc == 0) return {Trap::kFetch, 0};
  if (status == UC_ERR_EXCEPTION) return {(xpsr() & kThumb) != 0 ? Trap::kFetch : Trap::kInvalidState, pc};
  if (status == UC_ERR_OK) {
    uint16_t code[2] = {};
    if (uc_mem_read(uc_, pc - 2, &code[0], 2) == UC_ERR_OK && code[0] == kHalfwordWfi) {
      return {Trap::kWaitForInterrupt, 0};
    }
    if (uc_mem_read(uc_, pc - 4, code, 4) == UC_ERR_OK && code[0] == kWideHint && code[1] == 0x8003) {
      return {Trap::kWaitForInterrupt, 0};
    }
    return {};  // `until`
  }
  return {Trap::kUndefined, 0};
}

void Engine::StopAtAccess() {
  stopped_ = stopped_at_access_ = true;
  access_pc_ = Register(15);
  // The first access to a page has already lost its IT bits, when the page was entered.
  if ((epsr_at_access_ & kItBits) == 0 && access_pc_ == filled_pc_) epsr_at_access_ = filled_epsr_;
  // Inside an IT block the engine stops at the end of the block only: what followed is undone in the
  // registers.
  if ((epsr_at_access_ & kItBits) != 0) uc_context_save(uc_, at_access_);
  uc_emu_stop(uc_);
}

void Engine::OnBlock(uc_engine* uc, uint64_t address, uint32_t size, void* self) {
  Engine& engine = *static_cast<Engine*>(self);
  BlockAnswer answer = BlockAnswer::kCharge;
  if (engine.scheduler_.now() >= engine.limit_) {
    if (engine.quiet_) return;
    answer = engine.client_.OnLimit(static_cast<uint32_t>(address), size);
  }
  TimedBlock& block = engine.account_.Find(static_cast<uint32_t>(address), size);
  const bool aligns = block.word_bases != 0 || block.inspect;
  if (aligns && engine.Misaligned(block) && answer != BlockAnswer::kStop &&
      !engine.client_.OnMisaligned(static_cast<uint32_t>(address), size)) {
    answer = BlockAnswer::kStop;
  }
  if (answer == BlockAnswer::kCharge) {
    engine.scheduler_.Pass(engine.account_.Enter(block));
  } else if (answer == BlockAnswer::kStop) {
    engine.stopped_ = true;
    uc_emu_stop(uc);
  }
}

void Engine::OnInterrupt(uc_engine* uc, uint32_t number, void* self) {
  Engine& engine = *static_cast<Engine*>(self);
  const uint32_t pc = engine.Get(UC_ARM_REG_PC);
  const uint32_t thumb = engine.xpsr() >> 24 & 1;
  switch (number) {
    case 2:
      engine.report_ = {Trap::kSupervisorCall, 0};
      break;
    case 7:
      engine.report_ = {Trap::kBreakpoint, 0};
      break;
    case 8:
      engine.report_ = {Trap::kExceptionReturn, pc | thumb};
      break;
    case 17:
      engine.report_ = {Trap::kNoCoprocessor, 0};
      break;
    case 19:
      engine.report_ = {Trap::kStackLimit, 0};
      break;
    case 3:
      engine.report_ = {Trap::kFetch, pc};
      break;
    case 18:
      engine.report_ = {Trap::kInvalidState, 0};
      break;
    default:
      engine.report_ = {Trap::kUndefined, 0};
      break;
  }
  uc_emu_stop(uc);
}

bool Engine::OnInvalid(uc_engine* uc, void* self) {
  Engine& engine = *static_cast<Engine*>(self);
  const uint32_t pc = engine.Get(UC_ARM_REG_PC);
  if ((engine.xpsr() & kThumb) == 0) {
    engine.report_ = {Trap::kInvalidState, 0};
  } else if (engine.Get(UC_ARM_REG_ESR) == kUndefinedSyndrome) {
    engine.report_ = {Trap::kUndefined, 0};
  } else {  // a hint: the PC is after it
    uint16_t code[2] = {};
    uc_mem_read(uc, pc - 4, code, 4);
    const bool wide = code[0] == kWideHint && (code[1] & 0xFF00) == 0x8000;
    const bool wait = wide ? (code[1] & 0xFF) == 2 : code[1] == kHalfwordWfe;
    const bool yield = wide ? (code[1] & 0xFF) == 1 : code[1] == kHalfwordYield;
    if (yield) return true;
    engine.report_ = {wait ? Trap::kWaitForEvent : Trap::kUndefined, 0};
    if (wait) {
      uc_emu_stop(uc);
      return true;
    }
  }
  return false;
}

bool Engine::OnBadAccess(uc_engine*, uc_mem_type type, uint64_t address, int, int64_t, void* self) {
  Engine& engine = *static_cast<Engine*>(self);
  const bool fetch = type == UC_MEM_FETCH_UNMAPPED || type == UC_MEM_FETCH_PROT;
  if (engine.report_.trap == Trap::kNone) {
    engine.report_ = {fetch ? Trap::kFetch : Trap::kData, static_cast<uint32_t>(address)};
  }
  return false;
}

// A page of RAM that is entered without leave to execute loses its mark of being watched for code at the
// first store, so one that ever held code always comes with it. Leave to write where there is none lets the
// refusal come with the exact PC.
bool Engine::OnTlbFill(uc_engine*, uint64_t address, uc_mem_type type, uc_tlb_entry* entry, void* self) {
  Engine& engine = *static_cast<Engine*>(self);
  entry->paddr = address;
  if (type != UC_MEM_FETCH) {
    engine.DropStaleIt();
    if ((engine.epsr_at_access_ & kItBits) != 0) {
      engine.filled_pc_ = engine.Register(15);
      engine.filled_epsr_ = engine.epsr_at_access_;
    }
  }
  const auto page = static_cast<uint32_t>(address >> kPageShift);
  if (ExecuteNever(address)) {
    entry->perms = type == UC_MEM_FETCH ? UC_PROT_READ : static_cast<uc_prot>(UC_PROT_READ | UC_PROT_WRITE);
  } else if (!engine.IsWritable(address)) {
    entry->perms = UC_PROT_ALL;
  } else if (type == UC_MEM_FETCH) {
    engine.code_pages_.insert(page);
    entry->perms = UC_PROT_ALL;
  } else {
    const bool code = engine.code_pages_.count(page) != 0;
    entry->perms = code ? UC_PROT_ALL : static_cast<uc_prot>(UC_PROT_READ | UC_PROT_WRITE);
  }
  return true;
}

bool Engine::IsWritable(uint64_t address) const {
  return std::any_of(writable_.begin(), writable_.end(),
                     [address](Range memory) { return address >= memory.from && address < memory.to; });
}

// A callback in the middle of a block leaves the IT bits of its instruction in the EPSR, where the next block
// would find them. The block itself has its conditions compiled in.
void Engine::DropStaleIt() {
  epsr_at_access_ = Get(UC_ARM_REG_EPSR);
  if ((epsr_at_access_ & kItBits) != 0) Set(UC_ARM_REG_EPSR, epsr_at_access_ & ~kItBits);
}

uint64_t Engine::OnMmioRead(uc_engine*, uint64_t offset, unsigned size, void* window) {
  const Window& at = *static_cast<Window*>(window);
  at.engine->DropStaleIt();
  if (at.engine->stopped_) return 0;  // the rest of an access that did not happen
  return at.engine->client_.OnRead(at.base + static_cast<uint32_t>(offset), size);
}

void Engine::OnMmioWrite(uc_engine*, uint64_t offset, unsigned size, uint64_t value, void* window) {
  const Window& at = *static_cast<Window*>(window);
  at.engine->DropStaleIt();
  if (at.engine->stopped_) return;
  at.engine->client_.OnWrite(at.base + static_cast<uint32_t>(offset), size, static_cast<uint32_t>(value));
}

void Engine::OnCode(uc_engine* uc, uint64_t address, uint32_t, void* self) {
  Engine& engine = *static_cast<Engine*>(self);
  if (engine.stopped_ || engine.client_.OnWatched(static_cast<uint32_t>(address))) return;
  engine.stopped_ = true;
  uc_emu_stop(uc);
}

void Engine::OnData(uc_engine*, uc_mem_type type, uint64_t address, int size, int64_t, void* self) {
  Engine& engine = *static_cast<Engine*>(self);
  engine.DropStaleIt();
  engine.client_.OnWatchedData(static_cast<uint32_t>(address), static_cast<unsigned>(size),
                               type == UC_MEM_WRITE);
}

void Engine::WatchCode(uint32_t address) {
  Watch watch{address, 0};
  uc_hook_add(uc_, &watch.hook, UC_HOOK_CODE, Callback(OnCode), this, uint64_t{address}, uint64_t{address});
  watches_.push_back(watch);
  ForgetCode(address, address + 2);
}

void Engine::UnwatchCode(uint32_t address) {
  for (size_t i = 0; i < watches_.size(); ++i) {
    if (watches_[i].address != address) continue;
    uc_hook_del(uc_, watches_[i].hook);
    watches_.erase(watches_.begin() + static_cast<std::ptrdiff_t>(i));
    ForgetCode(address, address + 2);
    return;
  }
}

void Engine::WatchAlignment(bool on) {
  if (on == (alignment_hook_ != 0)) return;
  if (on) {
    uc_hook_add(uc_, &alignment_hook_, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, Callback(OnData), this, 1, 0);
  } else {
    uc_hook_del(uc_, alignment_hook_);
    alignment_hook_ = 0;
  }
  uc_ctl_flush_tb(uc_);
}

}  // namespace sim
