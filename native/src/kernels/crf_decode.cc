#include "crf.h"

namespace ISA {

namespace {

// score [width]: of the best path to every tag so far.
struct Viterbi {
  const float* transitions;  // [classes, width]
  int classes, width;

  // next [width] = max over i of score[i] + transitions[i] (+ emissions later); from [width] = the first i that attains
  // it.
  void step(const float* score, float* next, int32_t* from) const {
    for (int j = 0; j < width; j += VL) {
      vf best = splat(score[0]) + load(transitions + j);
      vi at{};
      for (int i = 1; i < classes; i++) {
        const vf v = splat(score[i]) + load(transitions + i * width + j);
        const vi larger = v > best;
        best = larger ? v : best;
        at = larger ? splatInt(i) : at;
      }
      store(next + j, best);
      storeInt(from + j, at);
    }
  }
};

int32_t firstLargest(const float* x, int n) {
  int32_t best = 0;
  for (int i = 1; i < n; i++)
    if (x[i] > x[best]) best = i;
  return best;
}

}  // namespace

void crfDecode(Context& context, const float* emissions, const int32_t* batchSizes, size_t steps,
               const float* transitions, const float* start, const float* end, size_t classCount, int32_t* ids) {
  const Packed packed = unpack(context, batchSizes, steps);
  const int classes = static_cast<int>(classCount), width = wholeVectors(classes);
  float* padded = context.floats(static_cast<size_t>(classes) * width);
  for (int i = 0; i < classes; i++) padRow(transitions + i * classes, classes, width, kNever, padded + i * width);
  const Viterbi viterbi{padded, classes, width};
  const int threads = context.threads();
  float* scores = context.floats(static_cast<size_t>(threads) * 2 * width);
  int32_t* origins = context.ints(static_cast<size_t>(threads) * packed.longest * width);

  context.parallel(packed.sentences, [&](int b, int thread) {
    float* score = scores + static_cast<size_t>(thread) * 2 * width;
    float* next = score + width;
    int32_t* from = origins + static_cast<size_t>(thread) * packed.longest * width;
    const int length = packed.lengths[b];
    const float* first = emissions + packed.row(0, b) * classCount;
    for (int j = 0; j < classes; j++) score[j] = start[j] + first[j];
    for (int t = 1; t < length; t++) {
      viterbi.step(score, next, from + t * width);
      const float* emission = emissions + packed.row(t, b) * classCount;
      for (int j = 0; j < classes; j++) score[j] = next[j] + emission[j];
    }
    for (int j = 0; j < classes; j++) score[j] += end[j];
    int32_t id = firstLargest(score, classes);
    for (int t = length - 1; t >= 0; t--) {
      ids[packed.row(t, b)] = id;
      if (t > 0) id = from[t * width + id];
    }
  });
}

}  // namespace ISA
