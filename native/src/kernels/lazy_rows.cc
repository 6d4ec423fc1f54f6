// Lazy momentum on embedding rows: n steps without a gradient, applied at once in closed form.
#include <math.h>

#include "momentum_lanes.h"

namespace ISA {

// The effect of n steps with gradient 0: v *= decay, with decay = momentum^n, and w -= drift * v.
struct Skipped {
  float decay, drift;
};

static Skipped skippedSteps(int32_t n, double learningRate, double momentum) {
  const double decay = pow(momentum, n);
  const double moved = momentum == 1 ? n : momentum * (1 - decay) / (1 - momentum);
  return {static_cast<float>(decay), static_cast<float>(learningRate * moved)};
}

static void settleRow(float* weights, float* velocity, int dim, Skipped skipped) {
  int d = 0;
  for (; d + VL <= dim; d += VL) {
    const vf v = load(velocity + d);
    store(weights + d, load(weights + d) - skipped.drift * v);
    store(velocity + d, skipped.decay * v);
  }
  if (d < dim) {
    const vf v = loadPart(velocity + d, dim - d);
    storePart(weights + d, loadPart(weights + d, dim - d) - skipped.drift * v, dim - d);
    storePart(velocity + d, skipped.decay * v, dim - d);
  }
}

// Rows start … end-1 of ids.
static void settleRange(float* table, float* velocity, int32_t* lastStep, const int32_t* ids, size_t start, size_t end,
                        size_t dim, int32_t step, double learningRate, double momentum, float* out) {
  int32_t known = 0;
  Skipped skipped{1, 0};
  for (size_t u = start; u < end; u++) {
    const size_t id = static_cast<size_t>(ids[u]);
    const int32_t n = step - lastStep[id];
    if (n > 0) {
      if (n != known) skipped = skippedSteps(known = n, learningRate, momentum);
      settleRow(table + id * dim, velocity + id * dim, static_cast<int>(dim), skipped);
      lastStep[id] = step;
    }
    if (out) memcpy(out + u * dim, table + id * dim, dim * sizeof(float));
  }
}

// A batch touches some hundred rows, too few for a second thread. Before an evaluation all rows are brought up to date.
void settleRows(Context& context, float* table, float* velocity, int32_t* lastStep, const int32_t* ids, size_t unique,
                size_t dim, int32_t step, double learningRate, double momentum, float* out) {
  constexpr size_t kGrain = 512;
  context.parallel(static_cast<int>((unique + kGrain - 1) / kGrain), [&](int task) {
    const size_t start = static_cast<size_t>(task) * kGrain;
    settleRange(table, velocity, lastStep, ids, start, start + kGrain < unique ? start + kGrain : unique, dim, step,
                learningRate, momentum, out);
  });
}

void updateRows(Context&, float* table, float* velocity, int32_t* lastStep, const int32_t* ids, size_t unique,
                const float* dRows, size_t dim, int32_t step, const MomentumStep& how) {
  const int width = static_cast<int>(dim);
  for (size_t u = 0; u < unique; u++) {
    const size_t row = static_cast<size_t>(ids[u]) * dim;
    int d = 0;
    for (; d + VL <= width; d += VL) {
      vf w = load(table + row + d), v = load(velocity + row + d);
      momentumLanes(w, load(dRows + u * dim + d), v, how);
      store(table + row + d, w);
      store(velocity + row + d, v);
    }
    if (const int n = width - d) {
      vf w = loadPart(table + row + d, n), v = loadPart(velocity + row + d, n);
      momentumLanes(w, loadPart(dRows + u * dim + d, n), v, how);
      storePart(table + row + d, w, n);
      storePart(velocity + row + d, v, n);
    }
    lastStep[ids[u]] = step + 1;
  }
}

}  // namespace ISA
