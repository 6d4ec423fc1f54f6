// Checks of values. arguments.h checks types and sizes.
#pragma once
#include <cmath>

#include "../bindings.h"

// Reads keep, k0 and k1, starting at argument `first`.
inline Dropout dropoutFrom(const Arguments& a, size_t first) {
  const double keep = a.number(first, "keep");
  if (!(keep > 0 && keep <= 1)) a.failRange("keep", "a number above 0, at most 1", std::to_string(keep));
  const uint32_t k0 = static_cast<uint32_t>(a.integer(first + 1, "k0")),
                 k1 = static_cast<uint32_t>(a.integer(first + 2, "k1"));
  if (keep == 1) return {false, 0, k0, k1, 1};
  return {true, static_cast<uint32_t>(std::floor(keep * 4294967296.0)), k0, k1, static_cast<float>(1 / keep)};
}

inline void checkIndices(const Arguments& a, const char* name, const Array<int32_t>& indices, size_t limit) {
  for (size_t i = 0; i < indices.length; i++)
    if (indices[i] < 0 || static_cast<size_t>(indices[i]) >= limit)
      a.failRange(name, "indices below " + std::to_string(limit),
                  std::to_string(indices[i]) + " at " + std::to_string(i));
}

// A width: a count of at least 1.
inline size_t widthFrom(const Arguments& a, size_t index, const char* name) {
  const size_t width = a.count(index, name);
  if (width == 0) a.fail(name, "at least 1", "0");
  return width;
}
