#include "values.h"

napi_value bindings::concatColumns(Arguments& a) {
  const size_t aWidth = widthFrom(a, 2, "aWidth"), bWidth = widthFrom(a, 3, "bWidth");
  const size_t n = a.rows(0, "a", aWidth);
  const auto left = a.floats(0, "a"), right = a.floats(1, "b", {n, bWidth}), y = a.floats(4, "y", {n, aWidth + bWidth});
  a.kernels().concatColumns(a.context(), left.data, right.data, n, aWidth, bWidth, y.data);
  return nullptr;
}

napi_value bindings::splitColumns(Arguments& a) {
  const size_t aWidth = widthFrom(a, 1, "aWidth"), bWidth = widthFrom(a, 2, "bWidth");
  const size_t n = a.rows(0, "y", aWidth + bWidth);
  const auto y = a.floats(0, "y"), left = a.floats(3, "a", {n, aWidth}), right = a.floats(4, "b", {n, bWidth});
  a.kernels().splitColumns(a.context(), y.data, n, aWidth, bWidth, left.data, right.data);
  return nullptr;
}
