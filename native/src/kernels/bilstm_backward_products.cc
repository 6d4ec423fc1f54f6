// The gradients that are products over all rows: dx = dz Wx^T;  dW = [x, h_prev]^T dz;  db = sum of dz over rows.
#include "bilstm_backward.h"
#include "gemm.h"

namespace ISA {

namespace {

// Rows [begin, end) of dx: the forward direction's part, then the backward direction's added to it.
void multiplyInputs(const BackwardPass& k, int begin, int end) {
  const size_t inputs = static_cast<size_t>(k.layer.inputs);
  float* dx = k.layer.dx + begin * inputs;
  for (int direction = 0; direction < 2; direction++) {
    const BackwardDirection& d = k.directions[direction];
    const Rows dz{d.dz + static_cast<size_t>(begin) * PANEL, PANEL, PANEL, k.rows() * PANEL};
    multiply(dz, end - begin, k.width(), d.inputWeights, k.layer.inputs,
             {dx, inputs, 0, direction == 0 ? nullptr : dx, inputs});
  }
}

// `columns` rows of one panel of dW = A^T dz over the batch rows [begin, end), A^T packed by packColumns.
void multiplyColumns(const float* a, int columns, int begin, int end, size_t rows, const float* panel, Target target) {
  const RowBlocks blocks(columns);
  int from = begin;
  do {
    const int to = end - from > KC ? from + KC : end;
    for (int block = 0; block < blocks.count; block++) {
      const int column = blocks.begin(block), height = blocks.rows(block);
      Target t = target;
      t.c += column * t.stride;
      t.start = from == begin ? nullptr : t.c;
      t.startStride = t.stride;
      t.mask = t.mask && to == end ? t.mask + column * t.stride : nullptr;
      tileOfColumnsOfHeight<2>(height, a + column * rows + static_cast<size_t>(from) * height, to - from,
                               panel + static_cast<size_t>(from) * PANEL, t);
    }
    from = to;
  } while (from < end);
}

// Column sums of a panel, in four independent chains: the latency of an addition is about four times its throughput.
void sumRows(const float* panel, int rows, int columns, float* db, int width) {
  vf sums[4][2] = {};
  for (int row = 0; row < rows; row++) {
    vf(&chain)[2] = sums[row % 4];
    chain[0] += load(panel + static_cast<size_t>(row) * PANEL);
    chain[1] += load(panel + static_cast<size_t>(row) * PANEL + VL);
  }
  const int low = columns < VL ? columns : VL, high = columns - low;
  for (float* to = db; to <= db + width; to += width) {  // both rows are added, so both have this gradient
    storePart(to, (sums[0][0] + sums[1][0]) + (sums[2][0] + sums[3][0]), low);
    storePart(to + VL, (sums[0][1] + sums[1][1]) + (sums[2][1] + sums[3][1]), high);
  }
}

// One panel of columns of dW and db.
void multiplyWeights(const BackwardPass& k, int direction, int panel) {
  const BilstmBackward& layer = k.layer;
  const BackwardDirection& d = k.directions[direction];
  const size_t width = static_cast<size_t>(k.width()), recurrent = layer.inputs * width;
  const float* dz = d.dz + panel * k.rows() * PANEL;
  Target t{layer.dw[direction] + panel * PANEL, width, columnsOf(panel, k.width()), nullptr, 0, k.mask(direction, 0)};
  if (t.mask) t.mask += panel * PANEL;
  multiplyColumns(k.x, layer.inputs, 0, layer.rows, k.rows(), dz, t);
  t.c += recurrent;
  if (t.mask) t.mask += recurrent;
  multiplyColumns(d.previous, layer.hidden, d.begin, d.end, k.rows(), dz, t);
  sumRows(dz, layer.rows, t.columns, layer.db[direction] + panel * PANEL, k.width());
}

}  // namespace

void multiplyGradients(Context& context, const BackwardPass& k) {
  constexpr int kRows = 4 * MR;
  const int panels = panelsOf(k.width()), chunks = k.layer.dx ? (k.layer.rows + kRows - 1) / kRows : 0;
  context.parallel(2 * panels + chunks, [&](int task) {
    if (task < 2 * panels) return multiplyWeights(k, task / panels, task % panels);
    const int begin = (task - 2 * panels) * kRows;
    multiplyInputs(k, begin, begin + kRows < k.layer.rows ? begin + kRows : k.layer.rows);
  });
}

}  // namespace ISA
