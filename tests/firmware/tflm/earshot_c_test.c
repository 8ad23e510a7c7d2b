// The C interface in a program of plain C99: runs, refusals, messages, memory.
#include "earshot_c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "small_model_file.h"

#define ARENA_BYTES 8192
#define OPERATOR_COUNT (sizeof(kOperators) / sizeof(kOperators[0]))

static const EarshotOperator kOperators[] = {EarshotQuantize, EarshotReshape, EarshotFullyConnected,
                                             EarshotDequantize};

static int failures = 0;

#define EXPECT(condition)                                            \
  do {                                                               \
    if (!(condition)) {                                              \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      printf("last message: %s\n", EarshotLastMessage());            \
      ++failures;                                                    \
    }                                                                \
  } while (0)

#define EXPECT_MESSAGE(words) EXPECT(strstr(EarshotLastMessage(), words) != NULL)

// Memory of exactly `bytes`, so that a sanitizer sees what is read or written past it. malloc's is 16-byte
// aligned.
static unsigned char* Allocate(size_t bytes) {
  unsigned char* memory = malloc(bytes);
  if (memory == NULL) abort();
  memset(memory, 0xA5, bytes);
  return memory;
}

static EarshotInterpreter* Create(void* arena, size_t arena_bytes) {
  size_t bytes = 0;
  const void* model = SmallModelFile(&bytes);
  return EarshotCreate(model, bytes, kOperators, OPERATOR_COUNT, arena, arena_bytes);
}

static void TestDescribesInputsAndOutputs(void) {
  unsigned char* arena = Allocate(ARENA_BYTES);
  EarshotInterpreter* interpreter = Create(arena, ARENA_BYTES);
  EXPECT(interpreter != NULL);
  EXPECT(EarshotInputCount(interpreter) == 1);
  EXPECT(EarshotOutputCount(interpreter) == 1);
  const EarshotTensor input = EarshotInput(interpreter, 0);
  EXPECT(input.type == kEarshotFloat32);
  EXPECT(input.bytes == 4 * sizeof(float));
  EXPECT(input.dimensions == 2 && input.shape[0] == 1 && input.shape[1] == 4);
  EXPECT(input.scale == 0.0f);
  EXPECT(((const float*)input.data)[3] == 0.0f);
  EXPECT(EarshotOutput(interpreter, 0).bytes == 3 * sizeof(float));
  EXPECT(EarshotInput(interpreter, 1).data == NULL);
  EXPECT(EarshotOutput(interpreter, 1).data == NULL);
  EarshotDestroy(interpreter);
  free(arena);
}

// By hand: inputs are 4, -4, 8 and 1 steps of 0.25; a step of the products is 0.125. The first unit is
// (4 - 8 + 24 + 4 + 8) / 8 = 4; the second is below 0, RELU; the third is 2,089 / 8, above what int8 holds.
static void TestRunsTheModelAgainAndAgain(void) {
  const float samples[] = {1.0f, -1.0f, 2.0f, 0.25f};
  unsigned char* arena = Allocate(ARENA_BYTES);
  EarshotInterpreter* interpreter = Create(arena, ARENA_BYTES);
  EXPECT(interpreter != NULL);
  const EarshotTensor input = EarshotInput(interpreter, 0);
  memcpy(input.data, samples, sizeof(samples));
  for (int run = 0; run < 2; ++run) {
    EXPECT(EarshotInvoke(interpreter) == kEarshotOk);
    const float* values = EarshotOutput(interpreter, 0).data;
    EXPECT(values[0] == 4.0f && values[1] == 0.0f && values[2] == 255.0f);
    EXPECT(memcmp(input.data, samples, sizeof(samples)) == 0);
  }
  EarshotDestroy(interpreter);
  free(arena);
}

