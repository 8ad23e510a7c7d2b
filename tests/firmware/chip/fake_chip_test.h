// Fixture that gives each test a fake chip of its own, and the board that the chip sits on.
#pragma once

#include <gtest/gtest.h>

#include "chip/efr32xg24/board_facts.h"
#include "register_bus.h"

inline constexpr chip::BoardFacts kBoard = {"brd2601b", "EFR32MG24B310F1536IM48",
                                            78'000'000, 39'000'000,
                                            140,        3,
                                            115'200,    {0, 5},
                                            {0, 6},     false,
                                            {0, 0},     {3, 2},
                                            true,       262'144};

class FakeChipTest : public testing::Test {
 protected:
  FakeChipTest() { chip::bus::Current() = &chip_; }
  ~FakeChipTest() override { chip::bus::Current() = nullptr; }

  chip::bus::FakeChip chip_;
};
