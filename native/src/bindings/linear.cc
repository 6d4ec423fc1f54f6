#include "values.h"

napi_value bindings::linearForward(Arguments& a) {
  const size_t inputs = widthFrom(a, 3, "inputs"), outputs = widthFrom(a, 4, "outputs"), n = a.rows(0, "x", inputs);
  const auto x = a.floats(0, "x"), w = a.floats(1, "w", {inputs, outputs}), b = a.floats(2, "b", {outputs}),
             y = a.floats(5, "y", {n, outputs});
  a.kernels().linearForward(a.context(), x.data, w.data, b.data, n, inputs, outputs, y.data);
  return nullptr;
}

napi_value bindings::linearBackward(Arguments& a) {
  const size_t inputs = widthFrom(a, 3, "inputs"), outputs = widthFrom(a, 4, "outputs"), n = a.rows(0, "dy", outputs);
  const auto dy = a.floats(0, "dy"), x = a.floats(1, "x", {n, inputs}), w = a.floats(2, "w", {inputs, outputs});
  const auto dx = a.floatsOrNull(5, "dx", {n, inputs}), dw = a.floats(6, "dw", {inputs, outputs}),
             db = a.floats(7, "db", {outputs});
  a.kernels().linearBackward(a.context(), dy.data, x.data, w.data, n, inputs, outputs, dx.data, dw.data, db.data);
  return nullptr;
}
