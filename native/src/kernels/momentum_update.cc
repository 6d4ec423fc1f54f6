#include "chunks.h"
#include "momentum_lanes.h"

namespace ISA {

ALWAYS_INLINE vi keptLanes(const uint8_t* mask, int n) {
  uint8_t bytes[VL] = {};
  if (n < VL) memcpy(bytes, mask, static_cast<size_t>(n));
  return __builtin_convertvector(*reinterpret_cast<const vb_unaligned*>(n < VL ? bytes : mask), vi) != 0;
}

// Lanes that are not kept get back the bits they had.
ALWAYS_INLINE void updateLanes(float* weights, const float* gradients, float* velocities, const uint8_t* mask, int n, const MomentumStep& step) {
  const bool whole = n == VL;
  const vf oldW = whole ? load(weights) : loadPart(weights, n), oldV = whole ? load(velocities) : loadPart(velocities, n);
  vf w = oldW, v = oldV;
  momentumLanes(w, whole ? load(gradients) : loadPart(gradients, n), v, step);
  if (mask) {
    const vi kept = keptLanes(mask, n);
    w = kept ? w : oldW;
    v = kept ? v : oldV;
  }
  if (whole) {
    store(weights, w);
    store(velocities, v);
  } else {
    storePart(weights, w, n);
    storePart(velocities, v, n);
  }
}

ALWAYS_INLINE void updateRange(float* weights, const float* gradients, float* velocities, const uint8_t* mask, size_t n, const MomentumStep& step) {
  size_t i = 0;
  for (; i + VL <= n; i += VL) updateLanes(weights + i, gradients + i, velocities + i, mask ? mask + i : nullptr, VL, step);
  if (i < n) updateLanes(weights + i, gradients + i, velocities + i, mask ? mask + i : nullptr, static_cast<int>(n - i), step);
}

void momentumUpdate(Context& context, size_t arrays, const size_t* lengths, float* const* weights, const float* const* gradients,
                    float* const* velocities, const uint8_t* const* masks, const MomentumStep& step) {
  const Chunks cut = cutIntoChunks(context, arrays, lengths, 8192);
  context.parallel(cut.count, [&](int task) {
    const Chunk& chunk = cut.chunks[task];
    float* w = weights[chunk.array] + chunk.start;
    float* v = velocities[chunk.array] + chunk.start;
    const float* g = gradients[chunk.array] + chunk.start;
    const uint8_t* mask = masks[chunk.array];
    const size_t n = chunk.end - chunk.start;
    if (mask) updateRange(w, g, v, mask + chunk.start, n, step);
    else updateRange(w, g, v, nullptr, n, step);
  });
}

}  // namespace ISA
