// The arithmetic of one step with momentum, for dense weights and for embedding rows.
#pragma once
#include "../momentum.h"
#include "simd.h"

namespace ISA {

ALWAYS_INLINE void momentumLanes(vf& w, vf g, vf& v, const MomentumStep& step) {
  g *= step.scale;
  if (step.clipValue > 0) g = atMost(atLeast(g, -step.clipValue), step.clipValue);
  v = step.momentum * v + (g + step.weightDecay * w);
  w -= step.learningRate * v;
}

}  // namespace ISA
