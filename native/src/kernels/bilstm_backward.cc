// Gradients of the bidirectional LSTM. Per direction, with dz [N, 4H] the gradient of the pre-activations:
//   dh = dy + dz_next Wh^T;  dz from dh and the carried dc;  dx = dz Wx^T;  dW = [x, h_prev]^T dz;  db = sum of dz
//   over rows.
// Three parallel regions: pack the operands (W^T with the mask applied, the columns of x and h_prev); compute dz step
// by step, the only sequential part; compute dx and dW as products over all rows. dz is stored packed as the right
// operand of dW, and dx uses the same copy as its left operand.
#include "bilstm_backward.h"
#include "pack.h"

namespace ISA {

namespace {

BackwardDirection allocate(Context& context, const BilstmBackward& layer, int direction) {
  const size_t width = 4 * static_cast<size_t>(layer.hidden), rows = static_cast<size_t>(layer.rows);
  const int first = layer.batchSizes[0], last = layer.batchSizes[layer.steps - 1];
  return {
      layer.dx ? context.floats(packedFloats(width, layer.inputs)) : nullptr,
      context.floats(packedFloats(width, layer.hidden)),
      context.floats(rows * layer.hidden),
      context.floats(rows * panelsOf(static_cast<int>(width)) * PANEL),
      direction == 0 ? first : 0,
      direction == 0 ? layer.rows : layer.rows - last,
  };
}

// The columns of h_prev for the rows of step t.
void packPrevious(const BackwardPass& k, int direction, int t) {
  const int from = direction == 0 ? t - 1 : t + 1, row = k.batch.offsets[t];
  const int continued = direction == 0 ? (t > 0 ? k.batch.size(t) : 0) : k.batch.size(from);
  const int before = continued ? k.batch.offsets[from] : 0;
  const auto previous = [&](int i) { return i - row < continued ? k.y(direction, before + i - row) : nullptr; };
  packColumns(previous, row, row + k.batch.size(t), k.rows(), k.layer.hidden, k.directions[direction].previous);
}

void packInputs(const BackwardPass& k, int begin, int end) {
  const float* x = k.layer.x;
  const size_t inputs = static_cast<size_t>(k.layer.inputs);
  packColumns([&](int i) { return x + i * inputs; }, begin, end, k.rows(), k.layer.inputs, k.x);
}

void clear(const BilstmBackward& layer) {
  const size_t width = 4 * static_cast<size_t>(layer.hidden);
  for (int direction = 0; direction < 2; direction++) {
    memset(layer.dw[direction], 0, (static_cast<size_t>(layer.inputs) + layer.hidden) * width * sizeof(float));
    memset(layer.db[direction], 0, 2 * width * sizeof(float));
  }
}

void packOperands(Context& context, const BackwardPass& k) {
  const int hidden = k.layer.hidden, inputs = k.layer.inputs, width = k.width();
  const int recurrent = panelsOf(hidden), input = k.layer.dx ? panelsOf(inputs) : 0, steps = k.batch.steps;
  const int each = recurrent + input + steps;  // tasks per direction
  context.parallel(2 * each + steps, [&](int task) {
    if (task >= 2 * each) return packInputs(k, k.batch.offsets[task - 2 * each], k.batch.offsets[task - 2 * each + 1]);
    const int direction = task / each;
    const BackwardDirection& d = k.directions[direction];
    task %= each;
    if (task < recurrent)
      return packTransposedPanel(k.w(direction, inputs), k.mask(direction, inputs), width, width, hidden, task,
                                 d.recurrentWeights);
    task -= recurrent;
    if (task < input)
      return packTransposedPanel(k.w(direction, 0), k.mask(direction, 0), width, width, inputs, task, d.inputWeights);
    packPrevious(k, direction, task - input);
  });
}

}  // namespace

void bilstmBackward(Context& context, const BilstmBackward& layer) {
  if (layer.rows == 0) return clear(layer);
  float* x = context.floats(static_cast<size_t>(layer.rows) * layer.inputs);
  const BackwardPass k{layer, Batch::of(context, layer), x, {allocate(context, layer, 0), allocate(context, layer, 1)}};
  packOperands(context, k);
  walkBack(context, k);
  multiplyGradients(context, k);
}

}  // namespace ISA
