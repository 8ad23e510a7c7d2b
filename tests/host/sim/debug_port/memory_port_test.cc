// The AHB5-AP: data lanes, increments and where they wrap (ADIv5.2, C2), and the tables that a debugger
// walks.
#include "host/sim/debug_port/memory_port.h"

#include <gtest/gtest.h>

#include <cstring>

namespace {

using sim::PortAnswer;

constexpr uint32_t kCsw = 0, kTar = 4, kDrw = 12, kRam = 0x20000000;

class MemoryPort : public testing::Test {
 protected:
  MemoryPort() : port_(board_) {}

  uint32_t Get(uint32_t offset) {
    uint32_t value = 0;
    EXPECT_EQ(port_.Read(offset, value), PortAnswer::kDone);
    return value;
  }
  void Set(uint32_t offset, uint32_t value) { EXPECT_EQ(port_.Write(offset, value), PortAnswer::kDone); }
  uint32_t At(uint32_t address) {
    Set(kTar, address);
    return Get(kDrw);
  }
  uint32_t Word(uint32_t address) {
    uint8_t bytes[4] = {};
    EXPECT_TRUE(board_.ReadMemory(address, bytes, 4));
    uint32_t word;
    std::memcpy(&word, bytes, 4);
    return word;
  }

  sim::Board board_{sim::BoardSettings{}};
  sim::MemoryPort port_;
};

}  // namespace

TEST_F(MemoryPort, Identity) {
  EXPECT_EQ(Get(0xFC), 0x14770015u);
  EXPECT_EQ(Get(0xF8), 0xE00FF003u);
  EXPECT_EQ(Get(0xF4), 0u);
  EXPECT_NE(Get(kCsw) & 1U << 6, 0u);  // DeviceEn
}

TEST_F(MemoryPort, CswKeepsWhatItHas) {
  Set(kCsw, 0x4F800042);
  EXPECT_EQ(Get(kCsw), 0x4F800042u);
  Set(kCsw, 0x03000012);
  EXPECT_EQ(Get(kCsw) & ~(1U << 23 | 1U << 6), 0x03000012u);
  Set(kCsw, 0x03000022);  // packed increment is not there
  EXPECT_EQ(Get(kCsw) & 0x30, 0u);
}

TEST_F(MemoryPort, WordsWithIncrement) {
  Set(kCsw, 0x03000012);
  Set(kTar, kRam + 0x100);
  for (uint32_t i = 0; i < 4; ++i) Set(kDrw, 0x11111111 * (i + 1));
  EXPECT_EQ(Get(kTar), kRam + 0x110);
  for (uint32_t i = 0; i < 4; ++i) EXPECT_EQ(Word(kRam + 0x100 + 4 * i), 0x11111111u * (i + 1));
}

TEST_F(MemoryPort, TarWrapsAtOneKibibyte) {
  Set(kCsw, 0x03000012);
  Set(kTar, kRam + 0x7FC);
  Get(kDrw);
  EXPECT_EQ(Get(kTar), kRam + 0x400);
}

TEST_F(MemoryPort, BytesAndHalfwordsOnTheirLanes) {
  Set(kCsw, 0x03000012);
  Set(kTar, kRam);
  Set(kDrw, 0x44332211);
  Set(kCsw, 0x03000010);
  EXPECT_EQ(At(kRam + 1) & 0x0000FF00u, 0x00002200u);
  EXPECT_EQ(At(kRam + 3) & 0xFF000000u, 0x44000000u);
  Set(kTar, kRam + 2);
  Set(kDrw, 0xAABBCCDD);
  EXPECT_EQ(Get(kTar), kRam + 3);
  EXPECT_EQ(Word(kRam), 0x44BB2211u);
  Set(kCsw, 0x03000001);  // halfwords, no increment
  EXPECT_EQ(At(kRam + 2) & 0xFFFF0000u, 0x44BB0000u);
  EXPECT_EQ(Get(kTar), kRam + 2);
}

TEST_F(MemoryPort, BankedDataAroundTar) {
  Set(kTar, kRam + 0x24);
  Set(0x10, 1);
  Set(0x1C, 4);
  EXPECT_EQ(Word(kRam + 0x20), 1u);
  EXPECT_EQ(Word(kRam + 0x2C), 4u);
  EXPECT_EQ(Get(0x1C), 4u);
  EXPECT_EQ(Get(kTar), kRam + 0x24);
}

