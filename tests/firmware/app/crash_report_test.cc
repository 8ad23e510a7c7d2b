// The crash dump, line by line as docs/console.md has it.
#include "app/crash_report.h"

#include <gtest/gtest.h>

#include <string>

#include "fake_serial.h"
#include "port/platform.h"

namespace {

class CrashReport : public testing::Test {
 protected:
  CrashReport() {
    crash_.kind = port::CrashKind::kFault;
    crash_.in_a_row = 2;
    crash_.registers_known = crash_.frame_known = true;
    crash_.exception = 5;
    crash_.exc_return = 0xFFFFFFA8;
    for (uint32_t i = 0; i < 16; ++i) crash_.registers[i] = 0x100 + i;
    crash_.registers[13] = 0x2003FF00;
    crash_.xpsr = 0x61000000;
    crash_.cfsr = 0x8200;
    crash_.bfar = 0x40048024;
    crash_.stack = kStack;
    crash_.stack_words = 9;
    crash_.build_id = kBuild;
    crash_.build_id_bytes = 2;
    crash_.message = "";
  }

  std::string Print() {
    app::PrintCrash(text_, crash_);
    return serial_.Take();
  }

  static constexpr uint32_t kStack[9] = {1, 2, 3, 4, 5, 6, 7, 8, 0x08000101};
  static constexpr uint8_t kBuild[] = {0xAB, 0xCD};
  FakeSerial serial_;
  app::Text text_{serial_};
  port::Crash crash_{};
};

TEST_F(CrashReport, PrintsTheWholeBlock) {
  EXPECT_EQ(Print(),
            "=== crash dump 1 ===\r\n"
            "kind fault\r\n"
            "build abcd\r\n"
            "in-a-row 2\r\n"
            "exception 5 BusFault exc_return 0xffffffa8\r\n"
            "cfsr 0x00008200 hfsr 0x00000000 mmfar 0x00000000 bfar 0x40048024\r\n"
            "frame known\r\n"
            "r0 0x00000100 r1 0x00000101 r2 0x00000102 r3 0x00000103\r\n"
            "r4 0x00000104 r5 0x00000105 r6 0x00000106 r7 0x00000107\r\n"
            "r8 0x00000108 r9 0x00000109 r10 0x0000010a r11 0x0000010b\r\n"
            "r12 0x0000010c\r\n"
            "sp 0x2003ff00 lr 0x0000010e pc 0x0000010f xpsr 0x61000000\r\n"
            "stack 0x2003ff00: 0x00000001 0x00000002 0x00000003 0x00000004 0x00000005 0x00000006 0x00000007 "
            "0x00000008\r\n"
            "stack 0x2003ff20: 0x08000101\r\n"
            "=== end of crash dump ===\r\n");
}

TEST_F(CrashReport, QuotesAnAssertion) {
  crash_.kind = port::CrashKind::kAssertion;
  crash_.message = "a.cc:12: x > 0";
  const std::string block = Print();
  EXPECT_NE(block.find("kind assertion\r\n"), std::string::npos);
  EXPECT_NE(block.find("message a.cc:12: x > 0\r\n"), std::string::npos);
}

TEST_F(CrashReport, LeavesOutRegistersThatNobodyKnows) {
  crash_.kind = port::CrashKind::kWatchdog;
  crash_.registers_known = false;
  EXPECT_EQ(Print(),
            "=== crash dump 1 ===\r\nkind watchdog\r\nbuild abcd\r\nin-a-row 2\r\n"
            "=== end of crash dump ===\r\n");
  app::PrintCrashLine(text_, crash_);
  EXPECT_EQ(serial_.Take(), "watchdog: log shows it\r\n");
}

TEST_F(CrashReport, NamesResetCauses) {
  app::PrintResetCauses(text_, port::kResetPowerOn | port::kResetPin);
  EXPECT_EQ(serial_.Take(), "power-on, pin");
  app::PrintResetCauses(text_, port::kResetSoftware);
  EXPECT_EQ(serial_.Take(), "software");
  app::PrintResetCauses(text_, 0);
  EXPECT_EQ(serial_.Take(), "unknown");
}

}  // namespace
