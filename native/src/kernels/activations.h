// exp, sigmoid and tanh of vectors, relative error below 3e-7. NaN is passed on.
#pragma once
#include "simd.h"

namespace ISA {

// x = n ln 2 + r with |r| <= ln 2 / 2: 2^n, and e^r - 1 = r (1 + r/2 + … ) without the cancellation of e^r - 1.
struct ExpParts {
  vf scale, fraction;
};

// |x| <= 87.
ALWAYS_INLINE ExpParts expParts(vf x) {
  const float kMagic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number, in the low bits
  const vf shifted = x * 1.44269504f + kMagic;
  const vf n = shifted - kMagic;
  vf r = x - n * 0.693145752f;  // ln 2 in two parts, the first with few bits, so that its product is exact
  r = r - n * 1.42860677e-6f;
  vf q = r * 1.39262839e-3f + 8.36325938e-3f;  // (e^r - 1 - r) / r^2, fitted: relative error of e^r - 1 below 2.5e-8
  q = q * r + 4.16665540e-2f;
  q = q * r + 0.166665765f;
  q = q * r + 0.5f;
  const vf p = q * (r * r) + r;
  const vi exponent = (vi)shifted << 23;  // moves the integer's low bits to the exponent
  return {(vf)(exponent + 0x3f800000), p};
}

ALWAYS_INLINE vf exp(vf x) {  // x is clamped to ±87
  const ExpParts e = expParts(atMost(atLeast(x, -87.0f), 87.0f));
  return e.scale * e.fraction + e.scale;
}

ALWAYS_INLINE vf sigmoid(vf x) { return reciprocal(1.0f + exp(-x)); }

// tanh |x| = (1 - e^-2|x|) / (1 + e^-2|x|), accurate near 0 by e^x - 1 = 2^n (e^r - 1) + (2^n - 1).
ALWAYS_INLINE vf tanh(vf x) {
  const vi sign = (vi)x & splatInt(INT32_MIN);
  const vf magnitude = (vf)((vi)x ^ sign);
  const ExpParts e = expParts(atLeast(magnitude * -2.0f, -40.0f));
  const vf expm1 = e.scale * e.fraction + (e.scale - 1.0f);
  return (vf)((vi)(-expm1 * reciprocal(expm1 + 2.0f)) | sign);
}

// sigmoid(gate) * tanh(x) with one division: with s = 1 + e^-gate and m = e^2x - 1, m / ((m + 2) s). Exponents are
// limited to 40, where both functions have reached their limits: reciprocal needs a finite, normal product.
ALWAYS_INLINE vf gatedTanh(vf gate, vf x) {
  const ExpParts e = expParts(atMost(atLeast(x + x, -40.0f), 40.0f));
  const vf expm1 = e.scale * e.fraction + (e.scale - 1.0f);
  return expm1 * reciprocal((expm1 + 2.0f) * (1.0f + exp(atMost(-gate, 40.0f))));
}

}  // namespace ISA
