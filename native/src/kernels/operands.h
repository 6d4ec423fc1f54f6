// The operands of a matrix product: how they lie in memory, and how their rows and columns are cut.
//
// A right operand B [K, N] is packed into panels of PANEL = 2 VL columns, [panel][K][PANEL], zero padded; the last
// panel has VL columns where that is enough.
#pragma once
#include "simd.h"

namespace ISA {

constexpr int PANEL = 2 * VL;
// Rows of a tile: 2 MR sums + 2 vectors of B + a broadcast fill the 32 (AVX-512, NEON) or 16 registers.
#if defined(ISA_AVX512) || defined(ISA_NEON)
constexpr int MR = 12;
#else
constexpr int MR = 6;
#endif
// K is cut where a panel would outgrow the L1 cache: KC rows of it are used for all rows of A, then the next KC.
constexpr int KC = 256;

static inline int panelsOf(int columns) { return (columns + PANEL - 1) / PANEL; }
static inline size_t packedFloats(size_t k, int columns) {
  return k * static_cast<size_t>((columns + VL - 1) / VL * VL);
}
static inline size_t panelOffset(size_t k, int panel) { return k * static_cast<size_t>(panel) * PANEL; }
// Real columns of a panel, and the width it is stored with.
static inline int columnsOf(int panel, int columns) {
  return columns - panel * PANEL < PANEL ? columns - panel * PANEL : PANEL;
}
static inline int widthOf(int panelColumns) { return panelColumns <= VL ? VL : PANEL; }

// Cuts `rows` into blocks of at most MR of nearly equal height: 32 rows are 11 + 11 + 10, not 12 + 12 + 8.
struct RowBlocks {
  int count, height, taller;
  explicit RowBlocks(int rows)
      : count((rows + MR - 1) / MR), height(count ? rows / count : 0), taller(count ? rows % count : 0) {}
  int begin(int block) const { return block * height + (block < taller ? block : taller); }
  int rows(int block) const { return height + (block < taller ? 1 : 0); }
};

// A left operand: element (m, k) is data[m * stride + k], or, where K comes in segments (a packed matrix used from the
// left), data[m * stride + k % segment + k / segment * segmentStride].
struct Rows {
  const float* data;
  size_t stride;
  int segment = 1 << 30;
  size_t segmentStride = 0;
  Rows from(int row) const { return {data + static_cast<size_t>(row) * stride, stride, segment, segmentStride}; }
  Rows atK(int k) const {
    return {data + (k < segment ? k : static_cast<size_t>(k / segment) * segmentStride), stride, segment,
            segmentStride};
  }
};

// What is added to a tile's sums, and where they go.
struct Target {
  float* c;
  size_t stride;
  int columns;  // real columns of the panel
  const float* start;  // first row of what is added; null: nothing
  size_t startStride;  // 0: the same row for all, a bias
  const uint8_t* mask = nullptr;  // shaped and strided as c: where 0, 0 is stored
};

}  // namespace ISA
