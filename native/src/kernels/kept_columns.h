// A masked weight matrix [K, columns] as lists: of every column the weights that are kept, each with its row.
//
// Which weights a mask keeps has no pattern, so the vectors run over rows of the other factor: a block of it lies transposed,
// [K + 1, LANES], and one kept weight, broadcast, multiplies all lanes of its row. Time is in proportion to what is kept.
// Weights stand in fours, the last filled up with zeros that meet row K of the block, which is 0: no loop for a rest, and where
// loads are what is scarce, four weights come with one (of two loads and two FMAs a cycle, broadcasts from memory take a quarter).
#pragma once
#include "simd.h"

namespace ISA {

// As many as leave [200, LANES] room in the first-level cache beside the weights that stream through it.
constexpr int BLOCK_VECTORS = VL == 16 ? 2 : VL == 8 ? 3 : 4;
constexpr int LANES = BLOCK_VECTORS * VL;
// Sums of a column are made in this many parts, added at the end: enough independent chains to hide an FMA's latency, and the
// same for any number of lanes in use, so that a lane's bits do not depend on its neighbours.
constexpr int PARTS = VL == 4 ? 2 : 4;

struct KeptFour {
  float weights[4];
  int32_t at[4];  // row * LANES
};

struct KeptColumns {
  int32_t* ends;  // [columns]; list l is fours[ends[l - 1] .. ends[l])
  KeptFour* fours;
  const KeptFour* begin(int list) const { return fours + (list ? ends[list - 1] : 0); }
  const KeptFour* end(int list) const { return fours + ends[list]; }
};

static inline KeptColumns allocateKept(Context& context, int rows, int columns) {
  const size_t most = (static_cast<size_t>(rows) + 3) / 4 * columns;
  return {context.ints(static_cast<size_t>(columns)), static_cast<KeptFour*>(context.take(most * sizeof(KeptFour)))};
}

// w and mask [rows, columns]; mask null: all are kept. The list of column j is listOf(j). `next`: scratch [columns].
template <class ListOf>
static inline void listKept(const float* w, const uint8_t* mask, int rows, int columns, int32_t* next, const KeptColumns& to, const ListOf& listOf) {
  for (int j = 0; j < columns; j++) next[j] = mask ? 0 : rows;
  for (int k = 0; mask && k < rows; k++)
    for (int j = 0; j < columns; j++) next[j] += mask[static_cast<size_t>(k) * columns + j] != 0;
  for (int j = 0; j < columns; j++) to.ends[listOf(j)] = (next[j] + 3) / 4;
  for (int l = 1; l < columns; l++) to.ends[l] += to.ends[l - 1];
  for (int j = 0; j < columns; j++) {
    const int start = static_cast<int>(to.begin(listOf(j)) - to.fours) * 4;
    for (int i = start + next[j]; i < to.ends[listOf(j)] * 4; i++) {
      to.fours[i / 4].weights[i % 4] = 0;
      to.fours[i / 4].at[i % 4] = rows * LANES;
    }
    next[j] = start;
  }
  for (int k = 0; k < rows; k++) {
    const size_t row = static_cast<size_t>(k) * columns;
    for (int j = 0; j < columns; j++) {
      if (mask && !mask[row + j]) continue;
      const int i = next[j]++;
      to.fours[i / 4].weights[i % 4] = w[row + j];
      to.fours[i / 4].at[i % 4] = k * LANES;
    }
  }
}

#if defined(ISA_AVX2)
typedef vf Four;  // twice the four weights
ALWAYS_INLINE Four loadFour(const float* weights) { return (vf)_mm256_broadcast_ps(reinterpret_cast<const __m128*>(weights)); }
template <int P>
ALWAYS_INLINE vf splatOf(Four four) { return (vf)_mm256_permute_ps((__m256)four, P * 0x55); }
#else
typedef const float* Four;
ALWAYS_INLINE Four loadFour(const float* weights) { return weights; }
template <int P>
ALWAYS_INLINE vf splatOf(Four four) { return splat(four[P]); }
#endif

template <int P, int V>
ALWAYS_INLINE void addRow(Four weights, const float* row, vf (&parts)[PARTS][V]) {
  const vf weight = splatOf<P>(weights);
  UNROLL
  for (int v = 0; v < V; v++) parts[P % PARTS][v] += weight * load(row + v * VL);
}

// sums[v] += column · block [K + 1, LANES], the first V vectors of lanes.
template <int V>
ALWAYS_INLINE void addColumn(const KeptFour* four, const KeptFour* end, const float* block, vf (&sums)[V]) {
  vf parts[PARTS][V];
  UNROLL
  for (int p = 0; p < PARTS; p++) { UNROLL for (int v = 0; v < V; v++) parts[p][v] = vf{}; }
  for (; four < end; four++) {
    const Four weights = loadFour(four->weights);
    addRow<0>(weights, block + four->at[0], parts);
    addRow<1>(weights, block + four->at[1], parts);
    addRow<2>(weights, block + four->at[2], parts);
    addRow<3>(weights, block + four->at[3], parts);
  }
  UNROLL
  for (int p = 0; p < PARTS; p++) { UNROLL for (int v = 0; v < V; v++) sums[v] += parts[p][v]; }
}

}  // namespace ISA
