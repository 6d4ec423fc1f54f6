// Each task handles some words: it embeds them, multiplies all their windows by the weights at once, and takes the
// maximum of every filter over each word. The working set fits the L1 cache.
#include "char_windows.h"
#include "pack.h"

namespace ISA {

namespace {

// out, argmax [filters]: the largest of z [count, stride] above 0, character numbers from `first` on.
void largestOf(const float* z, int stride, int count, int first, int filters, float* out, int32_t* argmax) {
  for (int f = 0; f < filters; f += VL) {
    vf best{};
    vi at = splatInt(-1);
    for (int k = 0; k < count; k++) {
      const vf v = load(z + static_cast<size_t>(k) * stride + f);
      const vi larger = v > best;
      best = larger ? v : best;
      at = larger ? splatInt(first + k) : at;
    }
    if (f + VL <= filters) {
      store(out + f, best);
      storeInt(argmax + f, at);
    } else {
      storePart(out + f, best, filters - f);
      memcpy(argmax + f, &at, static_cast<size_t>(filters - f) * sizeof(int32_t));
    }
  }
}

}  // namespace

void charCnnForward(Context& context, const CharCnn& cnn, const float* b, float* out, int32_t* argmax) {
  const int filters = cnn.filters, stride = paddedTo(filters, VL), depth = cnn.width * cnn.charDim;
  float* weights = context.floats(packedFloats(depth, filters));
  for (int panel = 0; panel < panelsOf(filters); panel++)
    packPanel(cnn.w, cnn.mask, filters, depth, filters, panel, weights);
  float* bias = context.floats(stride);
  memset(bias, 0, static_cast<size_t>(stride) * sizeof(float));
  memcpy(bias, b, static_cast<size_t>(filters) * sizeof(float));

  const WordTasks tasks = cutWords(context, cnn);
  const size_t embeddedFloats = paddedTo((tasks.mostWindows + cnn.width) * cnn.charDim, 16),
               zFloats = static_cast<size_t>(tasks.mostWindows) * stride;
  float* scratch = context.floats((embeddedFloats + zFloats) * context.threads());

  context.parallel(tasks.count, [&](int task, int thread) {
    const Words words = tasks.words[task];
    const CharWindows windows{cnn, words};
    float* embedded = scratch + (embeddedFloats + zFloats) * thread;
    float* z = embedded + embeddedFloats;
    windows.embed(embedded, cnn.charDim);
    multiply({embedded, static_cast<size_t>(cnn.charDim)}, windows.windows(), depth, weights, stride,
             {z, static_cast<size_t>(stride), 0, bias, 0});
    for (int n = words.begin; n < words.end; n++) {
      const size_t row = static_cast<size_t>(n) * filters;
      largestOf(z + static_cast<size_t>(windows.firstWindow(n)) * stride, stride, cnn.starts[n + 1] - cnn.starts[n],
                cnn.starts[n], filters, out + row, argmax + row);
    }
  });
}

}  // namespace ISA
