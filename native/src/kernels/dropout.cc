#include "dropout_lanes.h"

namespace ISA {

// Elements per task, about 2 µs of work. For fewer than three tasks a second thread does not pay off.
static constexpr size_t kGrain = 8192;

void dropout(Context& context, const float* x, size_t n, const Dropout& dropout, float* y) {
  if (!dropout.active) {
    if (x != y) memmove(y, x, n * sizeof(float));
    return;
  }
  const auto part = [&](size_t start, size_t end) {
    dropRow(x + start, static_cast<int>(end - start), dropout, static_cast<uint32_t>(start), y + start);
  };
  if (n <= 3 * kGrain) return part(0, n);
  context.parallel(static_cast<int>((n + kGrain - 1) / kGrain), [&](int task) {
    const size_t start = static_cast<size_t>(task) * kGrain;
    part(start, start + kGrain < n ? start + kGrain : n);
  });
}

}  // namespace ISA
