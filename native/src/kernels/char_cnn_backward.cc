// Only the windows with the maximum have a gradient: one per word and filter.
//   dw[:, f] = sum over n of dout[n, f] * window(argmax[n, f]);   d window(argmax[n, f]) += dout[n, f] * w[:, f]
// Both run over whole windows, so vectors are kept along characters' dimensions: rows of `stride` floats, whole
// vectors.
#include "char_windows.h"
#include "pack.h"

namespace ISA {

namespace {

struct Backward {
  const CharCnn& cnn;
  CharWindows windows;  // of all words
  const float* dout;
  const int32_t* argmax;
  int stride;  // of a character
  float* embedded;  // [rows + width, stride]: the last rows are a window of zeros
  float* dChars;  // [characters, stride]
  float* columns;  // [filters, width * stride]: w transposed
  float* dColumns;  // the same for dw, filters padded to whole vectors

  size_t windowSize() const { return static_cast<size_t>(cnn.width) * stride; }
  const float* zeroWindow() const { return embedded + static_cast<size_t>(windows.rows()) * stride; }
  // Where the window of character k of word n begins, in floats.
  size_t windowAt(int n, int k) const {
    return static_cast<size_t>(k - windows.firstChar() + windows.pad() * n) * stride;
  }
};

// Adds the windows of some words to V vectors of dw's column f, and returns the sum of their gradients.
template <int V>
float addWindows(const Backward& k, Words words, int f, int at, float* column) {
  vf sums[V];
  UNROLL
  for (int v = 0; v < V; v++) sums[v] = load(column + at + v * VL);
  float total = 0;
  const float* none = k.zeroWindow();
  const int filters = k.cnn.filters, step = k.windows.pad() * k.stride;
  const int32_t* argmax = k.argmax + static_cast<size_t>(words.begin) * filters + f;
  const float* dout = k.dout + static_cast<size_t>(words.begin) * filters + f;
  const float* base = k.embedded + k.windowAt(words.begin, 0);
  for (int n = words.begin; n < words.end; n++, argmax += filters, dout += filters, base += step) {
    const bool active = *argmax >= 0;
    const float* window = (active ? base + static_cast<ptrdiff_t>(*argmax) * k.stride : none) + at;
    const float d = active ? *dout : 0.0f;
    total += d;
    UNROLL
    for (int v = 0; v < V; v++) sums[v] += splat(d) * load(window + v * VL);
  }
  UNROLL
  for (int v = 0; v < V; v++) store(column + at + v * VL, sums[v]);
  return total;
}

constexpr int kVectors = 6;  // sums in registers: those of a window of 3 characters of 30 dimensions with AVX-512

template <int V = kVectors>
float addWindowsOfSize(int vectors, const Backward& k, Words words, int f, int at, float* column) {
  if (vectors >= V) return addWindows<V>(k, words, f, at, column);
  if constexpr (V > 1) return addWindowsOfSize<V - 1>(vectors, k, words, f, at, column);
  return 0;
}

// Columns [f, f + columns) of dw, transposed, and db of them. Some words at a time, whose windows stay in the L1 cache.
void sumColumns(const Backward& k, int f, int columns, float* db) {
  constexpr int kWords = 40;
  const int size = static_cast<int>(k.windowSize());
  memset(k.dColumns + f * k.windowSize(), 0, columns * k.windowSize() * sizeof(float));
  for (int c = f; c < f + columns; c++) db[c] = 0;
  for (int begin = 0; begin < k.cnn.words; begin += kWords) {
    const Words words{begin, begin + kWords < k.cnn.words ? begin + kWords : k.cnn.words};
    for (int c = f; c < f + columns; c++) {
      float total = 0;
      for (int at = 0; at < size; at += kVectors * VL)
        total = addWindowsOfSize((size - at) / VL, k, words, c, at, k.dColumns + c * k.windowSize());
      db[c] += total;
    }
  }
}

// Columns [f, f + VL) of dw, and db of them.
void columnGradients(const Backward& k, int f, float* dw, float* db) {
  const CharCnn& cnn = k.cnn;
  const int columns = cnn.filters - f < VL ? cnn.filters - f : VL;
  sumColumns(k, f, columns, db);
  for (int position = 0; position < cnn.width; position++)
    for (int d = 0; d < k.stride; d += VL) {
      vf square[VL];
      for (int i = 0; i < VL; i++) square[i] = load(k.dColumns + (f + i) * k.windowSize() + position * k.stride + d);
      transpose(square);
      for (int i = 0; i < VL && d + i < cnn.charDim; i++) {
        const size_t to = static_cast<size_t>(position * cnn.charDim + d + i) * cnn.filters + f;
        const vf v = cnn.mask ? columns == VL ? keepWhere(cnn.mask + to, square[i])
                                              : keepWherePart(cnn.mask + to, square[i], columns)
                              : square[i];
        columns == VL ? store(dw + to, v) : storePart(dw + to, v, columns);
      }
    }
}

// dw and db, from the embedding on. One task embeds and uses the characters: fetching them from another core's cache
// takes longer.
void weightGradients(const Backward& k, float* dw, float* db) {
  k.windows.embed(k.embedded, k.stride);
  memset(k.embedded + static_cast<size_t>(k.windows.rows()) * k.stride, 0, k.windowSize() * sizeof(float));
  for (int f = 0; f < k.cnn.filters; f += VL) columnGradients(k, f, dw, db);
}

void transposeWeights(const Backward& k) {
  const CharCnn& cnn = k.cnn;
  for (int position = 0; position < cnn.width; position++)
    for (int d = 0; d < k.stride; d += VL)
      for (int f = 0; f < cnn.filters; f += VL) {
        const size_t from = static_cast<size_t>(position * cnn.charDim + d) * cnn.filters + f;
        packSquare(cnn.w + from, cnn.mask ? cnn.mask + from : nullptr, cnn.filters, cnn.charDim - d, cnn.filters - f,
                   k.columns + f * k.windowSize() + position * k.stride + d, k.windowSize());
      }
}

// y += scale * x, V vectors at a time.
template <int V = kVectors>
ALWAYS_INLINE void addScaled(vf scale, const float* x, int vectors, float* y) {
  for (; vectors >= V; vectors -= V, x += V * VL, y += V * VL) {
    UNROLL
    for (int v = 0; v < V; v++) store(y + v * VL, load(y + v * VL) + scale * load(x + v * VL));
  }
  if constexpr (V > 1) addScaled<V / 2>(scale, x, vectors, y);
}

// Neighbouring filters add to different copies of the windows: their largest characters are often the same, and an
// addition would wait for the one before to reach memory.
constexpr int kCopies = 4;

// Gradients of the characters of some words, dropout included, to dChars. d: kCopies times room for the rows of the
// words.
void characterGradients(const Backward& k, Words words, float* d) {
  const CharCnn& cnn = k.cnn;
  const CharWindows windows{cnn, words};
  const size_t size = k.windowSize(), copy = static_cast<size_t>(windows.rows()) * k.stride;
  memset(d, 0, kCopies * copy * sizeof(float));
  for (int n = words.begin; n < words.end; n++) {
    float* base = d + static_cast<ptrdiff_t>(windows.firstWindow(n) - cnn.starts[n]) * k.stride;
    const int32_t* argmax = k.argmax + static_cast<size_t>(n) * cnn.filters;
    const float* dout = k.dout + static_cast<size_t>(n) * cnn.filters;
    for (int f = 0; f < cnn.filters; f++) {
      if (argmax[f] < 0) continue;
      float* window = base + static_cast<ptrdiff_t>(argmax[f]) * k.stride + f % kCopies * copy;
      addScaled(splat(dout[f]), k.columns + f * size, static_cast<int>(size / VL), window);
    }
    for (int c = cnn.starts[n]; c < cnn.starts[n + 1]; c++) {
      const float* from = base + static_cast<ptrdiff_t>(c + windows.pad()) * k.stride;
      float* to = k.dChars + static_cast<size_t>(c - k.windows.firstChar()) * k.stride;
      const uint32_t number = static_cast<uint32_t>(c * cnn.charDim);
      for (int i = 0; i < k.stride; i += VL) {
        const vf sum =
            (load(from + i) + load(from + copy + i)) + (load(from + 2 * copy + i) + load(from + 3 * copy + i));
        store(to + i, cnn.dropout.active ? dropLanes(sum, cnn.dropout, number + static_cast<uint32_t>(i)) : sum);
      }
    }
  }
}

// Adds the characters' gradients in their order. table [vocabulary, stride] is scratch.
void tableGradients(const Backward& k, int chars, float* table, float* dTable) {
  const CharCnn& cnn = k.cnn;
  memset(table, 0, static_cast<size_t>(cnn.vocabulary) * k.stride * sizeof(float));
  for (int c = 0; c < chars; c++) {
    float* to = table + static_cast<size_t>(cnn.chars[k.windows.firstChar() + c]) * k.stride;
    const float* from = k.dChars + static_cast<size_t>(c) * k.stride;
    for (int d = 0; d < k.stride; d += VL) store(to + d, load(to + d) + load(from + d));
  }
  for (int v = 0; v < cnn.vocabulary; v++)
    memcpy(dTable + static_cast<size_t>(v) * cnn.charDim, table + static_cast<size_t>(v) * k.stride,
           static_cast<size_t>(cnn.charDim) * sizeof(float));
}

}  // namespace

void charCnnBackward(Context& context, const CharCnn& cnn, const float* dout, const int32_t* argmax, float* dTable,
                     float* dw, float* db) {
  const CharWindows windows{cnn, {0, cnn.words}};
  const int stride = paddedTo(cnn.charDim, VL), chars = cnn.starts[cnn.words] - cnn.starts[0];
  const size_t row = static_cast<size_t>(stride), size = cnn.width * row;
  Backward k{cnn, windows, dout, argmax, stride, nullptr, nullptr, nullptr, nullptr};
  k.embedded = context.floats((windows.rows() + cnn.width) * row);
  k.dChars = context.floats(chars * row);
  k.columns = context.floats(cnn.filters * size);
  k.dColumns = context.floats(paddedTo(cnn.filters, VL) * size);
  transposeWeights(k);

  const WordTasks tasks = cutWords(context, cnn);
  const size_t rows = static_cast<size_t>(tasks.mostWindows + cnn.width) * row;
  float* scratch = context.floats(kCopies * rows * context.threads());
  context.parallel(1 + tasks.count, [&](int task, int thread) {  // the longest first
    if (task == 0) weightGradients(k, dw, db);
    else characterGradients(k, tasks.words[task - 1], scratch + kCopies * rows * thread);
  });
  tableGradients(k, chars, context.floats(cnn.vocabulary * row), dTable);
}

}  // namespace ISA
