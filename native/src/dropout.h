// Dropout as a kernel is given it; the binding derives it from keep, k0 and k1 (contract.ts has the hash).
#pragma once
#include <cstdint>

struct Dropout {
  bool active;  // false: keep = 1, everything stays as it is
  uint32_t threshold;  // an element survives if its hash is below: floor(keep * 2^32)
  uint32_t k0, k1;
  float scale;  // 1 / keep
};
