// The kernels of one instruction set.
#include "isa_namespace.h"

namespace ISA {
extern const Kernels table;
const Kernels table = {
#define K(Result, name, parameters) name,
    SPARSE_SHARING_KERNELS(K)
#undef K
};
}  // namespace ISA
