#include "chunks.h"

namespace ISA {

typedef double vd __attribute__((vector_size(VL * 4)));  // half as many lanes as vf
typedef float half_unaligned __attribute__((vector_size(VL * 2), aligned(4), may_alias));

// The square of a float is exact in double precision; only the additions round.
static double sumOfChunk(const float* x, size_t n) {
  constexpr int kChains = 4, kLanes = VL / 2;
  vd sums[kChains] = {};
  size_t i = 0;
  for (; i + kChains * kLanes <= n; i += kChains * kLanes) UNROLL
  for (int c = 0; c < kChains; c++) {
    const vd v = __builtin_convertvector(*reinterpret_cast<const half_unaligned*>(x + i + c * kLanes), vd);
    sums[c] += v * v;
  }
  const vd total = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  double sum = 0;
  for (int lane = 0; lane < kLanes; lane++) sum += total[lane];
  for (; i < n; i++) sum += static_cast<double>(x[i]) * x[i];
  return sum;
}

double sumOfSquares(Context& context, size_t arrays, const size_t* lengths, const float* const* data) {
  const Chunks cut = cutIntoChunks(context, arrays, lengths, 16384);
  double* sums = static_cast<double*>(context.take(static_cast<size_t>(cut.count) * sizeof(double)));
  context.parallel(cut.count, [&](int task) {
    const Chunk& chunk = cut.chunks[task];
    sums[task] = sumOfChunk(data[chunk.array] + chunk.start, chunk.end - chunk.start);
  });
  double sum = 0;
  for (int c = 0; c < cut.count; c++) sum += sums[c];
  return sum;
}

}  // namespace ISA
