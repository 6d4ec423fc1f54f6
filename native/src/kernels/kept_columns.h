// A masked weight matrix [K, columns] stored sparsely: per column, a list of the kept weights with their rows.
//
// The kept weights have no pattern, so vectors run over rows of the other factor: a block of it is stored transposed,
// [K + 1, LANES], and one kept weight, broadcast, multiplies all lanes of its row. The time is proportional to the
// number of kept weights. Lists are padded to multiples of four with zeros that multiply row K of the block, which is
// 0. This avoids a remainder loop, and one load brings four weights where loads are the bottleneck (of two loads and
// two FMAs per cycle, broadcasts from memory would take a quarter).
#pragma once
#include "simd.h"

namespace ISA {

// Chosen so that [200, LANES] fits the L1 cache beside the weights that stream through it.
constexpr int BLOCK_VECTORS = VL == 16 ? 2 : VL == 8 ? 3 : 4;
constexpr int LANES = BLOCK_VECTORS * VL;
// A column is summed in this many parts, which are added at the end: enough independent chains to hide the latency of
// an FMA. The number is the same for any number of lanes in use, so that a lane's bits do not depend on its neighbours.
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

// Bit k of kept[j]: whether row k, of 64 at most, of column j is kept. `width` columns, up to KEPT_TILE.
constexpr int KEPT_TILE = 64;
static inline void keptBits(const uint8_t* mask, int rows, int width, size_t stride, uint64_t (&kept)[KEPT_TILE]) {
  for (int j = 0; j < KEPT_TILE; j++) kept[j] = mask ? 0 : ~uint64_t{0} >> (64 - rows);
  for (int k = 0; mask && k < rows; k++)
    for (int j = 0; j < width; j++) kept[j] |= static_cast<uint64_t>(mask[k * stride + j] != 0) << k;
}

// w and mask [rows, columns]; mask null: all are kept. The list of column j is listOf(j). `next`: scratch [columns].
// A branch per weight would be mispredicted, because masks have no pattern: the bits of a column give the position of
// its next kept weight.
template <class ListOf>
static inline void listKept(const float* w, const uint8_t* mask, int rows, int columns, int32_t* next,
                            const KeptColumns& to, const ListOf& listOf) {
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
  for (int from = 0; from < columns; from += KEPT_TILE) {
    const int width = columns - from < KEPT_TILE ? columns - from : KEPT_TILE;
    for (int first = 0; first < rows; first += 64) {
      const size_t corner = static_cast<size_t>(first) * columns + from;
      uint64_t kept[KEPT_TILE];
      keptBits(mask ? mask + corner : nullptr, rows - first < 64 ? rows - first : 64, width, columns, kept);
      for (int j = 0; j < width; j++) {
        const float* const column = w + corner + j;
        size_t i = next[from + j];
        for (uint64_t bits = kept[j]; bits; bits &= bits - 1, i++) {
          const size_t k = __builtin_ctzll(bits);
          to.fours[i / 4].weights[i % 4] = column[k * columns];
          to.fours[i / 4].at[i % 4] = (first + static_cast<int>(k)) * LANES;
        }
        next[from + j] = static_cast<int32_t>(i);
      }
    }
  }
}

#if defined(ISA_AVX2)
typedef vf Four;  // twice the four weights
ALWAYS_INLINE Four loadFour(const float* weights) {
  return (vf)_mm256_broadcast_ps(reinterpret_cast<const __m128*>(weights));
}
template <int P>
ALWAYS_INLINE vf splatOf(Four four) {
  return (vf)_mm256_permute_ps((__m256)four, P * 0x55);
}
#else
typedef const float* Four;
ALWAYS_INLINE Four loadFour(const float* weights) { return weights; }
template <int P>
ALWAYS_INLINE vf splatOf(Four four) {
  return splat(four[P]);
}
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
  for (int p = 0; p < PARTS; p++) {
    UNROLL for (int v = 0; v < V; v++) parts[p][v] = vf{};
  }
  for (; four < end; four++) {
    const Four weights = loadFour(four->weights);
    addRow<0>(weights, block + four->at[0], parts);
    addRow<1>(weights, block + four->at[1], parts);
    addRow<2>(weights, block + four->at[2], parts);
    addRow<3>(weights, block + four->at[3], parts);
  }
  UNROLL
  for (int p = 0; p < PARTS; p++) {
    UNROLL for (int v = 0; v < V; v++) sums[v] += parts[p][v];
  }
}

}  // namespace ISA