static void TestUsedBytesAreTheSmallestArena(void) {
  unsigned char* arena = Allocate(ARENA_BYTES);
  EarshotInterpreter* interpreter = Create(arena, ARENA_BYTES);
  const size_t used = EarshotArenaUsedBytes(interpreter);
  EarshotDestroy(interpreter);
  free(arena);
  EXPECT(used % 16 == 0 && used < ARENA_BYTES);
  for (size_t bytes = 0; bytes <= used; bytes += 16) {
    arena = Allocate(bytes == 0 ? 1 : bytes);
    interpreter = Create(arena, bytes);
    EXPECT((interpreter != NULL) == (bytes == used));
    if (interpreter == NULL) EXPECT_MESSAGE("the arena is too small");
    EarshotDestroy(interpreter);
    free(arena);
  }
}

static void TestArenaNeedNotBeAligned(void) {
  unsigned char* arena = Allocate(ARENA_BYTES);
  EarshotInterpreter* interpreter = Create(arena + 3, ARENA_BYTES - 3);
  EXPECT(interpreter != NULL);
  EXPECT(EarshotInvoke(interpreter) == kEarshotOk);
  EarshotDestroy(interpreter);
  EXPECT(Create(arena + 3, 5) == NULL);
  free(arena);
}

static void TestRefusalsSayWhy(void) {
  unsigned char* arena = Allocate(ARENA_BYTES);
  size_t bytes = 0;
  const void* model = SmallModelFile(&bytes);
  const EarshotOperator twice[] = {EarshotReshape, EarshotQuantize, EarshotReshape};

  EXPECT(EarshotCreate(model, bytes, kOperators, 2, arena, ARENA_BYTES) == NULL);
  EXPECT(strcmp(EarshotLastMessage(),
                "operator FULLY_CONNECTED (#2) is not supported, or was not added to the resolver") == 0);
  EXPECT(EarshotCreate(model, bytes, twice, 3, arena, ARENA_BYTES) == NULL);
  EXPECT(strcmp(EarshotLastMessage(), "operator RESHAPE is listed twice") == 0);

  unsigned char* damaged = Allocate(bytes);
  memcpy(damaged, model, bytes);
  damaged[4] ^= 1;  // the identifier
  EXPECT(EarshotCreate(damaged, bytes, kOperators, OPERATOR_COUNT, arena, ARENA_BYTES) == NULL);
  EXPECT(strchr(EarshotLastMessage(), '\n') == NULL);
  EXPECT_MESSAGE("TFL3");
  free(damaged);
  free(arena);
}

static void TestEveryOperatorCanBeListed(void) {
  const EarshotOperator all[] = {EarshotAdd,
                                 EarshotAveragePool2D,
                                 EarshotConcatenation,
                                 EarshotConv2D,
                                 EarshotDepthwiseConv2D,
                                 EarshotDequantize,
                                 EarshotFullyConnected,
                                 EarshotLogistic,
                                 EarshotMaxPool2D,
                                 EarshotMean,
                                 EarshotMul,
                                 EarshotPack,
                                 EarshotPad,
                                 EarshotQuantize,
                                 EarshotRelu,
                                 EarshotRelu6,
                                 EarshotReshape,
                                 EarshotShape,
                                 EarshotSoftmax,
                                 EarshotStridedSlice,
                                 EarshotSub};
  unsigned char* arena = Allocate(ARENA_BYTES);
  size_t bytes = 0;
  const void* model = SmallModelFile(&bytes);
  EarshotInterpreter* interpreter =
      EarshotCreate(model, bytes, all, sizeof(all) / sizeof(all[0]), arena, ARENA_BYTES);
  EXPECT(interpreter != NULL);
  EarshotDestroy(interpreter);
  free(arena);
}

int main(void) {
  EXPECT(EarshotLastMessage()[0] == '\0');
  TestDescribesInputsAndOutputs();
  TestRunsTheModelAgainAndAgain();
  TestUsedBytesAreTheSmallestArena();
  TestArenaNeedNotBeAligned();
  TestRefusalsSayWhy();
  TestEveryOperatorCanBeListed();
  EarshotDestroy(NULL);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
