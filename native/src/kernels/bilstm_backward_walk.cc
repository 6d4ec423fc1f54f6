// The sequential part of the BiLSTM's gradients, step by step in the reverse of the direction's order:
//   dh = dy + dz_next Wh^T;  dz from dh and the carried dc.
#include "activations.h"
#include "bilstm_backward.h"
#include "gemm.h"

namespace ISA {

namespace {

struct Carry {
  float* dh;  // [B, H] from the step processed before
  float* dc;  // [B, H]
  float* dz;  // [B, 4H] of this step
};

struct UnitsOfRow {
  const float *gates, *previous, *cells, *dy;  // previous may be null
  const float* dh;  // null in the first step processed of a sentence
  float *dc, *dz;
};

// VL units of one row, or the first n of them.
template <bool Whole>
ALWAYS_INLINE void differentiateUnits(const UnitsOfRow& r, int j, int hidden, int n) {
  const auto get = [n](const float* p) { return Whole ? load(p) : loadPart(p, n); };
  const auto put = [n](float* p, vf v) { Whole ? store(p, v) : storePart(p, v, n); };
  const vf i = get(r.gates + j), f = get(r.gates + hidden + j), g = get(r.gates + 2 * hidden + j),
           o = get(r.gates + 3 * hidden + j);
  const vf tanhC = tanh(get(r.cells + j));
  const vf dh = r.dh ? get(r.dy + j) + get(r.dh + j) : get(r.dy + j);
  const vf through = dh * o * (1.0f - tanhC * tanhC);
  const vf dc = r.dh ? get(r.dc + j) + through : through;
  put(r.dc + j, dc * f);
  put(r.dz + j, dc * g * i * (1.0f - i));
  put(r.dz + hidden + j, r.previous ? dc * get(r.previous + j) * f * (1.0f - f) : vf{});
  put(r.dz + 2 * hidden + j, dc * i * (1.0f - g * g));
  put(r.dz + 3 * hidden + j, dh * tanhC * o * (1.0f - o));
}

void differentiateRow(const UnitsOfRow& row, int hidden) {
  int j = 0;
  for (; j + VL <= hidden; j += VL) differentiateUnits<true>(row, j, hidden, VL);
  if (j < hidden) differentiateUnits<false>(row, j, hidden, hidden - j);
}

// Copies the rows of dz of one step to the panels, panel by panel, to keep the number of write streams small.
void scatterStep(const float* dz, int rows, int width, size_t allRows, int row, float* panels) {
  float* panel = panels + static_cast<size_t>(row) * PANEL;
  for (int j = 0; j < width; j += PANEL, panel += allRows * PANEL) {
    const int n = width - j;
    const float* from = dz + j;
    float* to = panel;
    for (int b = 0; b < rows; b++, from += width, to += PANEL) {
      store(to, n >= VL ? load(from) : loadPart(from, n));
      store(to + VL, n >= PANEL ? load(from + VL) : n > VL ? loadPart(from + VL, n - VL) : vf{});
    }
  }
}

// All steps of one direction for the sentences `ranks`, in the reverse of the direction's order.
void walk(const BackwardPass& k, int direction, Ranks ranks, const Carry& carry) {
  const int hidden = k.layer.hidden, width = k.width();
  const BackwardDirection& d = k.directions[direction];
  const Batch& batch = k.batch;
  for (int step = 0; step < batch.steps; step++) {
    const int t = direction == 0 ? batch.steps - 1 - step : step, from = direction == 0 ? t - 1 : t + 1;
    const int rows = ranks.within(batch.size(t)), row = batch.offsets[t] + ranks.begin;
    // carried: sentences with a dh from the step processed before; continued: sentences that pass one on.
    const int carried = step == 0 ? 0 : ranks.within(direction == 0 ? batch.size(t + 1) : batch.size(t));
    const int continued = direction == 0 ? (t > 0 ? rows : 0) : ranks.within(batch.size(from));
    const int before = continued ? batch.offsets[from] + ranks.begin : 0;
    for (int b = 0; b < rows; b++) {
      const size_t unit = static_cast<size_t>(b) * hidden;
      float* dz = carry.dz + static_cast<size_t>(b) * width;
      differentiateRow({k.gates(direction, row + b), b < continued ? k.cells(direction, before + b) : nullptr,
                        k.cells(direction, row + b), k.dy(direction, row + b), b < carried ? carry.dh + unit : nullptr,
                        carry.dc + unit, dz},
                       hidden);
    }
    scatterStep(carry.dz, rows, width, k.rows(), row, d.dz);
    if (continued)
      multiply({carry.dz, static_cast<size_t>(width)}, continued, width, d.recurrentWeights, hidden,
               {carry.dh, static_cast<size_t>(hidden), 0, nullptr, 0});
  }
}

}  // namespace

void walkBack(Context& context, const BackwardPass& k) {
  const size_t hidden = static_cast<size_t>(k.layer.hidden), batch = static_cast<size_t>(k.layer.batchSizes[0]);
  const Groups groups(context.threads(), k.layer.batchSizes[0], 4);
  Carry carries[2];
  for (Carry& carry : carries)
    carry = {context.floats(batch * hidden), context.floats(batch * hidden), context.floats(batch * hidden * 4)};
  context.parallel(groups.tasks(), [&](int task) {
    const Ranks ranks = groups.ranks(task);
    const Carry& all = carries[groups.direction(task)];
    walk(k, groups.direction(task), ranks,
         {all.dh + ranks.begin * hidden, all.dc + ranks.begin * hidden, all.dz + ranks.begin * hidden * 4});
  });
}

}  // namespace ISA
