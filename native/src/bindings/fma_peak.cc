#include "../bindings.h"

napi_value bindings::fmaPeak(Arguments& a) {
  const double seconds = a.number(0, "seconds");
  return a.result(a.kernels().fmaPeak(a.context(), seconds));
}
