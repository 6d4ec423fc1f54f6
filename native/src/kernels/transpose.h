// Transposes a square of VL vectors in registers.
#pragma once
#include "simd.h"

namespace ISA {

#if defined(ISA_AVX512)
ALWAYS_INLINE void transpose(vf (&rows)[16]) {
  __m512 a[16], b[16];
  // Pairs of rows, then quadruples: within each 128-bit lane, rows 4q … 4q+3 become columns.
  UNROLL
  for (int i = 0; i < 16; i += 2) {
    a[i] = _mm512_unpacklo_ps((__m512)rows[i], (__m512)rows[i + 1]);
    a[i + 1] = _mm512_unpackhi_ps((__m512)rows[i], (__m512)rows[i + 1]);
  }
  UNROLL
  for (int q = 0; q < 16; q += 4) {
    b[q] = _mm512_shuffle_ps(a[q], a[q + 2], 0x44);
    b[q + 1] = _mm512_shuffle_ps(a[q], a[q + 2], 0xee);
    b[q + 2] = _mm512_shuffle_ps(a[q + 1], a[q + 3], 0x44);
    b[q + 3] = _mm512_shuffle_ps(a[q + 1], a[q + 3], 0xee);
  }
  // b[4q + c], lane l = column 4l + c of rows 4q … 4q+3: now a 4x4 transpose of lanes for each c.
  UNROLL
  for (int c = 0; c < 4; c++) {
    const __m512 low01 = _mm512_shuffle_f32x4(b[c], b[4 + c], 0x44),
                 high01 = _mm512_shuffle_f32x4(b[c], b[4 + c], 0xee);
    const __m512 low23 = _mm512_shuffle_f32x4(b[8 + c], b[12 + c], 0x44),
                 high23 = _mm512_shuffle_f32x4(b[8 + c], b[12 + c], 0xee);
    rows[c] = (vf)_mm512_shuffle_f32x4(low01, low23, 0x88);
    rows[4 + c] = (vf)_mm512_shuffle_f32x4(low01, low23, 0xdd);
    rows[8 + c] = (vf)_mm512_shuffle_f32x4(high01, high23, 0x88);
    rows[12 + c] = (vf)_mm512_shuffle_f32x4(high01, high23, 0xdd);
  }
}
#elif defined(ISA_AVX2)
ALWAYS_INLINE void transpose(vf (&rows)[8]) {
  __m256 a[8], b[8];
  UNROLL
  for (int i = 0; i < 8; i += 2) {
    a[i] = _mm256_unpacklo_ps((__m256)rows[i], (__m256)rows[i + 1]);
    a[i + 1] = _mm256_unpackhi_ps((__m256)rows[i], (__m256)rows[i + 1]);
  }
  UNROLL
  for (int q = 0; q < 8; q += 4) {
    b[q] = _mm256_shuffle_ps(a[q], a[q + 2], 0x44);
    b[q + 1] = _mm256_shuffle_ps(a[q], a[q + 2], 0xee);
    b[q + 2] = _mm256_shuffle_ps(a[q + 1], a[q + 3], 0x44);
    b[q + 3] = _mm256_shuffle_ps(a[q + 1], a[q + 3], 0xee);
  }
  UNROLL
  for (int c = 0; c < 4; c++) {
    rows[c] = (vf)_mm256_permute2f128_ps(b[c], b[4 + c], 0x20);
    rows[4 + c] = (vf)_mm256_permute2f128_ps(b[c], b[4 + c], 0x31);
  }
}
#elif defined(__SSE2__)
ALWAYS_INLINE void transpose(vf (&rows)[4]) {
  __m128 a = (__m128)rows[0], b = (__m128)rows[1], c = (__m128)rows[2], d = (__m128)rows[3];
  _MM_TRANSPOSE4_PS(a, b, c, d);
  rows[0] = (vf)a, rows[1] = (vf)b, rows[2] = (vf)c, rows[3] = (vf)d;
}
#else
ALWAYS_INLINE void transpose(vf (&rows)[VL]) {
  float square[VL][VL];
  memcpy(square, rows, sizeof square);
  UNROLL
  for (int i = 0; i < VL; i++) {
    UNROLL for (int j = 0; j < VL; j++) rows[j][i] = square[i][j];
  }
}
#endif

}  // namespace ISA
