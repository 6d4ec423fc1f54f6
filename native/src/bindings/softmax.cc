#include "values.h"

napi_value bindings::softmaxCrossEntropy(Arguments& a) {
  const size_t classes = widthFrom(a, 2, "classes"), n = a.rows(0, "logits", classes);
  const auto logits = a.floats(0, "logits"), dLogits = a.floats(3, "dLogits", {n, classes});
  const auto tags = a.ints(1, "tags", {n});
  checkIndices(a, "tags", tags, classes);
  return a.result(a.kernels().softmaxCrossEntropy(a.context(), logits.data, tags.data, n, classes, dLogits.data));
}

napi_value bindings::argmaxRows(Arguments& a) {
  const size_t classes = widthFrom(a, 1, "classes"), n = a.rows(0, "logits", classes);
  const auto logits = a.floats(0, "logits");
  const auto ids = a.ints(2, "ids", {n});
  a.kernels().argmaxRows(a.context(), logits.data, n, classes, ids.data);
  return nullptr;
}
