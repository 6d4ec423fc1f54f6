// The functions that JavaScript calls, one per kernel. Each reads and checks its arguments, then calls the kernel.
#pragma once
#include "arguments.h"

// Returns the result, or null for undefined.
using Binding = napi_value (*)(Arguments& a);

namespace bindings {
#define K(Result, name, parameters) napi_value name(Arguments& a);
SPARSE_SHARING_KERNELS(K)
#undef K
}  // namespace bindings
