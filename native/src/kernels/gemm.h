// Matrix products on packed operands (operands.h, pack.h). Every element of C is summed over K in order, so results do
// not depend on how the rows are split among threads.
#pragma once
#include "tile.h"

namespace ISA {

// C [rows, columns of the panel] = start + A [rows, K] · panel. Where K exceeds KC, sums are kept in C between the
// cuts.
static inline void multiplyPanel(const Rows& a, int rows, int k, const float* panel, const Target& target) {
  const RowBlocks blocks(rows);
  const int width = widthOf(target.columns);
  int from = 0;
  do {
    const int length = k - from > KC ? KC : k - from;
    for (int block = 0; block < blocks.count; block++) {
      const int row = blocks.begin(block);
      Target t = target;
      t.c += row * t.stride;
      if (from == 0) {
        if (t.start) t.start += row * t.startStride;
      } else {
        t.start = t.c;
        t.startStride = t.stride;
      }
      if (t.mask) t.mask = from + length == k ? t.mask + row * t.stride : nullptr;
      const Rows cut = a.from(row).atK(from);
      const float* b = panel + static_cast<size_t>(from) * width;
      if (width == PANEL) tileOfHeight<2>(blocks.rows(block), cut, length, b, t);
      else tileOfHeight<1>(blocks.rows(block), cut, length, b, t);
    }
    from += length;
  } while (from < k);
}

// Floats of A that are multiplied with all panels before the next ones: they fit the L2 cache beside the panels.
constexpr int FLOATS_AT_ONCE = 32768;

// C [rows, N] = start + A [rows, K] · B, all panels.
static inline void multiply(const Rows& a, int rows, int k, const float* packed, int columns, const Target& target) {
  const int most = FLOATS_AT_ONCE / (k > 0 ? k : 1) / MR * MR, step = most < MR ? MR : most;
  for (int row = 0; row < rows; row += step) {
    for (int panel = 0; panel < panelsOf(columns); panel++) {
      Target t = target;
      t.columns = columnsOf(panel, columns);
      t.c += row * t.stride + panel * PANEL;
      if (t.start) t.start += row * t.startStride + panel * PANEL;
      if (t.mask) t.mask += row * t.stride + panel * PANEL;
      multiplyPanel(a.from(row), rows - row < step ? rows - row : step, k,
                    packed + panelOffset(static_cast<size_t>(k), panel), t);
    }
  }
}

}  // namespace ISA
