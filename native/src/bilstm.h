// The arguments of the BiLSTM kernels, as in native/contract.ts. [2]: forward, backward. N rows, T = steps.
#pragma once
#include <cstddef>
#include <cstdint>

struct BilstmLayer {
  const int32_t* batchSizes;  // [T]
  int steps;
  int rows;  // N
  int inputs;  // I
  int hidden;  // H
  const float* x;  // [N, I]
  const float* w[2];  // [I + H, 4H], rows: inputs then recurrent; columns: gates i, f, g, o
  const uint8_t* mask[2];  // as w, or null
};

struct BilstmForward : BilstmLayer {
  const float* b[2];  // [2, 4H], both rows are added
  float* y;  // [N, 2H]
  float* gates;  // [2, N, 4H]
  float* cells;  // [2, N, H]
};

// Forward without gradient: token n reads row index[n] of x [U, I].
struct BilstmInference : BilstmLayer {
  const int32_t* index;  // [N]
  int distinct;  // U
  const float* b[2];  // [2, 4H], both rows are added
  float* y;  // [N, 2H]
};

struct BilstmBackward : BilstmLayer {
  const float* dy;  // [N, 2H]
  const float* y;
  const float* gates;
  const float* cells;
  float* dx;  // [N, I] or null
  float* dw[2];  // [I + H, 4H]
  float* db[2];  // [2, 4H]
};
