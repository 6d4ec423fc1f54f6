// y = x w + b and its gradients, as products of packed operands (gemm.h).
// Every task packs its own operands: fetching them from another core's cache takes longer than packing.
#include "pack.h"

namespace ISA {

namespace {

constexpr size_t kSmall = 400000;  // multiplications that one thread finishes before a second one would have started

struct Linear {
  int rows, inputs, outputs;
  const float* x;  // [rows, inputs]
  const float* w;  // [inputs, outputs]
};

struct Range {
  int begin, end;
  int size() const { return end - begin; }
};

// Part `part` of `parts` nearly equal ones.
Range partOf(int n, int part, int parts) {
  const auto cut = [&](int i) { return static_cast<int>(static_cast<int64_t>(n) * i / parts); };
  return {cut(part), cut(part + 1)};
}

int tasksFor(const Context& context, const Linear& l) {
  return static_cast<size_t>(l.rows) * l.inputs * l.outputs < kSmall ? 1 : context.threads();
}

// Rows of y. packed: room for packedFloats(inputs, outputs).
void forward(const Linear& l, Range rows, const float* b, float* packed, float* y) {
  const size_t inputs = static_cast<size_t>(l.inputs), outputs = static_cast<size_t>(l.outputs);
  for (int panel = 0; panel < panelsOf(l.outputs); panel++)
    packPanel(l.w, nullptr, outputs, l.inputs, l.outputs, panel, packed);
  multiply({l.x + rows.begin * inputs, inputs}, rows.size(), l.inputs, packed, l.outputs,
           {y + rows.begin * outputs, outputs, 0, b, 0});
}

// Rows of dx [N, I] = dy [N, O] · w^T. packed: room for packedFloats(outputs, inputs).
void inputGradients(const Linear& l, Range rows, const float* dy, float* packed, float* dx) {
  const size_t inputs = static_cast<size_t>(l.inputs), outputs = static_cast<size_t>(l.outputs);
  for (int panel = 0; panel < panelsOf(l.inputs); panel++)
    packTransposedPanel(l.w, nullptr, outputs, l.outputs, l.inputs, panel, packed);
  multiply({dy + rows.begin * outputs, outputs}, rows.size(), l.outputs, packed, l.inputs,
           {dx + rows.begin * inputs, inputs, 0, nullptr, 0});
}

size_t weightScratch(const Linear& l) {
  return packedFloats(l.rows, l.outputs) + static_cast<size_t>(l.rows) * l.inputs;
}

// Rows `part` of dw [I, O] = x^T · dy. packed: room for weightScratch.
void weightGradients(const Linear& l, Range part, const float* dy, float* packed, float* dw) {
  const size_t inputs = static_cast<size_t>(l.inputs), outputs = static_cast<size_t>(l.outputs),
               rows = static_cast<size_t>(l.rows);
  float* columns = packed + packedFloats(rows, l.outputs);
  packColumns([&](int i) { return l.x + i * inputs + part.begin; }, 0, l.rows, rows, part.size(), columns);
  for (int panel = 0; panel < panelsOf(l.outputs); panel++)
    packPanel(dy, nullptr, outputs, l.rows, l.outputs, panel, packed);
  const RowBlocks blocks(part.size());
  for (int panel = 0; panel < panelsOf(l.outputs); panel++) {
    const float* b = packed + panelOffset(rows, panel);
    for (int block = 0; block < blocks.count; block++) {
      const int row = blocks.begin(block), height = blocks.rows(block);
      const Target target{dw + (part.begin + row) * outputs + panel * PANEL, outputs, columnsOf(panel, l.outputs),
                          nullptr, 0};
      if (widthOf(target.columns) == PANEL) tileOfColumnsOfHeight<2>(height, columns + row * rows, l.rows, b, target);
      else tileOfColumnsOfHeight<1>(height, columns + row * rows, l.rows, b, target);
    }
  }
}

void biasGradients(const Linear& l, const float* dy, float* db) {
  for (int j = 0; j < l.outputs; j += VL) {
    const int n = l.outputs - j;
    const float* row = dy + j;
    vf sum{};
    for (int i = 0; i < l.rows; i++, row += l.outputs) sum += n >= VL ? load(row) : loadPart(row, n);
    n >= VL ? store(db + j, sum) : storePart(db + j, sum, n);
  }
}

}  // namespace

void linearForward(Context& context, const float* x, const float* w, const float* b, size_t n, size_t inputs,
                   size_t outputs, float* y) {
  const Linear l{static_cast<int>(n), static_cast<int>(inputs), static_cast<int>(outputs), x, w};
  const int tasks = tasksFor(context, l);
  const size_t size = packedFloats(inputs, l.outputs);
  float* packed = context.floats(tasks * size);
  context.parallel(tasks, [&](int task) { forward(l, partOf(l.rows, task, tasks), b, packed + task * size, y); });
}

void linearBackward(Context& context, const float* dy, const float* x, const float* w, size_t n, size_t inputs,
                    size_t outputs, float* dx, float* dw, float* db) {
  const Linear l{static_cast<int>(n), static_cast<int>(inputs), static_cast<int>(outputs), x, w};
  // Half of the threads for dw, half for dx: the two are equally much work.
  const int each = tasksFor(context, l) > 2 ? (tasksFor(context, l) + 1) / 2 : 1;
  const size_t forWeights = weightScratch(l), forInputs = packedFloats(outputs, l.inputs);
  float* packed = context.floats(each * (forWeights + forInputs));
  const auto part = [&](int task) {
    if (task == 0) biasGradients(l, dy, db);
    if (task < each) weightGradients(l, partOf(l.inputs, task, each), dy, packed + task * forWeights, dw);
    else if (dx)
      inputGradients(l, partOf(l.rows, task - each, each), dy, packed + each * forWeights + (task - each) * forInputs,
                     dx);
  };
  if (tasksFor(context, l) > 1) return context.parallel(2 * each, part);
  part(0);
  part(1);
}

}  // namespace ISA
