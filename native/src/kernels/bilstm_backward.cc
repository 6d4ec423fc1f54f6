// Gradients of the bidirectional LSTM. Per direction, with dz [N, 4H] the gradient of the pre-activations:
//   dh = dy + dz_next Wh^T;  dz from dh and the carried dc;  dx = dz Wx^T;  dW = [x, h_prev]^T dz;  db = sum of dz over rows.
// Three regions: operands are packed (W^T with the mask folded in, the columns of x and h_prev); then step by step dz, the
// only part that is sequential; then dx and dW as products over all rows at once. dz is kept packed as the right operand of
// dW; dx reads the same copy from the left.
#include "activations.h"
#include "bilstm_batch.h"
#include "pack.h"

namespace ISA {

namespace {

struct Direction {
  float* inputWeights;  // Wx^T packed [4H, I]
  float* recurrentWeights;  // Wh^T packed [4H, H]
  float* previous;  // h_prev [N, H], its columns packed
  float* dz;  // panels [panel][N][PANEL] of dz
  int begin, end;  // rows outside have no previous h
};

struct Backward {
  const BilstmBackward& layer;
  Batch batch;
  float* x;  // x [N, I], its columns packed
  Direction directions[2];

  int width() const { return 4 * layer.hidden; }
  size_t rows() const { return static_cast<size_t>(layer.rows); }
  const float* gates(int direction, int row) const { return layer.gates + (direction * rows() + row) * width(); }
  const float* cells(int direction, int row) const { return layer.cells + (direction * rows() + row) * layer.hidden; }
  const float* y(int direction, int row) const { return layer.y + (static_cast<size_t>(row) * 2 + direction) * layer.hidden; }
  const float* dy(int direction, int row) const { return layer.dy + (static_cast<size_t>(row) * 2 + direction) * layer.hidden; }
  const float* w(int direction, int row) const { return layer.w[direction] + static_cast<size_t>(row) * width(); }
  const uint8_t* mask(int direction, int row) const { return layer.mask[direction] ? layer.mask[direction] + static_cast<size_t>(row) * width() : nullptr; }
};

Direction allocate(Context& context, const BilstmBackward& layer, int direction) {
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

// --- first region ---

// The columns of h_prev for the rows of step t.
void packPrevious(const Backward& k, int direction, int t) {
  const int from = direction == 0 ? t - 1 : t + 1, row = k.batch.offsets[t];
  const int continued = direction == 0 ? (t > 0 ? k.batch.size(t) : 0) : k.batch.size(from);
  const int before = continued ? k.batch.offsets[from] : 0;
  const auto previous = [&](int i) { return i - row < continued ? k.y(direction, before + i - row) : nullptr; };
  packColumns(previous, row, row + k.batch.size(t), k.rows(), k.layer.hidden, k.directions[direction].previous);
}

void packInputs(const Backward& k, int begin, int end) {
  const float* x = k.layer.x;
  const size_t inputs = static_cast<size_t>(k.layer.inputs);
  packColumns([&](int i) { return x + i * inputs; }, begin, end, k.rows(), k.layer.inputs, k.x);
}

// --- second region ---

struct Carry {
  float* dh;  // [B, H] from the step walked before
  float* dc;  // [B, H]
  float* dz;  // [B, 4H] of this step
};

struct UnitsOfRow {
  const float *gates, *previous, *cells, *dy;  // previous may be null
  const float* dh;  // null in the first step walked of a sentence
  float *dc, *dz;
};

// VL units of one row, or the first n of them.
template <bool Whole>
ALWAYS_INLINE void differentiateUnits(const UnitsOfRow& r, int j, int hidden, int n) {
  const auto get = [n](const float* p) { return Whole ? load(p) : loadPart(p, n); };
  const auto put = [n](float* p, vf v) { Whole ? store(p, v) : storePart(p, v, n); };
  const vf i = get(r.gates + j), f = get(r.gates + hidden + j), g = get(r.gates + 2 * hidden + j), o = get(r.gates + 3 * hidden + j);
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

// The rows of dz of one step to their place in the panels; panel by panel, for the sake of the memory's write streams.
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

// All steps of one direction for the sentences `ranks`, against the direction's own order.
void walk(const Backward& k, int direction, Ranks ranks, const Carry& carry) {
  const int hidden = k.layer.hidden, width = k.width();
  const Direction& d = k.directions[direction];
  const Batch& batch = k.batch;
  for (int step = 0; step < batch.steps; step++) {
    const int t = direction == 0 ? batch.steps - 1 - step : step, from = direction == 0 ? t - 1 : t + 1;
    const int rows = ranks.within(batch.size(t)), row = batch.offsets[t] + ranks.begin;
    // Sentences that the step walked before has left a dh for, and sentences that leave one to the next.
    const int carried = step == 0 ? 0 : ranks.within(direction == 0 ? batch.size(t + 1) : batch.size(t));
    const int continued = direction == 0 ? (t > 0 ? rows : 0) : ranks.within(batch.size(from));
    const int before = continued ? batch.offsets[from] + ranks.begin : 0;
    for (int b = 0; b < rows; b++) {
      const size_t unit = static_cast<size_t>(b) * hidden;
      float* dz = carry.dz + static_cast<size_t>(b) * width;
      differentiateRow({k.gates(direction, row + b), b < continued ? k.cells(direction, before + b) : nullptr, k.cells(direction, row + b),
                        k.dy(direction, row + b), b < carried ? carry.dh + unit : nullptr, carry.dc + unit, dz}, hidden);
    }
    scatterStep(carry.dz, rows, width, k.rows(), row, d.dz);
    if (continued)
      multiply({carry.dz, static_cast<size_t>(width)}, continued, width, d.recurrentWeights, hidden,
               {carry.dh, static_cast<size_t>(hidden), 0, nullptr, 0});
  }
}

// --- third region ---

// Rows [begin, end) of dx: the forward direction's part, then the backward one's on top.
void multiplyInputs(const Backward& k, int begin, int end) {
  const size_t inputs = static_cast<size_t>(k.layer.inputs);
  float* dx = k.layer.dx + begin * inputs;
  for (int direction = 0; direction < 2; direction++) {
    const Direction& d = k.directions[direction];
    const Rows dz{d.dz + static_cast<size_t>(begin) * PANEL, PANEL, PANEL, k.rows() * PANEL};
    multiply(dz, end - begin, k.width(), d.inputWeights, k.layer.inputs, {dx, inputs, 0, direction == 0 ? nullptr : dx, inputs});
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
      tileOfColumnsOfHeight<2>(height, a + column * rows + static_cast<size_t>(from) * height, to - from, panel + static_cast<size_t>(from) * PANEL, t);
    }
    from = to;
  } while (from < end);
}

void sumRows(const float* panel, int rows, int columns, float* db, int width) {
  vf sums[2] = {};
  for (int row = 0; row < rows; row++, panel += PANEL) {
    sums[0] += load(panel);
    sums[1] += load(panel + VL);
  }
  const int low = columns < VL ? columns : VL, high = columns - low;
  for (float* to = db; to <= db + width; to += width) {  // both rows are added, so both have this gradient
    storePart(to, sums[0], low);
    storePart(to + VL, sums[1], high);
  }
}

// One panel of columns of dW and db.
void multiplyWeights(const Backward& k, int direction, int panel) {
  const BilstmBackward& layer = k.layer;
  const Direction& d = k.directions[direction];
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

void clear(const BilstmBackward& layer) {
  const size_t width = 4 * static_cast<size_t>(layer.hidden);
  for (int direction = 0; direction < 2; direction++) {
    memset(layer.dw[direction], 0, (static_cast<size_t>(layer.inputs) + layer.hidden) * width * sizeof(float));
    memset(layer.db[direction], 0, 2 * width * sizeof(float));
  }
}

void packOperands(Context& context, const Backward& k) {
  const int hidden = k.layer.hidden, inputs = k.layer.inputs, width = k.width();
  const int recurrent = panelsOf(hidden), input = k.layer.dx ? panelsOf(inputs) : 0, steps = k.batch.steps;
  const int each = recurrent + input + steps;  // tasks a direction
  context.parallel(2 * each + steps, [&](int task) {
    if (task >= 2 * each) return packInputs(k, k.batch.offsets[task - 2 * each], k.batch.offsets[task - 2 * each + 1]);
    const int direction = task / each;
    const Direction& d = k.directions[direction];
    task %= each;
    if (task < recurrent) return packTransposedPanel(k.w(direction, inputs), k.mask(direction, inputs), width, width, hidden, task, d.recurrentWeights);
    task -= recurrent;
    if (task < input) return packTransposedPanel(k.w(direction, 0), k.mask(direction, 0), width, width, inputs, task, d.inputWeights);
    packPrevious(k, direction, task - input);
  });
}

void walkBoth(Context& context, const Backward& k) {
  const size_t hidden = static_cast<size_t>(k.layer.hidden), batch = static_cast<size_t>(k.layer.batchSizes[0]);
  const Groups groups(context.threads(), k.layer.batchSizes[0], 4);
  Carry carries[2];
  for (Carry& carry : carries) carry = {context.floats(batch * hidden), context.floats(batch * hidden), context.floats(batch * hidden * 4)};
  context.parallel(groups.tasks(), [&](int task) {
    const Ranks ranks = groups.ranks(task);
    const Carry& all = carries[groups.direction(task)];
    walk(k, groups.direction(task), ranks, {all.dh + ranks.begin * hidden, all.dc + ranks.begin * hidden, all.dz + ranks.begin * hidden * 4});
  });
}

void multiplyAll(Context& context, const Backward& k) {
  constexpr int kRows = 4 * MR;
  const int panels = panelsOf(k.width()), chunks = k.layer.dx ? (k.layer.rows + kRows - 1) / kRows : 0;
  context.parallel(2 * panels + chunks, [&](int task) {
    if (task < 2 * panels) return multiplyWeights(k, task / panels, task % panels);
    const int begin = (task - 2 * panels) * kRows;
    multiplyInputs(k, begin, begin + kRows < k.layer.rows ? begin + kRows : k.layer.rows);
  });
}

}  // namespace

void bilstmBackward(Context& context, const BilstmBackward& layer) {
  if (layer.rows == 0) return clear(layer);
  float* x = context.floats(static_cast<size_t>(layer.rows) * layer.inputs);
  const Backward k{layer, Batch::of(context, layer), x, {allocate(context, layer, 0), allocate(context, layer, 1)}};
  packOperands(context, k);
  walkBoth(context, k);
  multiplyAll(context, k);
}

}  // namespace ISA
