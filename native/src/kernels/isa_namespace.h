// Kernels live in a namespace named after the instruction set they are compiled for (ISA, from binding.gyp), so that
// the same sources can be linked several times. For the same reason a kernel uses no standard library templates and
// keeps its helpers `static`, `static inline` or in an anonymous namespace inside ISA.
#pragma once
#include "../kernels.h"

namespace ISA {
#define K(Result, name, parameters) Result name parameters;
SPARSE_SHARING_KERNELS(K)
#undef K
}  // namespace ISA
