// Every kernel, named as in native/contract.ts: K(result, name, parameters). The list makes the table of function pointers
// of an instruction set (kernels/table.cc), the declarations its sources are checked against, and the functions JavaScript
// sees (bindings/). Sizes are checked in bindings/ before a kernel is called.
#pragma once
#include <cstddef>
#include <cstdint>

#include "context.h"

#define SPARSE_SHARING_KERNELS(K) \
  K(double, fmaPeak, (Context& context, double seconds))

struct Kernels {
#define K(Result, name, parameters) Result (*name) parameters;
  SPARSE_SHARING_KERNELS(K)
#undef K
};
