#include "simd.h"

namespace ISA {

void argmaxRows(Context&, const float* logits, size_t n, size_t classes, int32_t* ids) {
  const int width = static_cast<int>(classes);
  vi lanes{};
  for (int lane = 0; lane < VL; lane++) lanes[lane] = lane;
  for (size_t row = 0; row < n; row++) {
    const float* x = logits + row * classes;
    vf best = splat(-__builtin_inff());
    vi at = lanes;
    for (int c = 0; c < width; c += VL) {
      const vf v = c + VL <= width ? load(x + c) : loadPart(x + c, width - c);
      const vi larger = (v > best) & (lanes + c < width);
      best = larger ? v : best;
      at = larger ? lanes + c : at;
    }
    int32_t id = 0;
    float value = x[0];
    for (int lane = 0; lane < VL; lane++)
      if (best[lane] > value || (best[lane] == value && at[lane] < id)) {
        value = best[lane];
        id = at[lane];
      }
    ids[row] = id;
  }
}

}  // namespace ISA
