// Vectors of VL floats: 16 with AVX-512, 8 with AVX2, 4 elsewhere. Arithmetic and comparisons use the compilers' vector
// extensions (a * b + c becomes an FMA where there is one); only what they lack is written with intrinsics.
#pragma once
#include <cstring>

#include "isa_namespace.h"
#if defined(ISA_AVX512) || defined(ISA_AVX2) || defined(__SSE2__)
#include <immintrin.h>
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))
// Before a loop of a small constant count whose body indexes an array of vectors: only unrolled does it stay in
// registers.
#ifdef __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif
// Hides a vector's value from the optimiser, and marks it as used.
#if defined(ISA_AVX512) || defined(ISA_AVX2) || defined(__SSE2__)
#define KEEP_IN_REGISTER(vector) __asm__ volatile("" : "+v"(vector))
#else
#define KEEP_IN_REGISTER(vector) __asm__ volatile("" : "+w"(vector))
#endif

namespace ISA {

#if defined(ISA_AVX512)
constexpr int VL = 16;
#elif defined(ISA_AVX2)
constexpr int VL = 8;
#else
constexpr int VL = 4;
#endif

typedef float vf __attribute__((vector_size(VL * 4)));
typedef int32_t vi __attribute__((vector_size(VL * 4)));
typedef float vf_unaligned __attribute__((vector_size(VL * 4), aligned(4), may_alias));
typedef int32_t vi_unaligned __attribute__((vector_size(VL * 4), aligned(4), may_alias));
typedef uint8_t vb_unaligned __attribute__((vector_size(VL), aligned(1), may_alias));

ALWAYS_INLINE vf splat(float value) { return value - vf{}; }
ALWAYS_INLINE vi splatInt(int32_t value) { return value - vi{}; }
ALWAYS_INLINE vf load(const float* p) { return *reinterpret_cast<const vf_unaligned*>(p); }
ALWAYS_INLINE void store(float* p, vf v) { *reinterpret_cast<vf_unaligned*>(p) = v; }
ALWAYS_INLINE vi loadInt(const int32_t* p) { return *reinterpret_cast<const vi_unaligned*>(p); }
ALWAYS_INLINE void storeInt(int32_t* p, vi v) { *reinterpret_cast<vi_unaligned*>(p) = v; }

// The first n lanes, 0 <= n <= VL; the others read 0 and are not written; memory behind them is not touched.
ALWAYS_INLINE vf loadPart(const float* p, int n) {
#if defined(ISA_AVX512)
  return (vf)_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << n) - 1), p);
#else
  vf v{};
  memcpy(&v, p, static_cast<size_t>(n) * 4);
  return v;
#endif
}
ALWAYS_INLINE void storePart(float* p, vf v, int n) {
#if defined(ISA_AVX512)
  _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << n) - 1), (__m512)v);
#else
  memcpy(p, &v, static_cast<size_t>(n) * 4);
#endif
}

#if !defined(ISA_AVX512)
// All bits of a lane set where its mask byte is not 0.
ALWAYS_INLINE vi keptLanes(const uint8_t* mask) {
#if defined(ISA_AVX2)
  return (vi)_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(mask))) != 0;
#elif defined(__SSE2__)
  int32_t bytes;
  memcpy(&bytes, mask, 4);
  const __m128i zero = _mm_setzero_si128();
  return (vi)_mm_unpacklo_epi16(_mm_unpacklo_epi8(_mm_cvtsi32_si128(bytes), zero), zero) != 0;
#else
  return __builtin_convertvector(*reinterpret_cast<const vb_unaligned*>(mask), vi) != 0;
#endif
}
#endif

// `kept` in lanes whose mask byte is not 0, else the bits of `pruned`.
ALWAYS_INLINE vf selectWhere(const uint8_t* mask, vf kept, vf pruned) {
#if defined(ISA_AVX512)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(mask));
  return (vf)_mm512_mask_mov_ps((__m512)pruned, _mm_test_epi8_mask(bytes, bytes), (__m512)kept);
#else
  const vi lanes = keptLanes(mask);
  return (vf)(((vi)kept & lanes) | ((vi)pruned & ~lanes));
#endif
}
// `v` in lanes whose mask byte is not 0, else 0, whatever v holds there (a NaN of a pruned weight must not come
// through).
ALWAYS_INLINE vf keepWhere(const uint8_t* mask, vf v) { return selectWhere(mask, v, vf{}); }
ALWAYS_INLINE vf keepWherePart(const uint8_t* mask, vf v, int n) {
  uint8_t bytes[VL] = {};
  memcpy(bytes, mask, static_cast<size_t>(n));
  return keepWhere(bytes, v);
}

// A NaN in v comes through.
ALWAYS_INLINE vf atLeast(vf v, float low) {
#if defined(ISA_AVX512)
  return (vf)_mm512_max_ps(_mm512_set1_ps(low), (__m512)v);
#elif defined(ISA_AVX2)
  return (vf)_mm256_max_ps(_mm256_set1_ps(low), (__m256)v);
#elif defined(__SSE2__)
  return (vf)_mm_max_ps(_mm_set1_ps(low), (__m128)v);
#else
  return v < low ? splat(low) : v;
#endif
}
ALWAYS_INLINE vf atMost(vf v, float high) {
#if defined(ISA_AVX512)
  return (vf)_mm512_min_ps(_mm512_set1_ps(high), (__m512)v);
#elif defined(ISA_AVX2)
  return (vf)_mm256_min_ps(_mm256_set1_ps(high), (__m256)v);
#elif defined(__SSE2__)
  return (vf)_mm_min_ps(_mm_set1_ps(high), (__m128)v);
#else
  return v > high ? splat(high) : v;
#endif
}

// 1 / v for normal v, to the last bit or two.
ALWAYS_INLINE vf reciprocal(vf v) {
#if defined(ISA_AVX512)
  const vf r = (vf)_mm512_rcp14_ps((__m512)v);  // 14 bits, doubled by a Newton step: a quarter of a division's time
  return r + r * (1.0f - v * r);
#else
  return 1.0f / v;
#endif
}

// Lane sum in a fixed order.
ALWAYS_INLINE float sumLanes(vf v) {
  float total = 0;
  for (int lane = 0; lane < VL; lane++) total += v[lane];
  return total;
}

}  // namespace ISA