TEST_F(MemoryPort, WhatTheBusRefuses) {
  uint32_t value = 0;
  for (uint32_t address : {0x00000000u, 0x08180000u, 0x20040000u, 0x60000000u, 0xFFFFFFFCu}) {
    Set(kTar, address);
    EXPECT_EQ(port_.Read(kDrw, value), PortAnswer::kError) << std::hex << address;
    EXPECT_EQ(port_.Write(kDrw, 0), PortAnswer::kError) << std::hex << address;
    EXPECT_EQ(Get(kTar), address);
  }
  for (uint32_t address : {0x08000000u, 0x0FE00000u, 0x0FE08000u}) {  // flash is no RAM
    Set(kTar, address);
    EXPECT_EQ(port_.Write(kDrw, 0), PortAnswer::kError) << std::hex << address;
  }
  Set(kTar, 0x40030000);  // MSC, no clock
  EXPECT_EQ(port_.Read(kDrw, value), PortAnswer::kError);
  Set(kTar, kRam + 2);  // a word on a halfword's address
  EXPECT_EQ(port_.Read(kDrw, value), PortAnswer::kError);
}

TEST_F(MemoryPort, RomTableAndIdentificationRegisters) {
  constexpr uint32_t kTable = 0xE00FF000;
  const uint32_t entries[] = {0xFFF0F003, 0xFFF02003, 0xFFF03003, 0xFFF01003, 0};
  for (uint32_t i = 0; i < 5; ++i) EXPECT_EQ(At(kTable + 4 * i), entries[i]);
  const auto bytes = [&](uint32_t base, uint32_t offset, unsigned count) {
    uint64_t number = 0;
    for (unsigned i = 0; i < count; ++i) number |= uint64_t{At(base + offset + 4 * i)} << (8 * i);
    return number;
  };
  EXPECT_EQ(bytes(kTable, 0xFF0, 4), 0xB105100Du);
  EXPECT_EQ(bytes(kTable, 0xFE0, 4) | uint64_t{At(kTable + 0xFD0)} << 32, 0x4000BB4C9u);
  const uint32_t units[] = {0xE000E000, 0xE0001000, 0xE0002000, 0xE0000000};
  const uint32_t architectures[] = {0x47702A04, 0x47701A02, 0x47701A03, 0x47701A01};
  for (unsigned i = 0; i < 4; ++i) {
    EXPECT_EQ(kTable + (entries[i] & ~3u), units[i]);
    EXPECT_EQ(bytes(units[i], 0xFF0, 4), 0xB105900Du) << i;
    EXPECT_EQ(bytes(units[i], 0xFE0, 4) | uint64_t{At(units[i] + 0xFD0)} << 32, 0x4000BBD21u) << i;
    EXPECT_EQ(At(units[i] + 0xFBC), architectures[i]);
  }
  EXPECT_EQ(At(0xE0000FCC), 0x43u);
  EXPECT_EQ(At(0xE000ED00), 0x410FD214u);  // CPUID
  EXPECT_EQ(At(0xE0002000), 0x10000080u);  // FP_CTRL
  EXPECT_EQ(At(0xE0001000) >> 28, 4u);     // comparators of the DWT
  EXPECT_EQ(At(0xE000ED90), 0x1000u);      // MPU_TYPE
}

TEST_F(MemoryPort, ALockedPartGivesNothingAway) {
  board_.faults().debug_lock = 1;
  EXPECT_EQ(Get(kCsw) & 1U << 6, 0u);
  EXPECT_EQ(Get(0xFC), 0x14770015u);
  Set(kTar, kRam);
  uint32_t value = 0xAA;
  EXPECT_EQ(port_.Read(kDrw, value), PortAnswer::kError);
  EXPECT_EQ(value, 0u);
  EXPECT_EQ(port_.Write(kDrw, 0), PortAnswer::kError);
  EXPECT_EQ(port_.Read(0x10, value), PortAnswer::kError);
}

TEST_F(MemoryPort, WhileTheSecurityEngineStarts) {
  board_.faults().se_start_us = 1000;
  board_.Reset(2);
  uint32_t value = 0;
  Set(kTar, kRam);
  EXPECT_EQ(port_.Read(kDrw, value), PortAnswer::kBusy);
  board_.faults().se_start_faults = true;
  EXPECT_EQ(port_.Read(kDrw, value), PortAnswer::kError);
  board_.RunThrough(board_.now() + 20'000);  // 1 ms at the 20 MHz of reset
  EXPECT_EQ(port_.Read(kDrw, value), PortAnswer::kDone);
}
