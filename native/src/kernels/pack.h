// Packing of operands for gemm.h. Masks are applied here, once, so that the products need not handle them.
#pragma once
#include "gemm.h"
#include "transpose.h"

namespace ISA {

// One row of a weight matrix, `n` <= VL elements of it, pruned ones as 0.
ALWAYS_INLINE vf loadKept(const float* w, const uint8_t* mask, int n) {
  if (n >= VL) {
    const vf v = load(w);
    return mask ? keepWhere(mask, v) : v;
  }
  const vf v = loadPart(w, n);
  return mask ? keepWherePart(mask, v, n) : v;
}

// Panel `panel` of W [k, columns] (row stride `stride`, as its mask).
static inline void packPanel(const float* w, const uint8_t* mask, size_t stride, int k, int columns, int panel,
                             float* packed) {
  const int real = columnsOf(panel, columns), width = widthOf(real);
  float* to = packed + panelOffset(static_cast<size_t>(k), panel);
  size_t from = static_cast<size_t>(panel) * PANEL;
  for (int row = 0; row < k; row++, from += stride, to += width)
    for (int v = 0; v < width; v += VL)
      store(to + v, loadKept(w + from + v, mask ? mask + from + v : nullptr, real - v));
}

// VL x VL elements of W, transposed: to[j * toStride + i] = W[i][j].
static inline void packSquare(const float* w, const uint8_t* mask, size_t stride, int rows, int columns, float* to,
                              size_t toStride) {
  vf square[VL];
  for (int i = 0; i < VL; i++)
    square[i] = i < rows ? loadKept(w + i * stride, mask ? mask + i * stride : nullptr, columns) : vf{};
  transpose(square);
  const int n = columns < VL ? columns : VL;
  for (int j = 0; j < n; j++) store(to + j * toStride, square[j]);
}

// Panel `panel` of W^T, where W is [columns, k]: its columns are rows of W.
static inline void packTransposedPanel(const float* w, const uint8_t* mask, size_t stride, int k, int columns,
                                       int panel, float* packed) {
  const int real = columnsOf(panel, columns), width = widthOf(real);
  float* to = packed + panelOffset(static_cast<size_t>(k), panel);
  for (int v = 0; v < width; v += VL)
    for (int j = 0; j < k; j += VL) {
      const size_t from = (static_cast<size_t>(panel) * PANEL + v) * stride + j;
      packSquare(w + from, mask ? mask + from : nullptr, stride, real - v, k - j,
                 to + static_cast<size_t>(j) * width + v, width);
    }
}

ALWAYS_INLINE void copyShort(float* to, const float* from, int n) {
#if defined(ISA_AVX512)
  storePart(to, loadPart(from, n), n);  // n <= MR <= VL
#else
  for (int i = 0; i < n; i++) to[i] = from[i];
#endif
}

// The columns of X [K, columns] as rows of a left operand, for tileOfColumns: blocks of RowBlocks(columns), each
// [K][rows of the block], the block of column m at m * K. Packs the rows [begin, end) of X; row(k) gives their
// addresses, null for zeros.
template <class RowOf>
ALWAYS_INLINE void packColumns(const RowOf& row, int begin, int end, size_t k, int columns, float* packed) {
  constexpr int kChunk = 64;  // rows of X that stay in the L1 cache while their columns go to the blocks
  static const float zeros[MR] = {};
  const RowBlocks blocks(columns);
  for (int chunk = begin; chunk < end; chunk += kChunk)
    for (int block = 0; block < blocks.count; block++) {
      const int column = blocks.begin(block), n = blocks.rows(block);
      float* to = packed + static_cast<size_t>(column) * k + static_cast<size_t>(chunk) * n;
      for (int i = chunk; i < end && i < chunk + kChunk; i++, to += n) {
        const float* from = row(i);
        copyShort(to, from ? from + column : zeros, n);
      }
    }
}

}  // namespace ISA
