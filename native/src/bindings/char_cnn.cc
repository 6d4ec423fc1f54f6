#include "values.h"

namespace {

// chars, starts, table, w are arguments first … first + 3, the mask is argument `mask`, followed by sizes and dropout.
CharCnn charCnnFrom(const Arguments& a, size_t first, size_t mask) {
  const size_t charDim = widthFrom(a, mask + 1, "charDim"), filters = widthFrom(a, mask + 2, "filters"),
               width = a.count(mask + 3, "width");
  if (width % 2 == 0) a.failRange("width", "an odd number", std::to_string(width));
  const auto chars = a.ints(first, "chars"), starts = a.ints(first + 1, "starts");
  const size_t vocabulary = a.rows(first + 2, "table", charDim);
  const auto table = a.floats(first + 2, "table"), w = a.floats(first + 3, "w", {width, charDim, filters});
  const auto kept = a.bytesOrNull(mask, "mask", {width, charDim, filters});
  const Dropout dropout = dropoutFrom(a, mask + 4);
  if (starts.length == 0) a.fail("starts", "N + 1 elements", "0");
  for (size_t n = 0; n < starts.length; n++)
    if (starts[n] < (n ? starts[n - 1] : 0) || static_cast<size_t>(starts[n]) > chars.length)
      a.failRange("starts", "starts that never fall, at most " + std::to_string(chars.length),
                  std::to_string(starts[n]) + " at " + std::to_string(n));
  checkIndices(a, "chars", chars, vocabulary);
  const auto whole = [](size_t size) { return static_cast<int>(size); };
  return {whole(starts.length - 1),
          chars.data,
          starts.data,
          whole(vocabulary),
          whole(charDim),
          whole(filters),
          whole(width),
          table.data,
          w.data,
          kept.data,
          dropout};
}

void checkArgmax(const Arguments& a, const CharCnn& cnn, const Array<int32_t>& argmax) {
  const size_t filters = static_cast<size_t>(cnn.filters);
  for (int n = 0; n < cnn.words; n++) {
    const int32_t* row = argmax.data + n * filters;
    const int32_t begin = cnn.starts[n], end = cnn.starts[n + 1];
    bool wrong = false;  // without an early exit the loop takes a few cycles per row
    for (size_t f = 0; f < filters; f++) wrong |= (row[f] != -1) & ((row[f] < begin) | (row[f] >= end));
    for (size_t f = 0; wrong && f < filters; f++)
      if (row[f] != -1 && (row[f] < begin || row[f] >= end))
        a.failRange("argmax", "-1 or a character of word " + std::to_string(n),
                    std::to_string(row[f]) + " at " + std::to_string(n * filters + f));
  }
}

}  // namespace

napi_value bindings::charCnnForward(Arguments& a) {
  const CharCnn cnn = charCnnFrom(a, 0, 5);
  const size_t words = static_cast<size_t>(cnn.words), filters = static_cast<size_t>(cnn.filters);
  const auto b = a.floats(4, "b", {filters}), out = a.floats(12, "out", {words, filters});
  const auto argmax = a.ints(13, "argmax", {words, filters});
  a.kernels().charCnnForward(a.context(), cnn, b.data, out.data, argmax.data);
  return nullptr;
}

napi_value bindings::charCnnBackward(Arguments& a) {
  const CharCnn cnn = charCnnFrom(a, 2, 6);
  const size_t words = static_cast<size_t>(cnn.words), filters = static_cast<size_t>(cnn.filters),
               charDim = static_cast<size_t>(cnn.charDim);
  const auto dout = a.floats(0, "dout", {words, filters});
  const auto argmax = a.ints(1, "argmax", {words, filters});
  const auto dTable = a.floats(13, "dTable", {static_cast<size_t>(cnn.vocabulary), charDim});
  const auto dw = a.floats(14, "dw", {static_cast<size_t>(cnn.width), charDim, filters}),
             db = a.floats(15, "db", {filters});
  checkArgmax(a, cnn, argmax);
  a.kernels().charCnnBackward(a.context(), cnn, dout.data, argmax.data, dTable.data, dw.data, db.data);
  return nullptr;
}
