#include "dropout_lanes.h"

namespace ISA {

void gatherForward(Context&, const float* rows, const int32_t* index, size_t n, size_t dim, const Dropout& dropout,
                   float* y) {
  for (size_t i = 0; i < n; i++) {
    const float* row = rows + static_cast<size_t>(index[i]) * dim;
    if (dropout.active) dropRow(row, static_cast<int>(dim), dropout, static_cast<uint32_t>(i * dim), y + i * dim);
    else memcpy(y + i * dim, row, dim * sizeof(float));
  }
}

// A row can be picked more than once. One thread adds in the order of n, so that the sum does not depend on threads.
void gatherBackward(Context&, const float* dy, const int32_t* index, size_t n, size_t dim, const Dropout& dropout,
                    float* dRows, size_t unique) {
  memset(dRows, 0, unique * dim * sizeof(float));
  for (size_t i = 0; i < n; i++)
    addDroppedRow(dy + i * dim, static_cast<int>(dim), dropout, static_cast<uint32_t>(i * dim),
                  dRows + static_cast<size_t>(index[i]) * dim);
}

}  // namespace ISA
