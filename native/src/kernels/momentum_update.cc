#include "chunks.h"
#include "momentum_lanes.h"

namespace ISA {

template <bool kMasked>
ALWAYS_INLINE void updateWhole(float* weights, const float* gradients, float* velocities, const uint8_t* mask,
                               const MomentumStep& step) {
  const vf oldW = load(weights), oldV = load(velocities);
  vf w = oldW, v = oldV;
  momentumLanes(w, load(gradients), v, step);
  store(weights, kMasked ? selectWhere(mask, w, oldW) : w);
  store(velocities, kMasked ? selectWhere(mask, v, oldV) : v);
}

// The same for n < VL elements.
static void updateRest(float* weights, const float* gradients, float* velocities, const uint8_t* mask, int n,
                       const MomentumStep& step) {
  const vf oldW = loadPart(weights, n), oldV = loadPart(velocities, n);
  uint8_t kept[VL] = {};
  mask ? memcpy(kept, mask, static_cast<size_t>(n)) : memset(kept, 1, sizeof kept);
  vf w = oldW, v = oldV;
  momentumLanes(w, loadPart(gradients, n), v, step);
  storePart(weights, selectWhere(kept, w, oldW), n);
  storePart(velocities, selectWhere(kept, v, oldV), n);
}

// Pruned weights and their velocities keep their bits.
template <bool kMasked>
ALWAYS_INLINE void updateRange(float* weights, const float* gradients, float* velocities, const uint8_t* mask, size_t n,
                               MomentumStep step) {
  size_t i = 0;
  for (; i + VL <= n; i += VL)
    updateWhole<kMasked>(weights + i, gradients + i, velocities + i, kMasked ? mask + i : nullptr, step);
  if (i < n)
    updateRest(weights + i, gradients + i, velocities + i, kMasked ? mask + i : nullptr, static_cast<int>(n - i), step);
}

void momentumUpdate(Context& context, size_t arrays, const size_t* lengths, float* const* weights,
                    const float* const* gradients, float* const* velocities, const uint8_t* const* masks,
                    const MomentumStep& step) {
  const Chunks cut = cutIntoChunks(context, arrays, lengths, 8192);
  context.parallel(cut.count, [&](int task) {
    const Chunk& chunk = cut.chunks[task];
    float* w = weights[chunk.array] + chunk.start;
    float* v = velocities[chunk.array] + chunk.start;
    const float* g = gradients[chunk.array] + chunk.start;
    const uint8_t* mask = masks[chunk.array];
    const size_t n = chunk.end - chunk.start;
    if (mask) updateRange<true>(w, g, v, mask + chunk.start, n, step);
    else updateRange<false>(w, g, v, nullptr, n, step);
  });
}

}  // namespace ISA
