// The inputs and sizes that the kernels of the character CNN share.
#pragma once
#include <cstdint>

#include "dropout.h"

struct CharCnn {
  int words;
  const int32_t* chars;
  const int32_t* starts;  // [words + 1]
  int vocabulary, charDim, filters, width;
  const float* table;  // [vocabulary, charDim]
  const float* w;  // [width * charDim, filters]
  const uint8_t* mask;  // of w, or null
  Dropout dropout;
};
