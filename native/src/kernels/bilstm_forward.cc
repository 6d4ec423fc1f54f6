// Bidirectional LSTM, forward:  z = x Wx + h_prev Wh + b;  i, f, o = sigmoid(z), g = tanh(z);
//                               c = f c_prev + i g;  h = o tanh(c).
// Weights are packed with the mask applied. Then, for some steps at a time, so that z stays in the L2 cache: x Wx + b
// of all their rows is written to `gates`; step by step h_prev Wh is added in place, and the gates are activated.
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
  float* gates(int direction, int row) const {
    return layer.gates + (static_cast<size_t>(direction) * layer.rows + row) * width();
  }
  float* cells(int direction, int row) const {
    return layer.cells + (static_cast<size_t>(direction) * layer.rows + row) * layer.hidden;
  }
  float* y(int direction, int row) const { return layer.y + (static_cast<size_t>(row) * 2 + direction) * layer.hidden; }
};

Direction allocate(Context& context, const BilstmForward& layer) {
  const int width = 4 * layer.hidden;
  return {context.floats(packedFloats(layer.inputs, width)), context.floats(packedFloats(layer.hidden, width)),
          context.floats(panelsOf(width) * PANEL)};
}

void packWeights(const Forward& f, int direction, int panel) {
  const BilstmForward& layer = f.layer;
  const Direction& d = f.directions[direction];
  const int width = static_cast<int>(f.width());
  const float* w = layer.w[direction];
  const uint8_t* mask = layer.mask[direction];
  const size_t recurrent = layer.inputs * f.width();
  packPanel(w, mask, f.width(), layer.inputs, width, panel, d.inputWeights);
  packPanel(w + recurrent, mask ? mask + recurrent : nullptr, f.width(), layer.hidden, width, panel,
            d.recurrentWeights);
  for (int j = panel * PANEL; j < width && j < (panel + 1) * PANEL; j++)
    d.bias[j] = layer.b[direction][j] + layer.b[direction][width + j];
}

// Consecutive steps, in the order of the batch.
struct Steps {
  int begin, end;
};

// z = x Wx + b in the rows of these steps and sentences.
void projectInputs(const Forward& f, int direction, Steps steps, Ranks ranks) {
  const BilstmForward& layer = f.layer;
  const size_t inputs = static_cast<size_t>(layer.inputs);
  const Direction& d = f.directions[direction];
  const auto project = [&](int row, int rows) {
    multiply({layer.x + row * inputs, inputs}, rows, layer.inputs, d.inputWeights, static_cast<int>(f.width()),
             {f.gates(direction, row), f.width(), 0, d.bias, 0});
  };
  if (ranks.within(f.batch.size(0)) == f.batch.size(0)) {  // all sentences: one block of rows
    project(f.batch.offsets[steps.begin], f.batch.offsets[steps.end] - f.batch.offsets[steps.begin]);
  } else {
    for (int t = steps.begin; t < steps.end; t++)
      project(f.batch.offsets[t] + ranks.begin, ranks.within(f.batch.size(t)));
  }
}

// VL units of one row (or the first n of them): z to activated gates, cell and output. previous: c of the step before,
// or null.
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
  for (; j + VL <= hidden; j += VL)
    activateUnits<true>(gates + j, previous ? previous + j : nullptr, cells + j, y + j, hidden, VL);
  if (j < hidden)
    activateUnits<false>(gates + j, previous ? previous + j : nullptr, cells + j, y + j, hidden, hidden - j);
}

// One step of one direction for the sentences `ranks`: z += h_prev Wh, then the activations.
void walkStep(const Forward& f, int direction, int t, Ranks ranks) {
  const int hidden = f.layer.hidden, from = direction == 0 ? t - 1 : t + 1;
  const Batch& batch = f.batch;
  const int rows = ranks.within(batch.size(t)), row = batch.offsets[t] + ranks.begin;
  const int continued = direction == 0 ? (t > 0 ? rows : 0) : ranks.within(batch.size(from));
  const int before = continued ? batch.offsets[from] + ranks.begin : 0;
  if (continued) {
    float* z = f.gates(direction, row);
    multiply({f.y(direction, before), 2 * static_cast<size_t>(hidden)}, continued, hidden,
             f.directions[direction].recurrentWeights, static_cast<int>(f.width()), {z, f.width(), 0, z, f.width()});
  }
  for (int b = 0; b < rows; b++)
    activateRow(f.gates(direction, row + b), b < continued ? f.cells(direction, before + b) : nullptr,
                f.cells(direction, row + b), f.y(direction, row + b), hidden);
}

// All steps of one direction for the sentences `ranks`.
void walk(const Forward& f, int direction, Ranks ranks) {
  constexpr int kRows = 160;  // of z ahead of the walk
  const Batch& batch = f.batch;
  int done = 0;
  while (done < batch.steps) {
    int count = 0, rows = 0;
    const auto stepOf = [&](int i) { return direction == 0 ? i : batch.steps - 1 - i; };
    while (done + count < batch.steps && rows < kRows) rows += ranks.within(batch.size(stepOf(done + count++)));
    const int first = stepOf(done), last = stepOf(done + count - 1);
    projectInputs(f, direction, direction == 0 ? Steps{first, last + 1} : Steps{last, first + 1}, ranks);
    for (int i = 0; i < count; i++) walkStep(f, direction, stepOf(done + i), ranks);
    done += count;
  }
}

}  // namespace

void bilstmForward(Context& context, const BilstmForward& layer) {
  if (layer.rows == 0) return;
  const Forward f{layer, Batch::of(context, layer), {allocate(context, layer), allocate(context, layer)}};
  const Groups groups(context.threads(), layer.batchSizes[0], 4);
  const int panels = panelsOf(4 * layer.hidden);
  const bool together = groups.tasks() == 2;  // a task a direction: the weights it has packed are in its core's cache
  if (!together) context.parallel(2 * panels, [&](int task) { packWeights(f, task / panels, task % panels); });
  context.parallel(groups.tasks(), [&](int task) {
    const int direction = groups.direction(task);
    for (int panel = 0; together && panel < panels; panel++) packWeights(f, direction, panel);
    walk(f, direction, groups.ranks(task));
  });
}

}  // namespace ISA
