#include "values.h"

napi_value bindings::dropout(Arguments& a) {
  const auto x = a.floats(0, "x");
  const Dropout dropout = dropoutFrom(a, 1);
  const auto y = a.floats(4, "y", {x.length});
  a.kernels().dropout(a.context(), x.data, x.length, dropout, y.data);
  return nullptr;
}
