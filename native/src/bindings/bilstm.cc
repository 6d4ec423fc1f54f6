#include "../bindings.h"
#include "values.h"

namespace {

struct Where {
  size_t x, batchSizes, wForward, maskForward, wBackward, maskBackward, inputs, hidden;
};

BilstmLayer layerOf(Arguments& a, const Where& at) {
  const size_t inputs = a.count(at.inputs, "inputs"), hidden = a.count(at.hidden, "hidden");
  if (inputs == 0) a.fail("inputs", "at least 1", "0");
  if (hidden == 0) a.fail("hidden", "at least 1", "0");
  const size_t rows = a.rows(at.x, "x", inputs);
  if (rows > INT32_MAX) a.fail("x", "at most 2147483647 rows", std::to_string(rows));
  const auto batchSizes = a.batchSizes(at.batchSizes, "batchSizes", rows);
  BilstmLayer layer{};
  layer.batchSizes = batchSizes.data;
  layer.steps = static_cast<int>(batchSizes.length);
  layer.rows = static_cast<int>(rows);
  layer.inputs = static_cast<int>(inputs);
  layer.hidden = static_cast<int>(hidden);
  layer.x = a.floats(at.x, "x").data;
  layer.w[0] = a.floats(at.wForward, "wForward", {inputs + hidden, 4 * hidden}).data;
  layer.w[1] = a.floats(at.wBackward, "wBackward", {inputs + hidden, 4 * hidden}).data;
  layer.mask[0] = a.bytesOrNull(at.maskForward, "maskForward", {inputs + hidden, 4 * hidden}).data;
  layer.mask[1] = a.bytesOrNull(at.maskBackward, "maskBackward", {inputs + hidden, 4 * hidden}).data;
  return layer;
}

}  // namespace

napi_value bindings::bilstmForward(Arguments& a) {
  BilstmForward layer{};
  static_cast<BilstmLayer&>(layer) = layerOf(a, {0, 1, 2, 4, 5, 7, 8, 9});
  const size_t rows = static_cast<size_t>(layer.rows), hidden = static_cast<size_t>(layer.hidden);
  layer.b[0] = a.floats(3, "bForward", {2, 4 * hidden}).data;
  layer.b[1] = a.floats(6, "bBackward", {2, 4 * hidden}).data;
  layer.y = a.floats(10, "y", {rows, 2 * hidden}).data;
  layer.gates = a.floats(11, "gates", {2, rows, 4 * hidden}).data;
  layer.cells = a.floats(12, "cells", {2, rows, hidden}).data;
  a.kernels().bilstmForward(a.context(), layer);
  return nullptr;
}

napi_value bindings::bilstmInference(Arguments& a) {
  BilstmInference layer{};
  const size_t inputs = a.count(9, "inputs"), hidden = a.count(10, "hidden");
  if (inputs == 0) a.fail("inputs", "at least 1", "0");
  if (hidden == 0) a.fail("hidden", "at least 1", "0");
  const size_t distinct = a.rows(0, "x", inputs);
  const auto index = a.ints(1, "index");
  const auto batchSizes = a.batchSizes(2, "batchSizes", index.length);
  checkIndices(a, "index", index, distinct);
  layer.batchSizes = batchSizes.data;
  layer.steps = static_cast<int>(batchSizes.length);
  layer.rows = static_cast<int>(index.length);
  layer.inputs = static_cast<int>(inputs);
  layer.hidden = static_cast<int>(hidden);
  layer.x = a.floats(0, "x").data;
  layer.index = index.data;
  layer.distinct = static_cast<int>(distinct);
  const char* names[2][3] = {{"wForward", "bForward", "maskForward"}, {"wBackward", "bBackward", "maskBackward"}};
  for (size_t direction = 0; direction < 2; direction++) {
    const size_t at = 3 + 3 * direction;
    layer.w[direction] = a.floats(at, names[direction][0], {inputs + hidden, 4 * hidden}).data;
    layer.b[direction] = a.floats(at + 1, names[direction][1], {2, 4 * hidden}).data;
    layer.mask[direction] = a.bytesOrNull(at + 2, names[direction][2], {inputs + hidden, 4 * hidden}).data;
  }
  layer.y = a.floats(11, "y", {index.length, 2 * hidden}).data;
  a.kernels().bilstmInference(a.context(), layer);
  return nullptr;
}

napi_value bindings::bilstmBackward(Arguments& a) {
  BilstmBackward layer{};
  static_cast<BilstmLayer&>(layer) = layerOf(a, {1, 5, 6, 7, 8, 9, 10, 11});
  const size_t rows = static_cast<size_t>(layer.rows), inputs = static_cast<size_t>(layer.inputs),
               hidden = static_cast<size_t>(layer.hidden);
  layer.dy = a.floats(0, "dy", {rows, 2 * hidden}).data;
  layer.y = a.floats(2, "y", {rows, 2 * hidden}).data;
  layer.gates = a.floats(3, "gates", {2, rows, 4 * hidden}).data;
  layer.cells = a.floats(4, "cells", {2, rows, hidden}).data;
  layer.dx = a.floatsOrNull(12, "dx", {rows, inputs}).data;
  layer.dw[0] = a.floats(13, "dwForward", {inputs + hidden, 4 * hidden}).data;
  layer.db[0] = a.floats(14, "dbForward", {2, 4 * hidden}).data;
  layer.dw[1] = a.floats(15, "dwBackward", {inputs + hidden, 4 * hidden}).data;
  layer.db[1] = a.floats(16, "dbBackward", {2, 4 * hidden}).data;
  a.kernels().bilstmBackward(a.context(), layer);
  return nullptr;
}
