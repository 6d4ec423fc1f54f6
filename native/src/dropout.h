// Parameters of dropout. The binding derives them from keep, k0 and k1; native/contract.ts defines the hash.
#pragma once
#include <cstdint>

struct Dropout {
  bool active;  // false: keep = 1, the values are copied
  uint32_t threshold;  // an element survives if its hash is below: floor(keep * 2^32)
  uint32_t k0, k1;
  float scale;  // 1 / keep
};
