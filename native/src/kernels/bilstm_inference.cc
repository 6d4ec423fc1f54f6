// Bidirectional LSTM, forward, without gradient: the maths of bilstm_forward.cc on the kept weights alone.
//
// First x Wx + b is computed once for every distinct row of x. Then blocks of LANES sentences of similar length are
// processed step by step. The state is [H + 1, LANES]: a vector holds one unit of several sentences, and each kept
// weight multiplies all of them (kept_columns.h). VL units form a group, which is gathered, summed and activated
// together.
#include "activations.h"
#include "bilstm_batch.h"
#include "lane_blocks.h"

namespace ISA {

namespace {

struct Direction {
  KeptColumns input;  // of [I, 4H]
  KeptColumns recurrent;  // of [H, 4H]
  float* projected;  // [U, groups, 4, VL]: the four gates of a group are adjacent, because they are gathered together
};

struct Inference {
  const BilstmInference& layer;
  Batch batch;
  Direction directions[2];

  int groups() const { return (layer.hidden + VL - 1) / VL; }
  int unitsOf(int group) const { return layer.hidden - group * VL < VL ? layer.hidden - group * VL : VL; }
  size_t width() const { return static_cast<size_t>(groups()) * GROUP; }
  // Lists are stored in the order in which they are used.
  int list(int group, int gate, int unit) const { return 4 * (group * VL + unit) + gate; }
  static constexpr int GROUP = 4 * VL;
};

// Rows of a block [rows + 1, LANES], of which whole vectors of rows are written.
int blockRows(int rows) { return (rows + VL) / VL * VL; }

Direction allocate(Context& context, const BilstmInference& layer, float* projected) {
  return {allocateKept(context, layer.inputs, 4 * layer.hidden), allocateKept(context, layer.hidden, 4 * layer.hidden),
          projected};
}

void listWeights(const Inference& f, int direction, int32_t* next) {
  const BilstmInference& layer = f.layer;
  const int columns = 4 * layer.hidden;
  const size_t recurrent = static_cast<size_t>(layer.inputs) * columns;
  const uint8_t* mask = layer.mask[direction];
  const auto listOf = [&](int column) { return 4 * (column % layer.hidden) + column / layer.hidden; };
  listKept(layer.w[direction], mask, layer.inputs, columns, next, f.directions[direction].input, listOf);
  listKept(layer.w[direction] + recurrent, mask ? mask + recurrent : nullptr, layer.hidden, columns, next,
           f.directions[direction].recurrent, listOf);
}

// x Wx + b of up to LANES rows of x, of which `block` [I + 1, LANES] is the transpose.
template <int V>
void projectBlock(const Inference& f, int direction, int first, int rows, const float* block) {
  const int hidden = f.layer.hidden;
  const Direction& d = f.directions[direction];
  const float* bias = f.layer.b[direction];
  float sums[4][VL * LANES] = {};
  for (int group = 0; group < f.groups(); group++) {
    for (int u = 0; u < f.unitsOf(group); u++) {
      for (int gate = 0; gate < 4; gate++) {
        const int column = gate * hidden + group * VL + u, list = f.list(group, gate, u);
        vf sum[V];
        UNROLL
        for (int v = 0; v < V; v++) sum[v] = splat(bias[column] + bias[4 * hidden + column]);
        addColumn<V>(d.input.begin(list), d.input.end(list), block, sum);
        UNROLL
        for (int v = 0; v < V; v++) store(sums[gate] + u * LANES + v * VL, sum[v]);
      }
    }
    for (int gate = 0; gate < 4; gate++)
      fromLanes(sums[gate], rows, VL, d.projected + first * f.width() + group * Inference::GROUP + gate * VL,
                f.width());
  }
}

// The state of a block of sentences.
struct State {
  float* h;  // [H + 1, LANES] of the step before; the last row is 0
  float* next;  // [H + 1, LANES]
  float* c;  // [H, LANES]
};

// z [4, VL, LANES] of a group += h Wh.
template <int V>
void addRecurrent(const Inference& f, const KeptColumns& recurrent, int group, const float* h,
                  float (&z)[4][VL * LANES]) {
  for (int u = 0; u < f.unitsOf(group); u++) {
    for (int gate = 0; gate < 4; gate++) {
      const int list = f.list(group, gate, u);
      float* const own = z[gate] + u * LANES;
      vf sum[V];
      UNROLL
      for (int v = 0; v < V; v++) sum[v] = load(own + v * VL);
      addColumn<V>(recurrent.begin(list), recurrent.end(list), h, sum);
      UNROLL
      for (int v = 0; v < V; v++) store(own + v * VL, sum[v]);
    }
  }
}

// c and next of a group from z. Two loops of short dependency chains, so that vectors hide each other's latency.
template <int V>
void activate(int units, const float (&z)[4][VL * LANES], float* c, float* next) {
  for (int u = 0; u < units; u++) {
    UNROLL
    for (int v = 0; v < V; v++) {
      const int at = u * LANES + v * VL;
      store(c + at, sigmoid(load(z[1] + at)) * load(c + at) + gatedTanh(load(z[0] + at), load(z[2] + at)));
    }
  }
  for (int u = 0; u < units; u++) {
    UNROLL
    for (int v = 0; v < V; v++) {
      const int at = u * LANES + v * VL;
      store(next + at, gatedTanh(load(z[3] + at), load(c + at)));
    }
  }
}

// One step of the sentences in rows row … row + rows - 1, in V vectors of lanes. `first`: the state before is 0.
template <int V>
void walkStep(const Inference& f, int direction, int row, int rows, bool first, const State& state) {
  const BilstmInference& layer = f.layer;
  const Direction& d = f.directions[direction];
  const float* words[LANES];  // x Wx + b of each lane
  for (int lane = 0; lane < rows; lane++) words[lane] = d.projected + layer.index[row + lane] * f.width();
  float* const y = layer.y + (static_cast<size_t>(row) * 2 + direction) * layer.hidden;
  float z[4][VL * LANES];
  for (int group = 0; group < f.groups(); group++) {
    for (int gate = 0; gate < 4; gate++)
      toLanes([&](int lane) { return words[lane] + group * Inference::GROUP + gate * VL; }, rows, VL, z[gate]);
    // The words' rows are far apart in memory: prefetch those of the next group.
    for (int lane = 0; lane < rows; lane++)
      for (int at = 0; at < Inference::GROUP; at += 16)
        __builtin_prefetch(words[lane] + (group + 1) * Inference::GROUP + at);
    if (!first) addRecurrent<V>(f, d.recurrent, group, state.h, z);
    const size_t unit = static_cast<size_t>(group) * VL * LANES;
    activate<V>(f.unitsOf(group), z, state.c + unit, state.next + unit);
    fromLanes(state.next + unit, rows, f.unitsOf(group), y + group * VL, 2 * static_cast<size_t>(layer.hidden));
  }
}

template <int V>
struct Vectors {
  static constexpr int count = V;
};

// Calls `body` with the fewest vectors that hold `rows` lanes, as a constant.
template <int V = 1, class Body>
ALWAYS_INLINE void withVectors(int rows, const Body& body) {
  if constexpr (V < BLOCK_VECTORS) {
    if (rows > V * VL) return withVectors<V + 1>(rows, body);
  }
  body(Vectors<V>());
}

// For `directions` from `direction` on.
void projectInputs(const Inference& f, int direction, int directions, int block, float* transposed) {
  const BilstmInference& layer = f.layer;
  const int first = block * LANES, rows = layer.distinct - first < LANES ? layer.distinct - first : LANES;
  memset(transposed + static_cast<size_t>(layer.inputs) * LANES, 0, LANES * sizeof(float));
  for (int from = 0; from < layer.inputs; from += VL)
    toLanes([&](int lane) { return layer.x + static_cast<size_t>(first + lane) * layer.inputs + from; }, rows,
            layer.inputs - from < VL ? layer.inputs - from : VL, transposed + static_cast<size_t>(from) * LANES);
  withVectors(rows, [&](auto vectors) {
    for (int d = direction; d < direction + directions; d++)
      projectBlock<decltype(vectors)::count>(f, d, first, rows, transposed);
  });
}

// All steps of one direction for the sentences `ranks`.
void walk(const Inference& f, int direction, Ranks ranks, State state) {
  const int hidden = f.layer.hidden;
  const size_t bytes = static_cast<size_t>(blockRows(hidden)) * LANES * sizeof(float);
  memset(state.h, 0, bytes);
  memset(state.next, 0, bytes);
  memset(state.c, 0, bytes);
  const Batch& batch = f.batch;
  bool first = true;
  for (int i = 0; i < batch.steps; i++) {
    const int t = direction == 0 ? i : batch.steps - 1 - i;
    const int rows = ranks.within(batch.size(t));
    if (rows == 0) continue;
    withVectors(rows, [&](auto vectors) {
      walkStep<decltype(vectors)::count>(f, direction, batch.offsets[t] + ranks.begin, rows, first, state);
    });
    // In the backward direction shorter sentences join later, in the following lanes, with state 0.
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
  Inference f{layer, Batch::of(context, layer), {}};
  const int blocks = (f.batch.size(0) + LANES - 1) / LANES;
  // `projected` is far larger than the caches. Where one direction keeps all threads busy, the directions run one after
  // the other and share its memory.
  const int atOnce = blocks >= context.threads() ? 1 : 2;
  const size_t size = layer.distinct * f.width();
  float* const projected = context.floats(atOnce * size);
  for (int direction = 0; direction < 2; direction++)
    f.directions[direction] = allocate(context, layer, projected + direction % atOnce * size);
  const size_t square = static_cast<size_t>(blockRows(layer.hidden)) * LANES,
               inputs = static_cast<size_t>(blockRows(layer.inputs)) * LANES;
  const size_t scratch = inputs > 3 * square ? inputs : 3 * square;
  float* const all = context.floats(scratch * context.threads());
  int32_t* const next = context.ints(2 * 4 * static_cast<size_t>(layer.hidden));
  context.parallel(2, [&](int direction) { listWeights(f, direction, next + direction * 4 * layer.hidden); });
  for (int from = 0; from < 2; from += atOnce) {
    context.parallel((layer.distinct + LANES - 1) / LANES,
                     [&](int block, int thread) { projectInputs(f, from, atOnce, block, all + thread * scratch); });
    context.parallel(atOnce * blocks, [&](int task, int thread) {
      float* own = all + thread * scratch;
      const int begin = task / atOnce * LANES;
      walk(f, from + task % atOnce, {begin, begin + LANES}, {own, own + square, own + 2 * square});
    });
  }
}

}  // namespace ISA
