#include "simd.h"

namespace ISA {

// 12 independent chains of FMAs hide the latency of every processor with two units of latency 4 to 6.
static double chains(int rounds) {
  constexpr int kChains = 12;
  vf a = splat(0.999f), b = splat(0.001f);
  KEEP_IN_REGISTER(a);  // so that the compiler does not know the values
  KEEP_IN_REGISTER(b);
  vf chain[kChains];
  UNROLL
  for (int i = 0; i < kChains; i++) chain[i] = b * static_cast<float>(i);
  for (int round = 0; round < rounds; round++) {
    UNROLL
    for (int i = 0; i < kChains; i++) chain[i] = chain[i] * a + b;
  }
  vf total = chain[0];
  UNROLL
  for (int i = 1; i < kChains; i++) total += chain[i];
  KEEP_IN_REGISTER(total);
  return 2.0 * VL * kChains * rounds;
}

double fmaPeak(Context&, double seconds) {
  double best = 0;
  const double end = secondsNow() + seconds;
  do {  // slices of some 0.1 ms, the best of them: other processes interrupt
    const double start = secondsNow();
    const double flops = chains(20000);
    const double rate = flops / (secondsNow() - start) * 1e-9;
    if (rate > best) best = rate;
  } while (secondsNow() < end);
  return best;
}

}  // namespace ISA
