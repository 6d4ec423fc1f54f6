// The character CNN's words and sizes, as its kernels are given them.
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
