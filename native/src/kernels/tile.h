// The innermost part of a matrix product: a tile of C, up to MR rows by one panel, whose sums stay in registers over
// all of K. Each step of K costs one load per vector of B and one broadcast per row of A.
#pragma once
#include "operands.h"

namespace ISA {

template <int M, int V>
struct Sums {
  vf v[M][V];
};

// Real columns in vector v of a tile.
ALWAYS_INLINE int lanesOf(int v, int columns) {
  const int lanes = columns - v * VL;
  return lanes < 0 ? 0 : lanes < VL ? lanes : VL;
}

// Prefetches the tile's part of C while the sums are computed.
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

}  // namespace ISA
