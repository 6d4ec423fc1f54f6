#include "simd.h"

namespace ISA {

// 12 independent chains of FMAs hide the latency (4 to 6 cycles) of processors with two FMA units.
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

// The median of slices of about 50 µs: the first ones after a pause run at a clock that wide vectors cannot sustain,
// and some are interrupted by other processes.
double fmaPeak(Context&, double seconds) {
  constexpr int kMost = 1024;
  double rates[kMost];
  int slices = 0;
  const double end = secondsNow() + seconds;
  do {
    const double start = secondsNow();
    const double flops = chains(10000);
    const double rate = flops / (secondsNow() - start) * 1e-9;
    int at = slices++;  // sorted by insertion
    while (at > 0 && rates[at - 1] < rate) {
      rates[at] = rates[at - 1];
      at--;
    }
    rates[at] = rate;
  } while (slices < kMost && secondsNow() < end);
  return rates[slices / 2];
}

}  // namespace ISA
