// The logarithm of vectors, and their largest lane.
#pragma once
#include "activations.h"

namespace ISA {

// ln x for positive, normal x, relative error below 2e-7. NaN is passed on. The polynomial is a minimax fit of that
// error.
ALWAYS_INLINE vf logLanes(vf x) {
  const vi exponent = ((vi)x - 0x3f2aaaab) >> 23;  // x = 2^exponent * (1 + f), 2/3 <= 1 + f < 4/3
  const vf f = (vf)((vi)x - (exponent << 23)) - 1.0f;
  vf q = 0.138202581f * f - 0.151221975f;
  q = q * f + 0.140423055f;
  q = q * f - 0.164723243f;
  q = q * f + 0.200079197f;
  q = q * f - 0.250042378f;
  q = q * f + 0.33333266f;
  const vf fraction = f - f * f * (0.5f - q * f);
  return fraction + __builtin_convertvector(exponent, vf) * 0.693147181f + (x - x);
}

ALWAYS_INLINE float maxLane(vf v) {
  float largest = v[0];
  for (int lane = 1; lane < VL; lane++) largest = v[lane] > largest ? v[lane] : largest;
  return largest;
}

}  // namespace ISA
