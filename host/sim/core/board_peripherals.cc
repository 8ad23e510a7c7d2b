// Order of construction is order of the scheduler's slots, so it decides which of two events of one cycle is
// first.
#include "host/sim/core/board_peripherals.h"

#include "host/sim/peripherals/devinfo.h"

namespace sim {
namespace {

// EFR32MG24 and EFR32BG24 with B2xx or B310 in the order code have the accelerator (hardware
// description 1.1): DEVICENUM is (letter - 'A') * 1000 + digits.
bool HasMvp(uint32_t part) {
  const uint32_t device = part & 0xFFFF;
  return (device >= 1200 && device < 1300) || device == 1310;
}

// Pins of ports A to D (hardware description 1.1). Packages of 40 and 48 pins share their DEVICENUM where
// both exist: those are taken to have 48.
std::array<uint8_t, Gpio::kPorts> PinsOf(uint32_t part) {
  switch (part & 0xFFFF) {
    case 1610:  // 40 pins only
      return {9, 5, 8, 4};
    case 110:
    case 111:
    case 120:
    case 121:
    case 1110:
    case 1120:
    case 1310:
      return {8, 4, 10, 6};
    default:
      return {10, 6, 10, 6};
  }
}

}  // namespace

BoardPeripherals::BoardPeripherals(const Surroundings& surroundings, const BoardSettings& settings,
                                   const BoardEffects& effects)
    : tree(surroundings, settings.hfxo_hz),
      cmu(surroundings, tree),
      hfxo0(surroundings, tree),
      hfrco0(surroundings, tree),
      fsrco(surroundings),
      lfxo(surroundings, tree),
      lfrco(surroundings),
      dpll0(surroundings, tree),
      emu(surroundings, tree, effects.reset),
      syscfg(surroundings, settings.part, effects.systick_external),
      smu(surroundings),
      dcdc(surroundings),
      dmem(surroundings),
      icache0(surroundings, effects.cache),
      msc(surroundings, tree, effects.stall),
      timer0(surroundings, tree),
      wdog0(surroundings, tree, [this](uint32_t cause) { emu.RequestReset(cause); }),
      gpio(surroundings, PinsOf(settings.part)),
      eusart0(surroundings, 0, gpio),
      eusart1(surroundings, 1, gpio),
      mvp(surroundings, settings.cycle_model, HasMvp(settings.part)),
      stubs(MakeStubs(surroundings)) {
  FillDevinfo(surroundings.memories, settings.part, settings.unique_id);
}

std::vector<Peripheral*> BoardPeripherals::All() {
  std::vector<Peripheral*> all = {&cmu,    &hfxo0,  &hfrco0, &fsrco,   &lfxo,    &lfrco,   &dpll0,
                                  &emu,    &syscfg, &smu,    &dcdc,    &dmem,    &icache0, &msc,
                                  &timer0, &wdog0,  &gpio,   &eusart0, &eusart1, &mvp};
  for (const std::unique_ptr<Peripheral>& stub : stubs) all.push_back(stub.get());
  return all;
}

void BoardPeripherals::AddTo(Bus& bus) {
  for (Peripheral* peripheral : All()) bus.Add(peripheral);
}

void BoardPeripherals::Reset() {
  tree.Reset();
  for (Peripheral* peripheral : All()) peripheral->Reset();
}

void BoardPeripherals::Save(Saver& saver) {
  tree.Save(saver);
  for (Peripheral* peripheral : All()) peripheral->Save(saver);
}

void BoardPeripherals::Load(Loader& loader) {
  tree.Load(loader);
  for (Peripheral* peripheral : All()) peripheral->Load(loader);
}

}  // namespace sim
