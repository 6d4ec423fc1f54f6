// Bidirectional LSTM, forward, without gradient: the maths of bilstm_forward.cc under a mask that has no pattern.
//
// First x Wx + b for every distinct row of x, once, however often its word comes. Then blocks of LANES sentences of like length
// walk their steps: state lies [H, LANES], a vector holds one unit of several sentences, and each kept weight is multiplied to
// all of them (kept_columns.h). The four gates of a unit are summed and activated while they are in registers.
#include "activations.h"
#include "bilstm_batch.h"
#include "lane_blocks.h"

namespace ISA {

namespace {

struct Direction {
  KeptColumns input;  // of [I, 4H]
  KeptColumns recurrent;  // of [H, 4H]
  float* projected;  // [U, 4H]
};

struct Inference {
  const BilstmInference& layer;
  Batch batch;
  Direction directions[2];

  int width() const { return 4 * layer.hidden; }
  const float* projected(int direction, int row) const { return directions[direction].projected + static_cast<size_t>(layer.index[row]) * width(); }
  float* y(int direction, int row) const { return layer.y + (static_cast<size_t>(row) * 2 + direction) * layer.hidden; }
};

// Whole vectors of units or columns: blocks are written VL rows at a time.
int padded(int n) { return (n + VL - 1) / VL * VL; }

Direction allocate(Context& context, const BilstmInference& layer) {
  const int width = 4 * layer.hidden;
  return {allocateKept(context, layer.inputs, width), allocateKept(context, layer.hidden, width), context.floats(static_cast<size_t>(layer.distinct) * width)};
}

void listWeights(const Inference& f, int direction) {
  const BilstmInference& layer = f.layer;
  const size_t recurrent = static_cast<size_t>(layer.inputs) * f.width();
  const uint8_t* mask = layer.mask[direction];
  listKept(layer.w[direction], mask, layer.inputs, f.width(), f.directions[direction].input);
  listKept(layer.w[direction] + recurrent, mask ? mask + recurrent : nullptr, layer.hidden, f.width(), f.directions[direction].recurrent);
}

// x Wx + b of up to LANES rows of x, of which `block` [I, LANES] is the transpose.
template <int V>
void projectBlock(const Inference& f, int direction, int first, int rows, const float* block) {
  const int width = f.width();
  const Direction& d = f.directions[direction];
  const float* bias = f.layer.b[direction];
  float sums[VL * LANES];
  for (int from = 0; from < width; from += VL) {
    const int n = width - from < VL ? width - from : VL;
    for (int i = 0; i < n; i++) {
      vf sum[V];
      UNROLL
      for (int v = 0; v < V; v++) sum[v] = splat(bias[from + i] + bias[width + from + i]);
      addColumn<V>(d.input.begin(from + i), d.input.end(from + i), block, sum);
      UNROLL
      for (int v = 0; v < V; v++) store(sums + i * LANES + v * VL, sum[v]);
    }
    fromLanes(sums, rows, from, n, [&](int lane) { return d.projected + static_cast<size_t>(first + lane) * width; });
  }
}

// What a block of sentences keeps while it walks.
struct State {
  float* h;  // [H, LANES] of the step before
  float* next;  // [H, LANES]
  float* c;  // [H, LANES]
};

// x Wx + b of different words lies far apart, and the next units' is wanted as soon as these are done.
void prefetchGates(const Inference& f, int direction, int row, int rows, int from) {
  for (int lane = 0; from < f.layer.hidden && lane < rows; lane++) {
    UNROLL
    for (int gate = 0; gate < 4; gate++) __builtin_prefetch(f.projected(direction, row + lane) + gate * f.layer.hidden + from);
  }
}

// One step of the sentences in rows row … row + rows - 1, in V vectors of lanes. `first`: nothing came before.
template <int V>
void walkStep(const Inference& f, int direction, int row, int rows, bool first, const State& state) {
  const int hidden = f.layer.hidden;
  const KeptColumns& recurrent = f.directions[direction].recurrent;
  float start[4][VL * LANES];  // x Wx + b of VL units' gates
  for (int from = 0; from < hidden; from += VL) {
    const int n = hidden - from < VL ? hidden - from : VL;
    for (int gate = 0; gate < 4; gate++)
      toLanes([&](int lane) { return f.projected(direction, row + lane) + gate * hidden; }, rows, from, n, start[gate]);
    prefetchGates(f, direction, row, rows, from + VL);
    for (int i = 0; i < n; i++) {
      vf z[4][V];
      UNROLL
      for (int gate = 0; gate < 4; gate++) {
        UNROLL
        for (int v = 0; v < V; v++) z[gate][v] = load(start[gate] + i * LANES + v * VL);
        const int column = gate * hidden + from + i;
        if (!first) addColumn<V>(recurrent.begin(column), recurrent.end(column), state.h, z[gate]);
      }
      const size_t unit = static_cast<size_t>(from + i) * LANES;
      UNROLL
      for (int v = 0; v < V; v++) {
        const vf c = sigmoid(z[1][v]) * load(state.c + unit + v * VL) + sigmoid(z[0][v]) * tanh(z[2][v]);
        store(state.c + unit + v * VL, c);
        store(state.next + unit + v * VL, sigmoid(z[3][v]) * tanh(c));
      }
    }
    fromLanes(state.next + static_cast<size_t>(from) * LANES, rows, from, n, [&](int lane) { return f.y(direction, row + lane); });
  }
}

template <int V>
struct Vectors { static constexpr int count = V; };

// Calls `body` with the fewest vectors that hold `rows` lanes, as a constant.
template <int V = 1, class Body>
ALWAYS_INLINE void withVectors(int rows, const Body& body) {
  if constexpr (V < BLOCK_VECTORS) {
    if (rows > V * VL) return withVectors<V + 1>(rows, body);
  }
  body(Vectors<V>());
}

void projectInputs(const Inference& f, int block, float* transposed) {
  const BilstmInference& layer = f.layer;
  const int first = block * LANES, rows = layer.distinct - first < LANES ? layer.distinct - first : LANES;
  for (int from = 0; from < layer.inputs; from += VL)
    toLanes([&](int lane) { return layer.x + static_cast<size_t>(first + lane) * layer.inputs; }, rows, from,
            layer.inputs - from < VL ? layer.inputs - from : VL, transposed + static_cast<size_t>(from) * LANES);
  withVectors(rows, [&](auto vectors) {
    for (int direction = 0; direction < 2; direction++) projectBlock<decltype(vectors)::count>(f, direction, first, rows, transposed);
  });
}

// All steps of one direction for the sentences `ranks`.
void walk(const Inference& f, int direction, Ranks ranks, State state) {
  const int hidden = f.layer.hidden;
  const size_t bytes = static_cast<size_t>(padded(hidden)) * LANES * sizeof(float);
  memset(state.h, 0, bytes);
  memset(state.next, 0, bytes);
  memset(state.c, 0, bytes);
  const Batch& batch = f.batch;
  bool first = true;
  for (int i = 0; i < batch.steps; i++) {
    const int t = direction == 0 ? i : batch.steps - 1 - i;
    const int rows = ranks.within(batch.size(t));
    if (rows == 0) continue;
    withVectors(rows, [&](auto vectors) { walkStep<decltype(vectors)::count>(f, direction, batch.offsets[t] + ranks.begin, rows, first, state); });
    // Backwards, sentences join later, in lanes behind these, and begin with state 0.
    const int used = (rows + VL - 1) / VL * VL;
    for (int u = 0; direction == 1 && rows < used && u < hidden; u++)
      for (int lane = rows; lane < used; lane++) state.next[u * LANES + lane] = state.c[u * LANES + lane] = 0;
    float* before = state.h;
    state.h = state.next;
    state.next = before;
    first = false;
  }
}

}  // namespace

void bilstmInference(Context& context, const BilstmInference& layer) {
  if (layer.rows == 0) return;
  Inference f{layer, Batch::of(context, layer), {allocate(context, layer), allocate(context, layer)}};
  const size_t square = static_cast<size_t>(padded(layer.hidden)) * LANES, inputs = static_cast<size_t>(padded(layer.inputs)) * LANES;
  const size_t scratch = inputs > 3 * square ? inputs : 3 * square;
  float* const all = context.floats(scratch * context.threads());
  context.parallel(2, [&](int direction) { listWeights(f, direction); });
  context.parallel((layer.distinct + LANES - 1) / LANES, [&](int block, int thread) { projectInputs(f, block, all + thread * scratch); });
  context.parallel(2 * ((f.batch.size(0) + LANES - 1) / LANES), [&](int task, int thread) {
    float* own = all + thread * scratch;
    const int begin = task / 2 * LANES;
    walk(f, task % 2, {begin, begin + LANES}, {own, own + square, own + 2 * square});
  });
}

}  // namespace ISA
