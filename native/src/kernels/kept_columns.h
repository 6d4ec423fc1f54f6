// A masked weight matrix [K, columns] as lists: of every column the weights that are kept, each with its row.
//
// Which weights a mask keeps has no pattern, so the vectors run over rows of the other factor: a block of it lies transposed,
// [K, LANES], and one kept weight, broadcast, multiplies all lanes of its row. Time is in proportion to what is kept.
#pragma once
#include "simd.h"

namespace ISA {

// As many as leave [200, LANES] room in the first-level cache beside the weights that stream through it.
constexpr int BLOCK_VECTORS = VL == 16 ? 2 : VL == 8 ? 3 : 4;
constexpr int LANES = BLOCK_VECTORS * VL;
// Sums of a column are made in this many parts, added at the end: enough independent chains to hide an FMA's latency, and the
// same for any number of lanes in use, so that a lane's bits do not depend on its neighbours.
constexpr int PARTS = VL == 16 ? 4 : VL == 8 ? 3 : 2;

struct Kept {
  float weight;
  int32_t at;  // row * LANES
};

struct KeptColumns {
  int32_t* ends;  // [columns]; column j is kept[ends[j - 1] .. ends[j])
  Kept* kept;
  const Kept* begin(int j) const { return kept + (j ? ends[j - 1] : 0); }
  const Kept* end(int j) const { return kept + ends[j]; }
};

static inline KeptColumns allocateKept(Context& context, int rows, int columns) {
  return {context.ints(static_cast<size_t>(columns)), static_cast<Kept*>(context.take(static_cast<size_t>(rows) * columns * sizeof(Kept)))};
}

// w and mask [rows, columns]; mask null: all are kept.
static inline void listKept(const float* w, const uint8_t* mask, int rows, int columns, KeptColumns to) {
  int32_t* next = to.ends;
  Kept* kept = to.kept;
  for (int j = 0; j < columns; j++) next[j] = mask ? 0 : rows;
  for (int k = 0; mask && k < rows; k++)
    for (int j = 0; j < columns; j++) next[j] += mask[static_cast<size_t>(k) * columns + j] != 0;
  int32_t start = 0;  // counts to where each column starts; filling moves that on to its end
  for (int j = 0; j < columns; j++) {
    const int32_t count = next[j];
    next[j] = start;
    start += count;
  }
  for (int k = 0; k < rows; k++) {
    const size_t row = static_cast<size_t>(k) * columns;
    for (int j = 0; j < columns; j++)
      if (!mask || mask[row + j]) kept[next[j]++] = {w[row + j], k * LANES};
  }
}

// sums[v] += column · block [K, LANES], the first V vectors of lanes.
template <int V>
ALWAYS_INLINE void addColumn(const Kept* kept, const Kept* end, const float* block, vf (&sums)[V]) {
  vf parts[PARTS][V];
  UNROLL
  for (int p = 0; p < PARTS; p++) { UNROLL for (int v = 0; v < V; v++) parts[p][v] = vf{}; }
  for (; end - kept >= PARTS; kept += PARTS) {
    UNROLL
    for (int p = 0; p < PARTS; p++) {
      const vf weight = splat(kept[p].weight);
      const float* row = block + kept[p].at;
      UNROLL
      for (int v = 0; v < V; v++) parts[p][v] += weight * load(row + v * VL);
    }
  }
  for (; kept < end; kept++) {
    const vf weight = splat(kept->weight);
    UNROLL
    for (int v = 0; v < V; v++) parts[0][v] += weight * load(block + kept->at + v * VL);
  }
  UNROLL
  for (int p = 0; p < PARTS; p++) { UNROLL for (int v = 0; v < V; v++) sums[v] += parts[p][v]; }
}

}  // namespace ISA
