// Fixture that gives each test a fake chip of its own.
#pragma once

#include <gtest/gtest.h>

#include "register_bus.h"

class FakeChipTest : public testing::Test {
 protected:
  FakeChipTest() { chip::bus::Current() = &chip_; }
  ~FakeChipTest() override { chip::bus::Current() = nullptr; }

  chip::bus::FakeChip chip_;
};
