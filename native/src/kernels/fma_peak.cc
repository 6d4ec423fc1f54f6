#include "simd.h"

namespace ISA {

// 12 chains of dependent FMAs: latency 4-5 × 2 units at most need fewer.
static double chains(int rounds, float seed) {
  constexpr int kChains = 12;
  vf chain[kChains];
  for (int i = 0; i < kChains; i++) chain[i] = splat(seed + static_cast<float>(i));
  const vf a = splat(1.0f - seed * 1e-9f), b = splat(seed * 1e-9f);
  for (int round = 0; round < rounds; round++)
    UNROLL
    for (int i = 0; i < kChains; i++) {
      chain[i] = chain[i] * a + b;
      KEEP_IN_REGISTER(chain[i]);
    }
  vf total = chain[0];
  for (int i = 1; i < kChains; i++) total += chain[i];
  SINK(total);
  return 2.0 * VL * kChains * rounds;
}

double fmaPeak(Context&, double seconds) {
  double best = 0;
  const double end = secondsNow() + seconds;
  do {  // slices of some 0.1 ms, the best of them: other processes interrupt
    const double start = secondsNow();
    const double flops = chains(20000, 1.0f);
    const double rate = flops / (secondsNow() - start) * 1e-9;
    if (rate > best) best = rate;
  } while (secondsNow() < end);
  return best;
}

}  // namespace ISA
