// Dropout of vectors and rows: the hash of contract.ts, VL elements at a time.
#pragma once
#include "../dropout.h"
#include "simd.h"

namespace ISA {

typedef uint32_t vu __attribute__((vector_size(VL * 4)));

ALWAYS_INLINE vu mixLanes(vu x) {
  x = (x ^ (x >> 16)) * 0x21f0aaadu;
  x = (x ^ (x >> 15)) * 0xd35a2d97u;
  return x ^ (x >> 15);
}

ALWAYS_INLINE vu laneNumbers() {
  vu lanes{};
  UNROLL
  for (int lane = 0; lane < VL; lane++) lanes[lane] = static_cast<uint32_t>(lane);
  return lanes;
}

// Lane l of v is element first + l of the tensor. A dropped element becomes 0 whatever it was.
ALWAYS_INLINE vf dropLanes(vf v, const Dropout& dropout, uint32_t first) {
  const vu hash = mixLanes(mixLanes(laneNumbers() + (first + dropout.k0)) ^ dropout.k1);
  return hash < dropout.threshold ? v * dropout.scale : vf{};
}

// y [n] = dropout(x [n]); element 0 is number `first` of the tensor. May be in place.
ALWAYS_INLINE void dropRow(const float* x, int n, const Dropout& dropout, uint32_t first, float* y) {
  int i = 0;
  for (; i + VL <= n; i += VL) store(y + i, dropLanes(load(x + i), dropout, first + static_cast<uint32_t>(i)));
  if (i < n) storePart(y + i, dropLanes(loadPart(x + i, n - i), dropout, first + static_cast<uint32_t>(i)), n - i);
}

// y [n] += dropout(x [n]).
ALWAYS_INLINE void addDroppedRow(const float* x, int n, const Dropout& dropout, uint32_t first, float* y) {
  const auto dropped = [&](vf v, int i) {
    return dropout.active ? dropLanes(v, dropout, first + static_cast<uint32_t>(i)) : v;
  };
  int i = 0;
  for (; i + VL <= n; i += VL) store(y + i, load(y + i) + dropped(load(x + i), i));
  if (i < n) storePart(y + i, loadPart(y + i, n - i) + dropped(loadPart(x + i, n - i), i), n - i);
}

}  // namespace ISA
