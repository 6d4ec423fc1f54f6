#include "simd.h"

namespace ISA {

void concatColumns(Context&, const float* a, const float* b, size_t n, size_t aWidth, size_t bWidth, float* y) {
  const size_t width = aWidth + bWidth;
  for (size_t i = 0; i < n; i++) {
    memcpy(y + i * width, a + i * aWidth, aWidth * sizeof(float));
    memcpy(y + i * width + aWidth, b + i * bWidth, bWidth * sizeof(float));
  }
}

void splitColumns(Context&, const float* y, size_t n, size_t aWidth, size_t bWidth, float* a, float* b) {
  const size_t width = aWidth + bWidth;
  for (size_t i = 0; i < n; i++) {
    memcpy(a + i * aWidth, y + i * width, aWidth * sizeof(float));
    memcpy(b + i * bWidth, y + i * width + aWidth, bWidth * sizeof(float));
  }
}

}  // namespace ISA
