#include "values.h"

napi_value bindings::gatherForward(Arguments& a) {
  const auto index = a.ints(1, "index");
  const size_t dim = widthFrom(a, 2, "dim"), unique = a.rows(0, "rows", dim);
  const auto rows = a.floats(0, "rows");
  checkIndices(a, "index", index, unique);
  const Dropout dropout = dropoutFrom(a, 3);
  const auto y = a.floats(6, "y", {index.length, dim});
  a.kernels().gatherForward(a.context(), rows.data, index.data, index.length, dim, dropout, y.data);
  return nullptr;
}

napi_value bindings::gatherBackward(Arguments& a) {
  const auto index = a.ints(1, "index");
  const size_t dim = widthFrom(a, 2, "dim");
  const auto dy = a.floats(0, "dy", {index.length, dim});
  const Dropout dropout = dropoutFrom(a, 3);
  const size_t unique = a.rows(6, "dRows", dim);
  const auto dRows = a.floats(6, "dRows");
  checkIndices(a, "index", index, unique);
  a.kernels().gatherBackward(a.context(), dy.data, index.data, index.length, dim, dropout, dRows.data, unique);
  return nullptr;
}
