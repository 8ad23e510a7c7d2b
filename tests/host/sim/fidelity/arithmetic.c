/* DSP, saturation, division and floating-point corner cases: one checksum of results and flags per
 * instruction. */
#include "core.h"

static const uint32_t kCorners[] = {0x00000000, 0x00000001, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF,
                                    0x7FFF8000, 0x80007FFF, 0x00FF00FF, 0xFF00FF00, 0x7F807F80, 0x80FF7F01,
                                    0x12345678, 0xDEADBEEF, 0x3F800000, 0xBF800000, 0x00800000, 0x00000800,
                                    0x7F800000, 0xFF800000, 0x7FC00001, 0x7F800001, 0x33800000, 0x4B000000,
                                    0x4F000000, 0xCF000001, 0x38800000, 0x477FE000};
enum { COUNT = sizeof(kCorners) / sizeof(kCorners[0]) };

static uint32_t Mix(uint32_t sum, uint32_t value) {
  sum ^= value;
  for (int i = 0; i < 4; ++i) sum = (sum >> 8) ^ (sum << 24) ^ (sum * 0x9E3779B1u >> 7);
  return sum;
}

#define INTEGER(text)                                                                         \
  do {                                                                                        \
    uint32_t sum = 1;                                                                         \
    for (int i = 0; i < COUNT; ++i)                                                           \
      for (int j = 0; j < COUNT; ++j) {                                                       \
        uint32_t d = kCorners[(i + j) % COUNT], e = kCorners[(i + 3 * j + 1) % COUNT], flags; \
        __asm volatile("mov r3, #0\n msr apsr_nzcvqg, r3\n" text "\n mrs %2, apsr\n"          \
                       : "+r"(d), "+r"(e), "=&r"(flags)                                       \
                       : "r"(kCorners[i]), "r"(kCorners[j])                                   \
                       : "r3", "cc");                                                         \
        sum = Mix(Mix(Mix(sum, d), e), flags & 0xF80F0000);                                   \
      }                                                                                       \
    PutHex(text, sum);                                                                        \
  } while (0)

#define FLOAT(text)                                                                               \
  do {                                                                                            \
    uint32_t sum = 1;                                                                             \
    for (uint32_t mode = 0; mode < 32; ++mode)                                                    \
      for (int i = 0; i < COUNT; ++i)                                                             \
        for (int j = 0; j < COUNT; ++j) {                                                         \
          uint32_t result, fpscr = mode << 22;                                                    \
          __asm volatile("vmsr fpscr, %1\n vmov s0, %4\n vmov s1, %2\n vmov s2, %3\n" text        \
                         "\n vmov %0, s0\n vmrs %1, fpscr\n mov r3, #0\n vmsr fpscr, r3\n"        \
                         : "=&r"(result), "+r"(fpscr)                                             \
                         : "r"(kCorners[i]), "r"(kCorners[j]), "r"(kCorners[(i * 5 + j) % COUNT]) \
                         : "r3", "s0", "s1", "s2", "cc");                                         \
          sum = Mix(Mix(sum, result), fpscr & 0xF800009F);                                        \
        }                                                                                         \
    PutHex(text, sum);                                                                            \
  } while (0)

static void Dsp(void) {
  INTEGER("smlad %0, %3, %4, %0");
  INTEGER("smladx %0, %3, %4, %0");
  INTEGER("smlsd %0, %3, %4, %0");
  INTEGER("smuad %0, %3, %4");
  INTEGER("smusdx %0, %3, %4");
  INTEGER("smlald %0, %1, %3, %4");
  INTEGER("smlabb %0, %3, %4, %0");
  INTEGER("smlatt %0, %3, %4, %0");
  INTEGER("smlawb %0, %3, %4, %0");
  INTEGER("smmlar %0, %3, %4, %0");
  INTEGER("smmlsr %0, %3, %4, %0");
  INTEGER("smmul %0, %3, %4");
  INTEGER("umaal %0, %1, %3, %4");
  INTEGER("smlal %0, %1, %3, %4");
  INTEGER("qadd %0, %3, %4");
  INTEGER("qdsub %0, %3, %4");
  INTEGER("qadd16 %0, %3, %4");
  INTEGER("uqsub8 %0, %3, %4");
  INTEGER("shasx %0, %3, %4");
  INTEGER("sadd8 %0, %3, %4");
  INTEGER("usub16 %0, %3, %4\n sel %0, %3, %4");
  INTEGER("usada8 %0, %3, %4, %0");
  INTEGER("sxtab16 %0, %3, %4, ror #8");
  INTEGER("pkhtb %0, %3, %4, asr #5");
  INTEGER("ssat %0, #9, %3, asr #3");
  INTEGER("usat16 %0, #7, %3");
}

static void Plain(void) {
  INTEGER("sdiv %0, %3, %4");
  INTEGER("udiv %0, %3, %4");
  INTEGER("clz %0, %3\n rbit %1, %4");
  INTEGER("adds %0, %3, %4\n sbcs %1, %3, %4");
  INTEGER("lsls %0, %3, %4\n rors %1, %3, %4");
  INTEGER("asrs %0, %3, %4\n rrxs %1, %4");
}

static void Floats(void) {
  FLOAT("vadd.f32 s0, s1, s2");
  FLOAT("vmul.f32 s0, s1, s2");
  FLOAT("vmla.f32 s0, s1, s2");
  FLOAT("vfma.f32 s0, s1, s2");
  FLOAT("vfnms.f32 s0, s1, s2");
  FLOAT("vdiv.f32 s0, s1, s2");
  FLOAT("vsqrt.f32 s0, s1");
  FLOAT("vcmpe.f32 s1, s2");
  FLOAT("vcvt.s32.f32 s0, s1");
  FLOAT("vcvtr.u32.f32 s0, s1");
  FLOAT("vcvt.f32.s32 s0, s1");
  FLOAT("vcvta.s32.f32 s0, s1");
  FLOAT("vcvtb.f16.f32 s0, s1");
  FLOAT("vcvtt.f32.f16 s0, s1");
  FLOAT("vrintr.f32 s0, s1");
  FLOAT("vmaxnm.f32 s0, s1, s2");
  FLOAT("vselge.f32 s0, s1, s2");
}

int main(void) {
  Plain();
  Dsp();
  Floats();
  return 0;
}
