// Shared by the CRF's loss and its decoding: the positions of a sentence's tokens in a packed batch, and matrices with
// rows padded to whole vectors.
#pragma once
#include "vector_math.h"

namespace ISA {
namespace {

constexpr float kNever = -1e30f;  // the score of an impossible transition: its exp is 0, and sums stay finite

struct Packed {
  int sentences, longest;
  const int32_t* offsets;  // [longest]: token t of sentence b is row offsets[t] + b
  const int32_t* lengths;  // [sentences]
  size_t row(int t, int b) const { return static_cast<size_t>(offsets[t]) + static_cast<size_t>(b); }
};

inline Packed unpack(Context& context, const int32_t* batchSizes, size_t steps) {
  const int longest = static_cast<int>(steps), sentences = steps ? batchSizes[0] : 0;
  int32_t* offsets = context.ints(steps);
  int32_t* lengths = context.ints(static_cast<size_t>(sentences));
  int32_t rows = 0;
  for (int b = 0; b < sentences; b++) lengths[b] = 0;
  for (int t = 0; t < longest; t++) {
    offsets[t] = rows;
    rows += batchSizes[t];
    for (int b = 0; b < batchSizes[t]; b++) lengths[b]++;
  }
  return {sentences, longest, offsets, lengths};
}

inline int wholeVectors(int n) { return (n + VL - 1) / VL * VL; }

// padded [width] = row [n], then `filler`.
inline void padRow(const float* row, int n, int width, float filler, float* padded) {
  memcpy(padded, row, static_cast<size_t>(n) * sizeof(float));
  for (int i = n; i < width; i++) padded[i] = filler;
}

}  // namespace
}  // namespace ISA
