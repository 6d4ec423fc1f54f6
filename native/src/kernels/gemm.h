// Matrix products on packed operands (operands.h, pack.h). Every element of C is summed over K in order, whatever the split
// of the rows: results do not depend on how the work was divided.
#pragma once
#include "tile.h"

namespace ISA {

// C [rows, columns of the panel] = start + A [rows, K] · panel. Where K exceeds KC, sums are kept in C between the cuts.
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

// C [rows, N] = start + A [rows, K] · B, all panels.
static inline void multiply(const Rows& a, int rows, int k, const float* packed, int columns, Target target) {
  const Target first = target;
  for (int panel = 0; panel < panelsOf(columns); panel++) {
    target.columns = columnsOf(panel, columns);
    target.c = first.c + panel * PANEL;
    target.start = first.start ? first.start + panel * PANEL : nullptr;
    target.mask = first.mask ? first.mask + panel * PANEL : nullptr;
    multiplyPanel(a, rows, k, packed + panelOffset(static_cast<size_t>(k), panel), target);
  }
}

}  // namespace ISA
