#include <math.h>

#include "vector_math.h"

namespace ISA {

// One row x [classes]: d = (softmax(x) - [tag]) * share; returns -log softmax(x)[tag].
static double row(const float* x, int classes, int32_t tag, float share, float* d) {
  vf largest = splat(-__builtin_inff());
  const auto read = [&](int c) { return c + VL <= classes ? load(x + c) : loadPart(x + c, classes - c); };
  const auto write = [&](int c, vf v) { c + VL <= classes ? store(d + c, v) : storePart(d + c, v, classes - c); };
  vi lanes{};
  for (int lane = 0; lane < VL; lane++) lanes[lane] = lane;
  for (int c = 0; c < classes; c += VL) {
    const vf v = read(c);
    largest = (v > largest) & (lanes + c < classes) ? v : largest;
  }
  const float shift = maxLane(largest);
  vf total{};
  for (int c = 0; c < classes; c += VL) {
    const vf e = exp(read(c) - shift);
    total += lanes + c < classes ? e : vf{};
    write(c, e);
  }
  const float sum = sumLanes(total), factor = share / sum;
  for (int c = 0; c < classes; c += VL)
    write(c, (c + VL <= classes ? load(d + c) : loadPart(d + c, classes - c)) * factor);
  d[tag] -= share;
  return ::log(static_cast<double>(sum)) + (static_cast<double>(shift) - x[tag]);
}

double softmaxCrossEntropy(Context& context, const float* logits, const int32_t* tags, size_t n, size_t classes,
                           float* dLogits) {
  constexpr size_t kGrain = 64;  // rows of a task
  double* losses = static_cast<double*>(context.take(n * sizeof(double)));
  const float share = 1.0f / static_cast<float>(n);
  const auto part = [&](size_t start, size_t end) {
    for (size_t i = start; i < end; i++)
      losses[i] = row(logits + i * classes, static_cast<int>(classes), tags[i], share, dLogits + i * classes);
  };
  if (n * classes < 16384) part(0, n);
  else
    context.parallel(static_cast<int>((n + kGrain - 1) / kGrain), [&](int task) {
      const size_t start = static_cast<size_t>(task) * kGrain;
      part(start, start + kGrain < n ? start + kGrain : n);
    });
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += losses[i];
  return n ? sum / static_cast<double>(n) : 0;
}

}  // namespace ISA
