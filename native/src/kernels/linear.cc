// y = x w + b and its gradients, as products of packed operands (gemm.h).
#include "pack.h"

namespace ISA {

namespace {

constexpr int kRows = 24;  // rows of a task
constexpr size_t kSmall = 400000;  // multiplications that one thread does before a second has begun

struct Linear {
  int rows, inputs, outputs;
  bool small() const { return static_cast<size_t>(rows) * inputs * outputs < kSmall; }
};

// part(begin, end) for all rows: at once, or in tasks.
template <class Part>
void splitRows(Context& context, int rows, bool small, const Part& part) {
  if (small) return part(0, rows);
  context.parallel((rows + kRows - 1) / kRows, [&](int task) {
    const int begin = task * kRows;
    part(begin, begin + kRows < rows ? begin + kRows : rows);
  });
}

// dx [N, I] = dy [N, O] · w^T.
void inputGradients(Context& context, const Linear& layer, const float* dy, const float* w, float* dx) {
  const size_t inputs = static_cast<size_t>(layer.inputs), outputs = static_cast<size_t>(layer.outputs);
  float* packed = context.floats(packedFloats(outputs, layer.inputs));
  for (int panel = 0; panel < panelsOf(layer.inputs); panel++) packTransposedPanel(w, nullptr, outputs, layer.outputs, layer.inputs, panel, packed);
  splitRows(context, layer.rows, layer.small(), [&](int begin, int end) {
    multiply({dy + begin * outputs, outputs}, end - begin, layer.outputs, packed, layer.inputs, {dx + begin * inputs, inputs, 0, nullptr, 0});
  });
}

// dw [I, O] = x^T · dy, in tasks of blocks of rows of dw.
void weightGradients(Context& context, const Linear& layer, const float* dy, const float* x, float* dw) {
  const size_t inputs = static_cast<size_t>(layer.inputs), outputs = static_cast<size_t>(layer.outputs), rows = static_cast<size_t>(layer.rows);
  float* columns = context.floats(rows * inputs);
  float* packed = context.floats(packedFloats(rows, layer.outputs));
  packColumns([&](int i) { return x + i * inputs; }, 0, layer.rows, rows, layer.inputs, columns);
  for (int panel = 0; panel < panelsOf(layer.outputs); panel++) packPanel(dy, nullptr, outputs, layer.rows, layer.outputs, panel, packed);
  const RowBlocks blocks(layer.inputs);
  const auto part = [&](int begin, int end) {
    for (int block = begin; block < end; block++) {
      const int row = blocks.begin(block), height = blocks.rows(block);
      for (int panel = 0; panel < panelsOf(layer.outputs); panel++) {
        const Target target{dw + row * outputs + panel * PANEL, outputs, columnsOf(panel, layer.outputs), nullptr, 0};
        const float* b = packed + panelOffset(rows, panel);
        if (widthOf(target.columns) == PANEL) tileOfColumnsOfHeight<2>(height, columns + row * rows, layer.rows, b, target);
        else tileOfColumnsOfHeight<1>(height, columns + row * rows, layer.rows, b, target);
      }
    }
  };
  constexpr int kBlocks = 4;  // blocks of a task
  if (layer.small()) return part(0, blocks.count);
  context.parallel((blocks.count + kBlocks - 1) / kBlocks, [&](int task) {
    const int begin = task * kBlocks;
    part(begin, begin + kBlocks < blocks.count ? begin + kBlocks : blocks.count);
  });
}

void biasGradients(const Linear& layer, const float* dy, float* db) {
  memset(db, 0, static_cast<size_t>(layer.outputs) * sizeof(float));
  for (int i = 0; i < layer.rows; i++, dy += layer.outputs)
    for (int j = 0; j < layer.outputs; j++) db[j] += dy[j];
}

}  // namespace

void linearForward(Context& context, const float* x, const float* w, const float* b, size_t n, size_t inputs, size_t outputs, float* y) {
  const Linear layer{static_cast<int>(n), static_cast<int>(inputs), static_cast<int>(outputs)};
  float* packed = context.floats(packedFloats(inputs, layer.outputs));
  for (int panel = 0; panel < panelsOf(layer.outputs); panel++) packPanel(w, nullptr, outputs, layer.inputs, layer.outputs, panel, packed);
  splitRows(context, layer.rows, layer.small(), [&](int begin, int end) {
    multiply({x + begin * inputs, inputs}, end - begin, layer.inputs, packed, layer.outputs, {y + begin * outputs, outputs, 0, b, 0});
  });
}

void linearBackward(Context& context, const float* dy, const float* x, const float* w, size_t n, size_t inputs, size_t outputs, float* dx, float* dw, float* db) {
  const Linear layer{static_cast<int>(n), static_cast<int>(inputs), static_cast<int>(outputs)};
  if (dx) inputGradients(context, layer, dy, w, dx);
  weightGradients(context, layer, dy, x, dw);
  biasGradients(layer, dy, db);
}

}  // namespace ISA
