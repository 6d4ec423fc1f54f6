// Arithmetic on logarithms of scores, rows of whole vectors.
#pragma once
#include <math.h>

#include "vector_math.h"

namespace ISA {
namespace {

// out[k] = largest[k] + log sums[k], where sums[k] adds terms[r][k] = exp(x[r] + matrix[r][k] - largest[k]) over r.
template <bool kKeepTerms>
ALWAYS_INLINE void logSumExp(const float* x, const float* matrix, int classes, int width, float* out, float* terms,
                             float* sums) {
  for (int k = 0; k < width; k += VL) {
    vf largest = splat(-1e38f);  // stays finite where everything is -Infinity
    for (int r = 0; r < classes; r++) {
      const vf v = splat(x[r]) + load(matrix + r * width + k);
      largest = v > largest ? v : largest;
    }
    vf sum{};
    for (int r = 0; r < classes; r++) {
      const vf term = exp(splat(x[r]) + load(matrix + r * width + k) - largest);
      sum += term;
      if (kKeepTerms) store(terms + r * width + k, term);
    }
    if (kKeepTerms) store(sums + k, sum);
    store(out + k, largest + logLanes(sum));
  }
}

// Subtracts the largest score and returns it.
inline float normalise(float* x, int width) {
  vf largest = load(x);
  for (int k = VL; k < width; k += VL) largest = load(x + k) > largest ? load(x + k) : largest;
  const float shift = maxLane(largest);
  for (int k = 0; k < width; k += VL) store(x + k, load(x + k) - shift);
  return shift;
}

// Probabilities gamma [width] proportional to exp(a + b); returns the log of their sum.
inline double softmaxOfSum(const float* a, const float* b, int width, float* gamma) {
  for (int k = 0; k < width; k += VL) store(gamma + k, load(a + k) + load(b + k));
  const float shift = normalise(gamma, width);
  vf total{};
  for (int k = 0; k < width; k += VL) {
    const vf e = exp(load(gamma + k));
    store(gamma + k, e);
    total += e;
  }
  const float sum = sumLanes(total);
  for (int k = 0; k < width; k += VL) store(gamma + k, load(gamma + k) * (1 / sum));
  return shift + ::log(static_cast<double>(sum));
}

inline void addTo(float* total, const float* x, int width) {
  for (int k = 0; k < width; k += VL) store(total + k, load(total + k) + load(x + k));
}

}  // namespace
}  // namespace ISA
