// Forward-backward in the log domain. At every token the largest score is subtracted, so that single precision is
// enough; the subtracted values are summed in double precision.
#include "crf.h"
#include "log_scores.h"

namespace ISA {

namespace {

// Sizes are padded to whole vectors: vectors [width], matrices [classes, width]. Paddings hold kNever.
struct Model {
  int classes, width;
  const float* transitions;  // [from, to]
  const float* transposed;  // [to, from]
  const float* start;
  const float* end;
};

// Working memory and gradient sums of one block of sentences.
struct Work {
  float* alpha;  // [longest, width]: log of the sum over all prefixes that end in a tag
  float* beta;  // [width]: log of the sum over all suffixes that follow it
  float* arriving;  // [width]: beta and emission of a tag
  float* gamma;  // [width]: probabilities of the tags of a token
  float* terms;  // [classes, width], sums [width]: those of the last backward step
  float* sums;
  float* dTransposed;  // [classes, width]
  float* dStart;
  float* dEnd;
};

void addEmissions(float* x, const float* emissions, int classes) {
  for (int k = 0; k < classes; k++) x[k] += emissions[k];
}

struct Sentence {
  const Packed& packed;
  int b, length;
  const float* emissions;
  const int32_t* tags;
  float* dEmissions;
  float share;  // 1 / N
};

// Fills alpha; returns the sum of what normalising subtracted.
double forward(const Model& m, const Sentence& s, const Work& w) {
  memcpy(w.alpha, m.start, static_cast<size_t>(m.width) * sizeof(float));
  double shift = 0;
  for (int t = 0; t < s.length; t++) {
    float* alpha = w.alpha + static_cast<size_t>(t) * m.width;
    if (t > 0) logSumExp<false>(alpha - m.width, m.transitions, m.classes, m.width, alpha, nullptr, nullptr);
    addEmissions(alpha, s.emissions + s.packed.row(t, s.b) * m.classes, m.classes);
    shift += normalise(alpha, m.width);
  }
  return shift;
}

void emit(const Model& m, const Sentence& s, const Work& w, int t) {
  const size_t row = s.packed.row(t, s.b);
  float* d = s.dEmissions + row * m.classes;
  for (int k = 0; k < m.classes; k++) d[k] = w.gamma[k] * s.share;
  d[s.tags[row]] -= s.share;
}

// P(from, to at t | sentence) = gamma[from] at t-1 times the share of `to` in beta[from].
void addPairs(const Model& m, const Work& w) {
  // Local copies: the compiler cannot know that the stores below leave the originals unchanged.
  const int classes = m.classes, width = m.width;
  const float* terms = w.terms;
  float* pairs = w.dTransposed;
  for (int k = 0; k < width; k += VL) {
    const vf weight = load(w.gamma + k) / load(w.sums + k);
    for (int at = k; at < classes * width; at += width) store(pairs + at, load(pairs + at) + weight * load(terms + at));
  }
}

// Fills dEmissions and adds to the other gradients; returns the log of the sum over all paths, relative to alpha's
// shift.
double backward(const Model& m, const Sentence& s, const Work& w) {
  const auto alpha = [&](int t) { return w.alpha + static_cast<size_t>(t) * m.width; };
  memcpy(w.beta, m.end, static_cast<size_t>(m.width) * sizeof(float));
  const double total = softmaxOfSum(alpha(s.length - 1), w.beta, m.width, w.gamma);
  addTo(w.dEnd, w.gamma, m.width);
  emit(m, s, w, s.length - 1);
  for (int t = s.length - 1; t > 0; t--) {
    memcpy(w.arriving, w.beta, static_cast<size_t>(m.width) * sizeof(float));
    addEmissions(w.arriving, s.emissions + s.packed.row(t, s.b) * m.classes, m.classes);
    logSumExp<true>(w.arriving, m.transposed, m.classes, m.width, w.beta, w.terms, w.sums);
    normalise(w.beta, m.width);
    softmaxOfSum(alpha(t - 1), w.beta, m.width, w.gamma);
    addPairs(m, w);
    emit(m, s, w, t - 1);
  }
  addTo(w.dStart, w.gamma, m.width);
  return total;
}

// The score of the given tags; subtracts their counts from the gradients.
double givenPath(const Model& m, const Sentence& s, const Work& w) {
  double score = 0;
  int32_t previous = -1;
  for (int t = 0; t < s.length; t++) {
    const size_t row = s.packed.row(t, s.b);
    const int32_t tag = s.tags[row];
    score += s.emissions[row * m.classes + tag];
    score += previous < 0 ? m.start[tag] : m.transitions[previous * m.width + tag];
    (previous < 0 ? w.dStart[tag] : w.dTransposed[tag * m.width + previous]) -= 1;
    previous = tag;
  }
  w.dEnd[previous] -= 1;
  return score + m.end[previous];
}

Model padModel(Context& context, const float* transitions, const float* start, const float* end, int classes) {
  const int width = wholeVectors(classes);
  const size_t size = static_cast<size_t>(classes) * width;
  float* rows = context.floats(size);
  float* columns = context.floats(size);
  float* ends = context.floats(2 * static_cast<size_t>(width));
  for (int i = 0; i < classes; i++) {
    padRow(transitions + i * classes, classes, width, kNever, rows + i * width);
    for (int j = 0; j < width; j++) columns[i * width + j] = j < classes ? transitions[j * classes + i] : kNever;
  }
  padRow(start, classes, width, kNever, ends);
  padRow(end, classes, width, kNever, ends + width);
  return {classes, width, rows, columns, ends, ends + width};
}

// The sums of a block (dTransposed, dStart, dEnd) lie side by side and start at 0.
size_t sumsOf(const Model& m) { return static_cast<size_t>(m.classes + 2) * m.width; }

Work workFor(Context& context, const Model& m, int longest, float* sums) {
  const size_t width = static_cast<size_t>(m.width), square = static_cast<size_t>(m.classes) * width;
  float* vectors = context.floats(4 * width);
  memset(sums, 0, sumsOf(m) * sizeof(float));
  return {context.floats(longest * width),
          vectors,
          vectors + width,
          vectors + 2 * width,
          context.floats(square),
          vectors + 3 * width,
          sums,
          sums + square,
          sums + square + width};
}

}  // namespace

double crfLoss(Context& context, const float* emissions, const int32_t* tags, const int32_t* batchSizes, size_t steps,
               size_t n, const float* transitions, const float* start, const float* end, size_t classCount,
               float* dEmissions, float* dTransitions, float* dStart, float* dEnd) {
  constexpr int kBlocks = 8;  // gradients are summed per block, then over blocks: the order does not depend on threads
  const int classes = static_cast<int>(classCount);
  const Model model = padModel(context, transitions, start, end, classes);
  const Packed packed = unpack(context, batchSizes, steps);
  const int blocks = packed.sentences < kBlocks ? (packed.sentences < 1 ? 1 : packed.sentences) : kBlocks;
  const size_t size = sumsOf(model);
  float* sums = context.floats(static_cast<size_t>(blocks) * size);
  double* losses = static_cast<double*>(context.take(static_cast<size_t>(packed.sentences) * sizeof(double)));
  Work works[kBlocks];
  for (int block = 0; block < blocks; block++)
    works[block] = workFor(context, model, packed.longest, sums + block * size);
  const float share = n ? 1.0f / static_cast<float>(n) : 0;

  context.parallel(blocks, [&](int block) {
    const Work& work = works[block];
    for (int b = block; b < packed.sentences; b += blocks) {
      const Sentence sentence{packed, b, packed.lengths[b], emissions, tags, dEmissions, share};
      const double given = givenPath(model, sentence, work);
      const double shift = forward(model, sentence, work);
      losses[b] = shift + backward(model, sentence, work) - given;
    }
  });

  for (int block = 1; block < blocks; block++) addTo(sums, sums + block * size, static_cast<int>(size));
  for (int i = 0; i < classes; i++) {
    for (int j = 0; j < classes; j++) dTransitions[i * classes + j] = works[0].dTransposed[j * model.width + i] * share;
    dStart[i] = works[0].dStart[i] * share;
    dEnd[i] = works[0].dEnd[i] * share;
  }
  double loss = 0;
  for (int b = 0; b < packed.sentences; b++) loss += losses[b];
  return n ? loss / static_cast<double>(n) : 0;
}

}  // namespace ISA
