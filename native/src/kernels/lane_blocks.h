// Transposes rows of a matrix to blocks [columns, LANES] and back, VL rows and columns at a time, in registers.
#pragma once
#include "kept_columns.h"
#include "transpose.h"

namespace ISA {

// The first n (at most VL) floats of rowOf(0) … rowOf(rows - 1) to out [VL, LANES], whole vectors of lanes; lanes
// past `rows` are 0.
template <class RowOf>
ALWAYS_INLINE void toLanes(const RowOf& rowOf, int rows, int n, float* out) {
  for (int lane = 0; lane < rows; lane += VL) {
    vf square[VL];
    if (n == VL && lane + VL <= rows) {
      UNROLL
      for (int l = 0; l < VL; l++) square[l] = load(rowOf(lane + l));
    } else {
      for (int l = 0; l < VL; l++) square[l] = lane + l < rows ? loadPart(rowOf(lane + l), n) : vf{};
    }
    transpose(square);
    UNROLL
    for (int i = 0; i < VL; i++) store(out + i * LANES + lane, square[i]);
  }
}

// The reverse: `in` [VL, LANES] to n floats in each of `rows` rows, of which the first is at `out`, `stride` floats
// apart.
ALWAYS_INLINE void fromLanes(const float* in, int rows, int n, float* out, size_t stride) {
  for (int lane = 0; lane < rows; lane += VL) {
    vf square[VL];
    UNROLL
    for (int i = 0; i < VL; i++) square[i] = load(in + i * LANES + lane);
    transpose(square);
    float* const row = out + lane * stride;
    if (n == VL && lane + VL <= rows) {
      UNROLL
      for (int l = 0; l < VL; l++) store(row + l * stride, square[l]);
    } else {
      for (int l = 0; l < VL && lane + l < rows; l++) storePart(row + l * stride, square[l], n);
    }
  }
}

}  // namespace ISA
