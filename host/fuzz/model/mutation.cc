// Damages models.
#include "host/fuzz/model/mutation.h"

#include <algorithm>
#include <cstring>

namespace model_fuzzing {
namespace {

constexpr size_t kMostAdded = 512;  // bytes by one damage
constexpr size_t kMostMoved = 64;   // bytes of a block
constexpr uint32_t kMostStep = 16;  // of a small change

uint32_t WordAt(const Bytes& bytes, size_t position) {
  uint32_t word = 0;
  std::memcpy(&word, bytes.data() + position, sizeof(word));
  return word;
}

void SetWord(Bytes& bytes, size_t position, uint32_t word) {
  std::memcpy(bytes.data() + position, &word, sizeof(word));
}

// What a damage works on: a file that other damages may have shortened.
struct Draft {
  Bytes bytes;
  const Seed& seed;
  const std::vector<Seed>& seeds;
  RandomSource& random;

  // An aligned word; the file has one.
  size_t AnyWord() { return random.Below(bytes.size() / 4) * 4; }

  // A word that was an offset in the seed, where it is still there.
  size_t AnyOffset() { return AnyOf(seed.sites.offsets); }

  // One of `positions`, or any word where there is none.
  size_t AnyOf(const std::vector<uint32_t>& positions) {
    const size_t position = positions.empty() ? bytes.size() : positions[random.Below(positions.size())];
    return position + 4 <= bytes.size() ? position : AnyWord();
  }
};

void FlipBits(Draft& draft) {
  for (size_t flips = 1 + draft.random.Below(4); flips > 0; --flips) {
    draft.bytes[draft.random.Below(draft.bytes.size())] ^= static_cast<uint8_t>(1u << draft.random.Below(8));
  }
}

void SetByte(Draft& draft) {
  constexpr uint8_t kValues[] = {0, 1, 2, 3, 4, 7, 8, 9, 0x7F, 0x80, 0xFE, 0xFF};
  draft.bytes[draft.random.Below(draft.bytes.size())] = kValues[draft.random.Below(sizeof(kValues))];
}

// Vtables consist of half words: lengths and places of fields.
void SetHalfWord(Draft& draft) {
  const size_t position = draft.random.Below(draft.bytes.size() / 2) * 2;
  const uint16_t values[] = {
      0, 2, 4, 6, 8, 0x7FFF, 0x8000, 0xFFFF, static_cast<uint16_t>(draft.random.Next())};
  std::memcpy(draft.bytes.data() + position, &values[draft.random.Below(std::size(values))], 2);
}

// Sizes, counts and offsets at the ends of their ranges.
void SetWordToExtreme(Draft& draft) {
  const size_t position = draft.random.OneIn(2) ? draft.AnyOffset() : draft.AnyWord();
  const auto rest = static_cast<uint32_t>(draft.bytes.size() - position);
  const uint32_t values[] = {0,          1,          rest,        rest - 4,   rest / 4,   rest - 1,
                             0x3FFFFFFF, 0x40000000, 0x7FFFFFFF,  0x80000000, 0xFFFFFFFF, 0xFFFFFFFC,
                             0x10000,    0x7F800000, 0x7FC00000u, 0xFF800000, 0x00000001, 0x7F7FFFFF};
  SetWord(draft.bytes, position, values[draft.random.Below(std::size(values))]);
}

// Dimensions, strides, indices, enumerations: most stay plausible.
void StepWord(Draft& draft) {
  const size_t position = draft.AnyWord();
  const auto step = static_cast<uint32_t>(1 + draft.random.Below(kMostStep));
  const uint32_t word = WordAt(draft.bytes, position);
  SetWord(draft.bytes, position, draft.random.OneIn(2) ? word + step : word - step);
}

// Small words are what a model's meaning is made of.
void SetSmallWord(Draft& draft) {
  for (int attempt = 0; attempt < 32; ++attempt) {
    const size_t position = draft.AnyWord();
    if (WordAt(draft.bytes, position) > 64) continue;
    return SetWord(draft.bytes, position, static_cast<uint32_t>(draft.random.Below(20)) - 2);
  }
}

void PointAnywhere(Draft& draft) {
  const size_t position = draft.AnyOffset();
  const auto target = static_cast<uint32_t>(draft.random.Below(draft.bytes.size()) & ~size_t{3});
  SetWord(draft.bytes, position, target - static_cast<uint32_t>(position));
}

// Two parents with one child: tables and vectors that are the same, or of another kind than is meant.
void ShareTarget(Draft& draft) {
  const size_t from = draft.AnyOffset();
  const size_t to = draft.AnyOffset();
  SetWord(draft.bytes, to, WordAt(draft.bytes, from) + static_cast<uint32_t>(from - to));
}

// Vectors that overlap: the target moves by a few bytes.
void ShiftTarget(Draft& draft) {
  const size_t position = draft.AnyOffset();
  const auto shift = static_cast<uint32_t>(4 * (1 + draft.random.Below(kMostStep / 4)));
  const uint32_t word = WordAt(draft.bytes, position);
  SetWord(draft.bytes, position, draft.random.OneIn(2) ? word + shift : word - shift);
}

// A child that points back to what contains it: an offset is unsigned, and wraps.
void MakeCycle(Draft& draft) {
  const size_t position = draft.AnyOffset();
  const size_t target = draft.random.OneIn(2) ? draft.AnyOffset() : position;
  SetWord(draft.bytes, position, static_cast<uint32_t>(target - position));
}

// Appends a copy of `length` bytes; returns where it is: `ahead` bytes before a multiple of
// `alignment`.
size_t AppendCopy(Draft& draft, size_t start, size_t length, size_t alignment, size_t ahead) {
  const auto first = draft.bytes.begin() + static_cast<std::ptrdiff_t>(start);
  const Bytes copy(first, first + static_cast<std::ptrdiff_t>(length));
  while ((draft.bytes.size() + ahead) % alignment != 0) draft.bytes.push_back(0);
  const size_t position = draft.bytes.size();
  draft.bytes.insert(draft.bytes.end(), copy.begin(), copy.end());
  return position;
}

// A table whose vtable is the last of the file, whole or cut off: a copy, so that the rest stays readable.
void MoveVtableToEnd(Draft& draft) {
  const size_t position = draft.AnyOffset();
  const size_t table = position + WordAt(draft.bytes, position);
  if (table + 4 > draft.bytes.size()) return;
  const int64_t vtable = static_cast<int64_t>(table) - static_cast<int32_t>(WordAt(draft.bytes, table));
  if (vtable < 0 || vtable + 4 > static_cast<int64_t>(draft.bytes.size())) return;
  const auto start = static_cast<size_t>(vtable);
  const size_t length = WordAt(draft.bytes, start) & 0xFFFF;
  const size_t kept = length - std::min(length, 2 * draft.random.Below(4));
  if (kept > std::min(kMostAdded, draft.bytes.size() - start)) return;
  const size_t moved = AppendCopy(draft, start, kept, 4, 0);
  SetWord(draft.bytes, table, static_cast<uint32_t>(table - moved));
}

// The same with a vector: an access past its end is one past the end of the file.
void MoveVectorToEnd(Draft& draft) {
  const size_t position = draft.AnyOffset();
  const size_t vector = position + WordAt(draft.bytes, position);
  if (vector + 4 > draft.bytes.size()) return;
  constexpr size_t kElementBytes[] = {1, 1, 4, 8};
  const size_t element_bytes = kElementBytes[draft.random.Below(std::size(kElementBytes))];
  const size_t length = 4 + element_bytes * size_t{WordAt(draft.bytes, vector)};
  const size_t kept = length - (draft.random.OneIn(4) ? 1 + draft.random.Below(4) : 0);
  if (kept > std::min(kMostAdded, draft.bytes.size() - vector)) return;
  const size_t moved = AppendCopy(draft, vector, kept, 16, 4);
  SetWord(draft.bytes, position, static_cast<uint32_t>(moved - position));
}

void SwapWords(Draft& draft) {
  const size_t a = draft.random.OneIn(2) ? draft.AnyOffset() : draft.AnyWord();
  const size_t b = draft.random.OneIn(2) ? draft.AnyOffset() : draft.AnyWord();
  const uint32_t word = WordAt(draft.bytes, a);
  SetWord(draft.bytes, a, WordAt(draft.bytes, b));
  SetWord(draft.bytes, b, word);
}

void CopyBlock(Draft& draft) {
  const Bytes& source =
      draft.random.OneIn(2) ? draft.seeds[draft.random.Below(draft.seeds.size())].bytes : draft.seed.bytes;
  const size_t length = 1 + draft.random.Below(std::min({kMostMoved, source.size(), draft.bytes.size()}));
  const size_t from = draft.random.Below(source.size() - length + 1);
  const size_t to = draft.random.Below(draft.bytes.size() - length + 1);
  std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(from), length,
              draft.bytes.begin() + static_cast<std::ptrdiff_t>(to));
}

void FillBlock(Draft& draft) {
  const size_t length = 1 + draft.random.Below(std::min(kMostMoved, draft.bytes.size()));
  const size_t start = draft.random.Below(draft.bytes.size() - length + 1);
  const auto value = static_cast<uint8_t>(draft.random.OneIn(2) ? 0 : draft.random.Next());
  std::fill_n(draft.bytes.begin() + static_cast<std::ptrdiff_t>(start), length, value);
}

void Truncate(Draft& draft) { draft.bytes.resize(draft.random.Below(draft.bytes.size() + 1)); }

void InsertBlock(Draft& draft) {
  const size_t place = draft.random.OneIn(2) ? draft.bytes.size() : draft.AnyWord();
  const size_t length = 1 + draft.random.Below(draft.random.OneIn(4) ? kMostAdded : 8);
  draft.bytes.insert(draft.bytes.begin() + static_cast<std::ptrdiff_t>(place), length,
                     static_cast<uint8_t>(draft.random.Next()));
}

// The start of one model with the end of another.
void Splice(Draft& draft) {
  const Bytes& other = draft.seeds[draft.random.Below(draft.seeds.size())].bytes;
  const size_t cut = draft.random.Below(std::min(other.size(), draft.bytes.size())) & ~size_t{3};
  if (other.size() > draft.seed.bytes.size() + kMostAdded) return;
  draft.bytes.resize(cut);
  draft.bytes.insert(draft.bytes.end(), other.begin() + static_cast<std::ptrdiff_t>(cut), other.end());
}

void SetDimension(Draft& draft) {
  constexpr uint32_t kValues[] = {0, 1,  1,  2,  3,  4,   5,    6,     7,         8,
                                  9, 12, 16, 31, 64, 255, 4096, 65536, 0xFFFFFFFF};
  const uint32_t value = kValues[draft.random.Below(std::size(kValues))];
  SetWord(draft.bytes, draft.AnyOf(draft.seed.sites.dimensions), value);
}

// All dimensions of one size become another: the shapes go on fitting one another.
void ReplaceDimension(Draft& draft) {
  const uint32_t old = WordAt(draft.bytes, draft.AnyOf(draft.seed.sites.dimensions));
  const auto value = static_cast<uint32_t>(1 + draft.random.Below(draft.random.OneIn(8) ? 300 : 12));
  for (const uint32_t position : draft.seed.sites.dimensions) {
    if (position + 4 <= draft.bytes.size() && WordAt(draft.bytes, position) == old) {
      SetWord(draft.bytes, position, value);
    }
  }
}

void SetIndex(Draft& draft) {
  SetWord(draft.bytes, draft.AnyOf(draft.seed.sites.indices),
          static_cast<uint32_t>(draft.random.Below(10)) - 1);
}

void SetOption(Draft& draft) {
  constexpr uint32_t kValues[] = {0, 1, 2, 3, 4, 5, 7, 0x7FFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
  const size_t position = draft.AnyOf(draft.seed.sites.options);
  if (draft.random.OneIn(2)) {
    draft.bytes[position + draft.random.Below(4)] = static_cast<uint8_t>(draft.random.Below(8));
  } else {
    SetWord(draft.bytes, position, kValues[draft.random.Below(std::size(kValues))]);
  }
}

// Scales at the ends of float32, denormal, not finite, negative, or a power of two away.
void SetScale(Draft& draft) {
  constexpr uint32_t kValues[] = {0,          1,          0x00800000, 0x7F7FFFFF, 0x7F800000, 0x7FC00000,
                                  0x3F800000, 0x3B800000, 0x80000000, 0xBF800000, 0x5F000000, 0x1F000000};
  const size_t position = draft.AnyOf(draft.seed.sites.scales);
  uint32_t value = kValues[draft.random.Below(std::size(kValues))];
  if (draft.random.OneIn(2)) {
    value =
        WordAt(draft.bytes, position) + (static_cast<uint32_t>(draft.random.Below(65)) - 32) * 0x00800000u;
  }
  SetWord(draft.bytes, position, value);
}

void SetZeroPoint(Draft& draft) {
  const size_t position = draft.AnyOf(draft.seed.sites.zero_points);
  const int64_t value = static_cast<int64_t>(draft.random.Below(260)) - 130;
  if (position + sizeof(value) > draft.bytes.size()) return;
  std::memcpy(draft.bytes.data() + position, &value, sizeof(value));
}

void SetType(Draft& draft) {
  const std::vector<uint32_t>& types = draft.seed.sites.types;
  const size_t position = types.empty() ? 0 : types[draft.random.Below(types.size())];
  if (position < draft.bytes.size()) draft.bytes[position] = static_cast<uint8_t>(draft.random.Below(20));
}

void SetConstant(Draft& draft) {
  constexpr uint32_t kValues[] = {0,          1,          2,          3,          4,         100,
                                  0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF, 0xFFFFFFFE};
  SetWord(draft.bytes, draft.AnyOf(draft.seed.sites.constants),
          kValues[draft.random.Below(std::size(kValues))]);
}

using Damage = void (*)(Draft&);

// Those that leave most files readable are listed more often: they are what reaches the kernels.
constexpr Damage kDamages[] = {FlipBits,      FlipBits,        SetByte,        SetByte,          SetHalfWord,
                               StepWord,      StepWord,        SetSmallWord,   ShiftTarget,      SetSmallWord,
                               ShareTarget,   MakeCycle,       SwapWords,      SetWordToExtreme, CopyBlock,
                               PointAnywhere, FillBlock,       Splice,         Truncate,         InsertBlock,
                               SetSmallWord,  MoveVtableToEnd, MoveVectorToEnd};

// Those to what a model says.
constexpr Damage kMeanings[] = {MoveVectorToEnd,  MoveVectorToEnd,  MoveVectorToEnd, SetDimension,
                                ReplaceDimension, ReplaceDimension, SetIndex,        SetOption,
                                SetOption,        SetScale,         SetZeroPoint,    SetType,
                                SetConstant,      StepWord};
constexpr size_t kMostDamages = 6;
constexpr size_t kLeastBytes = 8;  // a shorter file has nothing left to damage

}  // namespace

Bytes Mutate(const std::vector<Seed>& seeds, size_t which, RandomSource& random) {
  Draft draft{seeds[which].bytes, seeds[which], seeds, random};
  const bool says_otherwise = random.OneIn(2);
  // Half of all files have one damage, a quarter two, and so on.
  for (size_t i = 0; i < kMostDamages && draft.bytes.size() >= kLeastBytes; ++i) {
    const Damage damage = says_otherwise ? kMeanings[random.Below(std::size(kMeanings))]
                                         : kDamages[random.Below(std::size(kDamages))];
    damage(draft);
    if (random.OneIn(2)) break;
  }
  return std::move(draft.bytes);
}

}  // namespace model_fuzzing
