#include "values.h"

namespace {

struct Crf {
  size_t classes, n;
  Array<float> emissions, transitions, start, end;
  Array<int32_t> batchSizes;
};

// batchSizes, transitions, start, end, classes are arguments first … first + 4; emissions is argument 0.
Crf crfFrom(const Arguments& a, size_t first) {
  Crf crf;
  crf.classes = widthFrom(a, first + 4, "classes");
  crf.n = a.rows(0, "emissions", crf.classes);
  crf.emissions = a.floats(0, "emissions");
  crf.batchSizes = a.batchSizes(first, "batchSizes", crf.n);
  crf.transitions = a.floats(first + 1, "transitions", {crf.classes, crf.classes});
  crf.start = a.floats(first + 2, "start", {crf.classes});
  crf.end = a.floats(first + 3, "end", {crf.classes});
  return crf;
}

}  // namespace

napi_value bindings::crfLoss(Arguments& a) {
  const Crf c = crfFrom(a, 2);
  const auto tags = a.ints(1, "tags", {c.n});
  const auto dEmissions = a.floats(7, "dEmissions", {c.n, c.classes}),
             dTransitions = a.floats(8, "dTransitions", {c.classes, c.classes});
  const auto dStart = a.floats(9, "dStart", {c.classes}), dEnd = a.floats(10, "dEnd", {c.classes});
  checkIndices(a, "tags", tags, c.classes);
  return a.result(a.kernels().crfLoss(a.context(), c.emissions.data, tags.data, c.batchSizes.data, c.batchSizes.length,
                                      c.n, c.transitions.data, c.start.data, c.end.data, c.classes, dEmissions.data,
                                      dTransitions.data, dStart.data, dEnd.data));
}

napi_value bindings::crfDecode(Arguments& a) {
  const Crf c = crfFrom(a, 1);
  const auto ids = a.ints(6, "ids", {c.n});
  a.kernels().crfDecode(a.context(), c.emissions.data, c.batchSizes.data, c.batchSizes.length, c.transitions.data,
                        c.start.data, c.end.data, c.classes, ids.data);
  return nullptr;
}
