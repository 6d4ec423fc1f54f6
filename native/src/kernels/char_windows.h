// Embedded characters of some words with the zeros of the convolution's padding between them: neighbouring words share
// theirs. Row i of the product with the weights is the window that begins at row i; the window of character k of word n
// is row k - first character + pad * (n - first word). Windows across two words belong to no character.
#pragma once
#include "../char_cnn.h"
#include "dropout_lanes.h"

namespace ISA {
namespace {

struct Words {
  int begin, end;
};

struct CharWindows {
  const CharCnn& cnn;
  Words words;

  int pad() const { return (cnn.width - 1) / 2; }
  int firstChar() const { return cnn.starts[words.begin]; }
  // Row of the window of the first character of word n.
  int firstWindow(int n) const { return cnn.starts[n] - firstChar() + pad() * (n - words.begin); }
  int windows() const {
    return words.begin == words.end ? 0
                                    : firstWindow(words.end - 1) + cnn.starts[words.end] - cnn.starts[words.end - 1];
  }
  int rows() const { return windows() + 2 * pad(); }

  // embedded [rows, stride], stride >= charDim; 0 where no character is.
  void embed(float* embedded, int stride) const {
    const size_t dim = static_cast<size_t>(cnn.charDim);
    memset(embedded, 0, static_cast<size_t>(rows()) * stride * sizeof(float));
    for (int n = words.begin; n < words.end; n++) {
      float* to = embedded + static_cast<size_t>(firstWindow(n) + pad()) * stride;
      for (int k = cnn.starts[n]; k < cnn.starts[n + 1]; k++, to += stride) {
        const float* from = cnn.table + static_cast<size_t>(cnn.chars[k]) * dim;
        if (cnn.dropout.active) dropRow(from, cnn.charDim, cnn.dropout, static_cast<uint32_t>(k * dim), to);
        else memcpy(to, from, dim * sizeof(float));
      }
    }
  }
};

struct WordTasks {
  const Words* words;
  int count, mostWindows;  // of a task
};

// Cuts the words into tasks of some kWindows windows each, never within a word: their rows fit the L1 cache.
inline WordTasks cutWords(Context& context, const CharCnn& cnn) {
  constexpr int kWindows = 48;
  Words* cuts = static_cast<Words*>(context.take(static_cast<size_t>(cnn.words) * sizeof(Words)));
  int count = 0, most = 0;
  for (int begin = 0, windows = 0; begin < cnn.words; begin = cuts[count++].end) {
    int end = begin;
    do {
      windows = CharWindows{cnn, {begin, ++end}}.windows();
      most = windows > most ? windows : most;
    } while (end < cnn.words && CharWindows{cnn, {begin, end + 1}}.windows() <= kWindows);
    cuts[count] = {begin, end};
  }
  return {cuts, count, most};
}

inline int paddedTo(int n, int multiple) { return (n + multiple - 1) / multiple * multiple; }

}  // namespace
}  // namespace ISA
