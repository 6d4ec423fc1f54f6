// exp and log of vectors. The polynomials are minimax fits of the relative error on the reduced interval.
#pragma once
#include "simd.h"

namespace ISA {

// e^x within some 1e-7 of its value. Below -87.3 it stays at 1.2e-38, above 88.3 at 2.2e38. NaN comes through.
ALWAYS_INLINE vf expLanes(vf x) {
  x = atMost(atLeast(x, -87.3f), 88.3f);
  const float kRound = 12582912.0f;  // 1.5 * 2^23: adding it leaves the nearest whole number in the low bits
  const vf shifted = x * 1.442695041f + kRound;
  const vf n = shifted - kRound;
  const vf r = (x - n * 0.693145752f) - n * 1.428606765e-6f;  // x - n ln 2, |r| <= ln 2 / 2
  vf q = 1.3814467e-3f * r + 8.3687804e-3f;
  q = q * r + 4.16683942e-2f;
  q = q * r + 0.1666652011f;
  q = q * r + 0.4999999341f;
  const vf power = q * (r * r) + r + 1.0f;
  return (vf)((vi)power + ((vi)shifted << 23));
}

// ln x for positive, normal x, within some 1e-7 of its value (relative). NaN comes through.
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
