// The order in which the two directions process a packed batch.
//
// Step t holds the rows offset[t] … offset[t] + batchSizes[t]; rank b of the next step is the same sentence. The
// forward direction comes from step t - 1, the backward one from step t + 1, where only the sentences long enough have
// a row.
#pragma once
#include "isa_namespace.h"

namespace ISA {

struct Batch {
  const int32_t* sizes;  // [T]
  int32_t* offsets;  // [T + 1]
  int steps;

  static Batch of(Context& context, const BilstmLayer& layer) {
    Batch batch{layer.batchSizes, context.ints(static_cast<size_t>(layer.steps) + 1), layer.steps};
    batch.offsets[0] = 0;
    for (int t = 0; t < layer.steps; t++) batch.offsets[t + 1] = batch.offsets[t] + batch.sizes[t];
    return batch;
  }

  int size(int t) const { return t >= 0 && t < steps ? sizes[t] : 0; }
};

// Sentences of ranks begin … end - 1, processed by one task: sentences are independent up to the weights' gradients.
struct Ranks {
  int begin, end;
  int within(int size) const { return (size < end ? size : end) - begin > 0 ? (size < end ? size : end) - begin : 0; }
};

// One direction's tasks: with more than two threads, each direction's sentences are split into equal groups.
struct Groups {
  int perDirection, batch;
  Groups(int threads, int batch, int leastHeight) : perDirection((threads + 1) / 2), batch(batch) {
    const int most = batch / leastHeight;
    if (perDirection > most) perDirection = most > 0 ? most : 1;
  }
  int tasks() const { return 2 * perDirection; }
  int direction(int task) const { return task % 2; }
  Ranks ranks(int task) const {
    const int group = task / 2;
    const auto cut = [&](int i) { return static_cast<int>(static_cast<int64_t>(batch) * i / perDirection); };
    return {cut(group), cut(group + 1)};
  }
};

}  // namespace ISA
