// Bidirectional LSTM, forward:  z = x Wx + h_prev Wh + b;  i, f, o = sigmoid(z), g = tanh(z);
//                               c = f c_prev + i g;  h = o tanh(c).
// Three regions: weights are packed with the mask folded in; x Wx + b for all rows at once, into `gates`; then step by step
// h_prev Wh is added in place and the gates are activated.
#include "activations.h"
#include "bilstm_batch.h"
#include "pack.h"

namespace ISA {

namespace {

struct Direction {
  float* inputWeights;  // packed [I, 4H]
  float* recurrentWeights;  // packed [H, 4H]
  float* bias;  // [4H], padded to whole panels
};

struct Forward {
  const BilstmForward& layer;
  Batch batch;
  Direction directions[2];

  size_t width() const { return 4 * static_cast<size_t>(layer.hidden); }
  float* gates(int direction, int row) const { return layer.gates + (static_cast<size_t>(direction) * layer.rows + row) * width(); }
  float* cells(int direction, int row) const { return layer.cells + (static_cast<size_t>(direction) * layer.rows + row) * layer.hidden; }
  float* y(int direction, int row) const { return layer.y + (static_cast<size_t>(row) * 2 + direction) * layer.hidden; }
};

Direction allocate(Context& context, const BilstmForward& layer) {
  const int width = 4 * layer.hidden;
  return {context.floats(packedFloats(layer.inputs, width)), context.floats(packedFloats(layer.hidden, width)), context.floats(panelsOf(width) * PANEL)};
}

void packWeights(const Forward& f, int direction, int panel) {
  const BilstmForward& layer = f.layer;
  const Direction& d = f.directions[direction];
  const int width = static_cast<int>(f.width());
  const float* w = layer.w[direction];
  const uint8_t* mask = layer.mask[direction];
  const size_t recurrent = layer.inputs * f.width();
  packPanel(w, mask, f.width(), layer.inputs, width, panel, d.inputWeights);
  packPanel(w + recurrent, mask ? mask + recurrent : nullptr, f.width(), layer.hidden, width, panel, d.recurrentWeights);
  for (int j = panel * PANEL; j < width && j < (panel + 1) * PANEL; j++) d.bias[j] = layer.b[direction][j] + layer.b[direction][width + j];
}

// Rows [begin, end) of gates = x Wx + b.
void projectInputs(const Forward& f, int direction, int begin, int end) {
  const BilstmForward& layer = f.layer;
  const size_t inputs = static_cast<size_t>(layer.inputs);
  const Direction& d = f.directions[direction];
  multiply({layer.x + begin * inputs, inputs}, end - begin, layer.inputs, d.inputWeights, static_cast<int>(f.width()),
           {f.gates(direction, begin), f.width(), 0, d.bias, 0});
}

// VL units of one row (or the first n of them): z to activated gates, cell and output. previous: c of the step before, or null.
template <bool Whole>
ALWAYS_INLINE void activateUnits(float* gates, const float* previous, float* cells, float* y, int hidden, int n) {
  const auto get = [n](const float* p) { return Whole ? load(p) : loadPart(p, n); };
  const auto put = [n](float* p, vf v) { Whole ? store(p, v) : storePart(p, v, n); };
  const vf i = sigmoid(get(gates)), f = sigmoid(get(gates + hidden));
  const vf g = tanh(get(gates + 2 * hidden)), o = sigmoid(get(gates + 3 * hidden));
  const vf c = previous ? f * get(previous) + i * g : i * g;
  put(gates, i);
  put(gates + hidden, f);
  put(gates + 2 * hidden, g);
  put(gates + 3 * hidden, o);
  put(cells, c);
  put(y, o * tanh(c));
}

void activateRow(float* gates, const float* previous, float* cells, float* y, int hidden) {
  int j = 0;
  for (; j + VL <= hidden; j += VL) activateUnits<true>(gates + j, previous ? previous + j : nullptr, cells + j, y + j, hidden, VL);
  if (j < hidden) activateUnits<false>(gates + j, previous ? previous + j : nullptr, cells + j, y + j, hidden, hidden - j);
}

// All steps of one direction for the sentences `ranks`.
void walk(const Forward& f, int direction, Ranks ranks) {
  const int hidden = f.layer.hidden, width = static_cast<int>(f.width());
  const Batch& batch = f.batch;
  for (int step = 0; step < batch.steps; step++) {
    const int t = direction == 0 ? step : batch.steps - 1 - step, from = direction == 0 ? t - 1 : t + 1;
    const int rows = ranks.within(batch.size(t));
    const int continued = direction == 0 && t == 0 ? 0 : ranks.within(direction == 0 ? batch.size(t) : batch.size(from));
    const int row = batch.offsets[t] + ranks.begin;
    const int before = continued ? batch.offsets[from] + ranks.begin : 0;
    if (continued) {
      float* z = f.gates(direction, row);
      multiply({f.y(direction, before), 2 * static_cast<size_t>(hidden)}, continued, hidden, f.directions[direction].recurrentWeights, width,
               {z, f.width(), 0, z, f.width()});
    }
    for (int b = 0; b < rows; b++)
      activateRow(f.gates(direction, row + b), b < continued ? f.cells(direction, before + b) : nullptr, f.cells(direction, row + b),
                  f.y(direction, row + b), hidden);
  }
}

}  // namespace

void bilstmForward(Context& context, const BilstmForward& layer) {
  if (layer.rows == 0) return;
  const Forward f{layer, Batch::of(context, layer), {allocate(context, layer), allocate(context, layer)}};
  const int panels = panelsOf(4 * layer.hidden);
  context.parallel(2 * panels, [&](int task) { packWeights(f, task / panels, task % panels); });

  const Groups groups(context.threads(), layer.batchSizes[0], 4);
  const auto cut = [&](int i) { return static_cast<int>(static_cast<int64_t>(layer.rows) * i / groups.perDirection); };
  context.parallel(groups.tasks(), [&](int task) { projectInputs(f, task % 2, cut(task / 2), cut(task / 2 + 1)); });
  context.parallel(groups.tasks(), [&](int task) { walk(f, groups.direction(task), groups.ranks(task)); });
}

}  // namespace ISA
