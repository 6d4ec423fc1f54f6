#include "values.h"

namespace {

struct Rows {
  Array<float> table, velocity;
  Array<int32_t> lastStep, ids;
};

// The first four arguments of both functions.
Rows rowsFrom(const Arguments& a, size_t dim) {
  const size_t v = a.rows(0, "table", dim);
  const Rows rows{a.floats(0, "table"), a.floats(1, "velocity", {v, dim}), a.ints(2, "lastStep", {v}),
                  a.ints(3, "ids")};
  checkIndices(a, "ids", rows.ids, v);
  return rows;
}

std::string at(int32_t lastStep, int32_t id) { return std::to_string(lastStep) + " in row " + std::to_string(id); }

}  // namespace

napi_value bindings::settleRows(Arguments& a) {
  const size_t dim = widthFrom(a, 4, "dim");
  const Rows r = rowsFrom(a, dim);
  const int32_t step = static_cast<int32_t>(a.count(5, "step"));
  const float learningRate = static_cast<float>(a.number(6, "learningRate")),
              momentum = static_cast<float>(a.number(7, "momentum"));
  const auto out = a.floatsOrNull(8, "out", {r.ids.length, dim});
  for (size_t u = 0; u < r.ids.length; u++)
    if (r.lastStep[r.ids[u]] > step)
      a.failRange("lastStep", "at most step " + std::to_string(step), at(r.lastStep[r.ids[u]], r.ids[u]));
  a.kernels().settleRows(a.context(), r.table.data, r.velocity.data, r.lastStep.data, r.ids.data, r.ids.length, dim,
                         step, learningRate, momentum, out.data);
  return nullptr;
}

napi_value bindings::updateRows(Arguments& a) {
  const size_t dim = widthFrom(a, 5, "dim");
  const Rows r = rowsFrom(a, dim);
  const auto dRows = a.floats(4, "dRows", {r.ids.length, dim});
  const int32_t step = static_cast<int32_t>(a.count(6, "step"));
  const MomentumStep how{static_cast<float>(a.number(7, "learningRate")), static_cast<float>(a.number(8, "momentum")),
                         static_cast<float>(a.number(9, "scale")), static_cast<float>(a.number(10, "clipValue")), 0};
  for (size_t u = 0; u < r.ids.length; u++)
    if (r.lastStep[r.ids[u]] != step)
      a.failRange("lastStep", "rows settled at step " + std::to_string(step), at(r.lastStep[r.ids[u]], r.ids[u]));
  a.kernels().updateRows(a.context(), r.table.data, r.velocity.data, r.lastStep.data, r.ids.data, r.ids.length,
                         dRows.data, dim, step, how);
  return nullptr;
}
