// The instruction set the kernels run with.
#pragma once
#include "kernels.h"

struct Isa {
  const char* name;  // as in the contract: avx512, avx2, neon, portable
  const Kernels* kernels;
};

// The best this processor and its operating system support, or `wanted` (null or empty: no preference).
// Throws std::runtime_error where `wanted` is unknown or not supported.
Isa chooseIsa(const char* wanted);
