// Data shared by the files of the BiLSTM's backward pass.
#pragma once
#include "bilstm_batch.h"

namespace ISA {

struct BackwardDirection {
  float* inputWeights;  // Wx^T packed [4H, I]
  float* recurrentWeights;  // Wh^T packed [4H, H]
  float* previous;  // h_prev [N, H], its columns packed
  float* dz;  // panels [panel][N][PANEL] of dz
  int begin, end;  // rows outside have no previous h
};

struct BackwardPass {
  const BilstmBackward& layer;
  Batch batch;
  float* x;  // x [N, I], its columns packed
  BackwardDirection directions[2];

  int width() const { return 4 * layer.hidden; }
  size_t rows() const { return static_cast<size_t>(layer.rows); }
  const float* gates(int direction, int row) const { return layer.gates + (direction * rows() + row) * width(); }
  const float* cells(int direction, int row) const { return layer.cells + (direction * rows() + row) * layer.hidden; }
  const float* y(int direction, int row) const {
    return layer.y + (static_cast<size_t>(row) * 2 + direction) * layer.hidden;
  }
  const float* dy(int direction, int row) const {
    return layer.dy + (static_cast<size_t>(row) * 2 + direction) * layer.hidden;
  }
  const float* w(int direction, int row) const { return layer.w[direction] + static_cast<size_t>(row) * width(); }
  const uint8_t* mask(int direction, int row) const {
    return layer.mask[direction] ? layer.mask[direction] + static_cast<size_t>(row) * width() : nullptr;
  }
};

// dz of all rows, step by step: the part that is sequential (bilstm_backward_walk.cc).
void walkBack(Context& context, const BackwardPass& k);
// dx, dW and db from dz, all rows at once (bilstm_backward_products.cc).
void multiplyGradients(Context& context, const BackwardPass& k);

}  // namespace ISA
