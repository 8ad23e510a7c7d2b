// SELECT is written for each access: tests count cycles on the wire itself, not here.
#include "tests/host/sim/debug_port/probe.h"

#include <gtest/gtest.h>

using sim::Ack;
using sim::SwdRequest;

void Probe::Connect() {
  wire.Connect();
  EXPECT_EQ(ReadDp(0), 0x6BA02477u);
  WriteDp(0, 0x1E);
  WriteDp(8, 0);
  WriteDp(4, 0x50000F00);
  EXPECT_EQ(ReadDp(4) >> 28, 0xFu);
  WriteAp(0, 0, 0x03000012);
}

Ack Probe::Dp(uint32_t address, bool read, uint32_t& data) {
  return wire.Transfer(SwdRequest{false, read, address}, data, 0);
}

Ack Probe::Ap(uint32_t address, bool read, uint32_t& data) {
  return wire.Transfer(SwdRequest{true, read, address}, data, 0);
}

uint32_t Probe::ReadDp(uint32_t address) {
  uint32_t data = 0;
  EXPECT_EQ(Dp(address, true, data), Ack::kOk) << "DP " << address;
  return data;
}

void Probe::WriteDp(uint32_t address, uint32_t value) {
  EXPECT_EQ(Dp(address, false, value), Ack::kOk) << "DP " << address;
}

uint32_t Probe::ReadAp(uint32_t port, uint32_t offset) {
  WriteDp(8, port << 24 | (offset & 0xF0));
  uint32_t data = 0;
  EXPECT_EQ(Ap(offset & 0xC, true, data), Ack::kOk);
  return ReadDp(12);
}

void Probe::WriteAp(uint32_t port, uint32_t offset, uint32_t value) {
  WriteDp(8, port << 24 | (offset & 0xF0));
  EXPECT_EQ(Ap(offset & 0xC, false, value), Ack::kOk);
}

uint32_t Probe::Read(uint32_t address) {
  WriteAp(0, 4, address);
  return ReadAp(0, 0xC);
}

void Probe::Write(uint32_t address, uint32_t value) {
  WriteAp(0, 4, address);
  WriteAp(0, 0xC, value);
  ReadDp(12);  // faults if the bus refused it
}

uint32_t Probe::Register(uint32_t selector) {
  Write(kDcrsr, selector);
  return Read(kDcrdr);
}

void Probe::SetRegister(uint32_t selector, uint32_t value) {
  Write(kDcrdr, value);
  Write(kDcrsr, 1U << 16 | selector);
}
