// Functions over lists of arrays.
#include "values.h"

namespace {

template <class T>
struct List {
  std::vector<T*> data;
  std::vector<size_t> lengths;

  explicit List(const std::vector<Array<T>>& arrays) {
    for (const Array<T>& array : arrays) {
      data.push_back(array.data);
      lengths.push_back(array.length);
    }
  }
};

// Throws unless `list` has as many arrays as `weights`, each of the same length. Null masks have no length to compare.
template <class T>
void checkLike(const Arguments& a, const char* name, const List<T>& list, const List<float>& weights, bool mayBeNull) {
  if (list.data.size() != weights.data.size())
    a.fail(name, std::to_string(weights.data.size()) + " arrays, as in weights", std::to_string(list.data.size()));
  for (size_t i = 0; i < list.data.size(); i++)
    if (list.lengths[i] != weights.lengths[i] && !(mayBeNull && !list.data[i]))
      a.fail(std::string(name) + "[" + std::to_string(i) + "]",
             std::to_string(weights.lengths[i]) + " elements, as in weights", std::to_string(list.lengths[i]));
}

}  // namespace

napi_value bindings::sumOfSquares(Arguments& a) {
  const List<float> arrays(a.floatLists(0, "arrays"));
  return a.result(a.kernels().sumOfSquares(a.context(), arrays.data.size(), arrays.lengths.data(), arrays.data.data()));
}

napi_value bindings::momentumUpdate(Arguments& a) {
  const List<float> weights(a.floatLists(0, "weights")), gradients(a.floatLists(1, "gradients")),
      velocities(a.floatLists(2, "velocities"));
  const List<uint8_t> masks(a.maskLists(3, "masks"));
  checkLike(a, "gradients", gradients, weights, false);
  checkLike(a, "velocities", velocities, weights, false);
  checkLike(a, "masks", masks, weights, true);
  const MomentumStep step{static_cast<float>(a.number(4, "learningRate")), static_cast<float>(a.number(5, "momentum")),
                          static_cast<float>(a.number(6, "scale")), static_cast<float>(a.number(7, "clipValue")),
                          static_cast<float>(a.number(8, "weightDecay"))};
  a.kernels().momentumUpdate(a.context(), weights.data.size(), weights.lengths.data(), weights.data.data(),
                             gradients.data.data(), velocities.data.data(), masks.data.data(), step);
  return nullptr;
}
