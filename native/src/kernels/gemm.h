// Matrix products on packed operands.
//
// A right operand B [K, N] is packed into panels of PANEL = 2 VL columns, [panel][K][PANEL], zero padded; the last panel has
// VL columns where that is enough. A tile is up to MR rows of C by one panel: its sums stay in registers over all of K, each
// step of K costs one load per vector of B and one broadcast per row of A. Every element of C is summed over K in order,
// whatever the split of the rows: results do not depend on how the work was divided.
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
static inline size_t packedFloats(size_t k, int columns) { return k * static_cast<size_t>((columns + VL - 1) / VL * VL); }
static inline size_t panelOffset(size_t k, int panel) { return k * static_cast<size_t>(panel) * PANEL; }
// Real columns of a panel, and the width it is stored with.
static inline int columnsOf(int panel, int columns) { return columns - panel * PANEL < PANEL ? columns - panel * PANEL : PANEL; }
static inline int widthOf(int panelColumns) { return panelColumns <= VL ? VL : PANEL; }

// Cuts `rows` into blocks of at most MR of nearly equal height: 32 rows are 11 + 11 + 10, not 12 + 12 + 8.
struct RowBlocks {
  int count, height, taller;
  explicit RowBlocks(int rows) : count((rows + MR - 1) / MR), height(count ? rows / count : 0), taller(count ? rows % count : 0) {}
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
    return {data + (k < segment ? k : static_cast<size_t>(k / segment) * segmentStride), stride, segment, segmentStride};
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

template <int M, int V>
struct Sums { vf v[M][V]; };

// Real columns in vector v of a tile.
ALWAYS_INLINE int lanesOf(int v, int columns) {
  const int lanes = columns - v * VL;
  return lanes < 0 ? 0 : lanes < VL ? lanes : VL;
}

// The tile's part of C comes to the cache while the sums are made.
template <int M, int V>
ALWAYS_INLINE void clearSums(Sums<M, V>& sums, const Target& t) {
  UNROLL
  for (int m = 0; m < M; m++) {
    UNROLL
    for (int v = 0; v < V; v++) {
      sums.v[m][v] = vf{};
      __builtin_prefetch(t.c + m * t.stride + v * VL, 1);
    }
  }
}

template <int M, int V>
ALWAYS_INLINE void storeSums(const Sums<M, V>& sums, const Target& t) {
  if (t.columns == V * VL && !t.mask) {
    UNROLL
    for (int m = 0; m < M; m++) {
      UNROLL
      for (int v = 0; v < V; v++) {
        const vf sum = t.start ? sums.v[m][v] + load(t.start + m * t.startStride + v * VL) : sums.v[m][v];
        store(t.c + m * t.stride + v * VL, sum);
      }
    }
    return;
  }
  UNROLL
  for (int m = 0; m < M; m++) {
    UNROLL
    for (int v = 0; v < V; v++) {
      const size_t at = m * t.stride + v * VL;
      const int lanes = lanesOf(v, t.columns);
      vf sum = sums.v[m][v];
      if (t.start) sum += loadPart(t.start + m * t.startStride + v * VL, lanes);
      if (t.mask) sum = lanes == VL ? keepWhere(t.mask + at, sum) : keepWherePart(t.mask + at, sum, lanes);
      storePart(t.c + at, sum, lanes);
    }
  }
}

// C tile [M, columns] = start + A [M, K] · panel [K, V VL].
template <int M, int V>
static void tile(Rows a, int k, const float* panel, Target t) {
  Sums<M, V> sums;
  clearSums(sums, t);
  const size_t s = a.stride;
  while (k > 0) {
    const int length = k < a.segment ? k : a.segment;
    // One pointer for three rows: more would not fit the general registers.
    const float *a0 = a.data, *a3 = a0 + 3 * s, *a6 = a0 + 6 * s, *a9 = a0 + 9 * s;
    for (int i = 0; i < length; i++) {
      vf b[V];
      UNROLL
      for (int v = 0; v < V; v++) b[v] = load(panel + v * VL);
      panel += V * VL;
      UNROLL
      for (int m = 0; m < M; m++) {
        const float* group = m < 3 ? a0 : m < 6 ? a3 : m < 9 ? a6 : a9;
        const vf scale = splat(group[static_cast<size_t>(m % 3) * s + i]);
        UNROLL
        for (int v = 0; v < V; v++) sums.v[m][v] += scale * b[v];
      }
    }
    a.data += a.segmentStride;
    k -= length;
  }
  storeSums(sums, t);
}

// The same for A transposed and packed: element (m, k) is a[k * M + m] (see packColumns in pack.h).
template <int M, int V>
static void tileOfColumns(const float* a, int k, const float* panel, Target t) {
  Sums<M, V> sums;
  clearSums(sums, t);
  for (int i = 0; i < k; i++) {
    vf b[V];
    UNROLL
    for (int v = 0; v < V; v++) b[v] = load(panel + v * VL);
    UNROLL
    for (int m = 0; m < M; m++) {
      const vf scale = splat(a[m]);
      UNROLL
      for (int v = 0; v < V; v++) sums.v[m][v] += scale * b[v];
    }
    panel += V * VL;
    a += M;
  }
  storeSums(sums, t);
}

template <int V, int M = MR>
ALWAYS_INLINE void tileOfHeight(int rows, const Rows& a, int k, const float* panel, const Target& t) {
  if (rows == M) return tile<M, V>(a, k, panel, t);
  if constexpr (M > 1) tileOfHeight<V, M - 1>(rows, a, k, panel, t);
}

template <int V, int M = MR>
ALWAYS_INLINE void tileOfColumnsOfHeight(int rows, const float* a, int k, const float* panel, const Target& t) {
  if (rows == M) return tileOfColumns<M, V>(a, k, panel, t);
  if constexpr (M > 1) tileOfColumnsOfHeight<V, M - 1>(rows, a, k, panel, t);
}

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
