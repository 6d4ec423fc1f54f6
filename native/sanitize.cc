// Calls every kernel on arrays of exactly the sizes that native/contract.ts names, with every instruction set of this
// processor and on several threads, for the sanitizers (see sanitize.mjs). Inputs are valid, as bindings/ guarantees.
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "src/kernels.h"

// The instruction sets that sanitize.mjs has compiled.
#ifdef WITH_AVX512
namespace avx512 {
extern const Kernels table;
}
#endif
#ifdef WITH_AVX2
namespace avx2 {
extern const Kernels table;
}
#endif
#ifdef WITH_NEON
namespace neon {
extern const Kernels table;
}
#endif
#ifdef WITH_PORTABLE
namespace portable {
extern const Kernels table;
}
#endif

namespace {

std::atomic<int> failures = 0;

void fail(const char* isa, const char* what) {
  std::printf("%s: %s\n", isa, what);
  failures++;
}

// Repeatable inputs.
class Random {
 public:
  explicit Random(uint32_t seed) : state_(seed) {}
  uint32_t next() { return (state_ = state_ * 1664525u + 1013904223u) >> 8; }
  int below(int limit) { return static_cast<int>(next() % static_cast<uint32_t>(limit)); }
  float real() { return static_cast<float>(next()) / (1 << 23) - 1; }  // -1 to 1

 private:
  uint32_t state_;
};

// An array that ends where its heap block ends, so that AddressSanitizer sees the first element past it. It starts 4
// bytes into the block: JavaScript guarantees no more alignment than that of an element.
template <class T>
class Block {
 public:
  explicit Block(size_t size) : memory_(new char[size * sizeof(T) + 4]), size_(size) {}
  T* data() const { return reinterpret_cast<T*>(memory_.get() + 4); }
  size_t size() const { return size_; }
  T& operator[](size_t i) const { return data()[i]; }

 private:
  std::unique_ptr<char[]> memory_;
  size_t size_;
};

using Floats = Block<float>;
using Ints = Block<int32_t>;
using Bytes = Block<uint8_t>;

// One setting of all sizes. Vectors have 4 to 16 lanes: sizes below, at and beside their multiples matter.
struct Sizes {
  std::vector<int32_t> batchSizes;
  int inputs, hidden, classes, charDim, filters, width;
  float keep;
  bool masked;
};

// Runs every kernel once and keeps what the outputs hold.
class Run {
 public:
  Run(const Kernels& kernels, Context& context, const Sizes& sizes) : k_(kernels), c_(context), s_(sizes), random_(7) {
    for (const int32_t size : sizes.batchSizes) rows_ += static_cast<size_t>(size);
  }

  std::vector<uint32_t> outputs() {
    bilstm();
    bilstmInference();
    charCnn();
    linear();
    k_.fmaPeak(c_, 0.001);
    gather();
    columns();
    classifiers();
    optimizer();
    lazyRows();
    return std::move(bits_);
  }

 private:
  Floats floats(size_t size, float scale = 1) {
    Floats block(size);
    for (size_t i = 0; i < size; i++) block[i] = random_.real() * scale;
    return block;
  }
  Ints ints(size_t size, int below) {
    Ints block(size);
    for (size_t i = 0; i < size; i++) block[i] = random_.below(below);
    return block;
  }
  Bytes mask(size_t size) {
    Bytes block(size);
    for (size_t i = 0; i < size; i++) block[i] = static_cast<uint8_t>(random_.below(2));
    return block;
  }
  const uint8_t* unlessDense(const Bytes& mask) const { return s_.masked ? mask.data() : nullptr; }
  Dropout dropout() const { return {s_.keep < 1, static_cast<uint32_t>(s_.keep * 4294967295.0), 11, 13, 1 / s_.keep}; }
  Ints batchSizes() const {
    Ints block(s_.batchSizes.size());
    for (size_t t = 0; t < block.size(); t++) block[t] = s_.batchSizes[t];
    return block;
  }

  // Outputs hold NaN before a call: an element that is not written shows.
  static Floats output(size_t size) {
    Floats block(size);
    for (size_t i = 0; i < size; i++) block[i] = NAN;
    return block;
  }
  template <class T>
  void keep(const Block<T>& block) {
    for (size_t i = 0; i < block.size(); i++) {
      if (std::isnan(static_cast<float>(block[i]))) complete_ = false;
      uint32_t word;
      std::memcpy(&word, &block[i], sizeof word);
      bits_.push_back(word);
    }
    c_.releaseScratch();
  }

  void bilstm() {
    const size_t i = static_cast<size_t>(s_.inputs), h = static_cast<size_t>(s_.hidden), width = 4 * h;
    const Ints steps = batchSizes();
    const Floats x = floats(rows_ * i), dy = floats(rows_ * 2 * h);
    const Floats w[2] = {floats((i + h) * width, 0.4f), floats((i + h) * width, 0.4f)};
    const Floats b[2] = {floats(2 * width, 0.3f), floats(2 * width, 0.3f)};
    const Bytes masks[2] = {mask((i + h) * width), mask((i + h) * width)};
    const BilstmLayer layer{steps.data(),
                            static_cast<int>(steps.size()),
                            static_cast<int>(rows_),
                            s_.inputs,
                            s_.hidden,
                            x.data(),
                            {w[0].data(), w[1].data()},
                            {unlessDense(masks[0]), unlessDense(masks[1])}};
    const Floats y = output(rows_ * 2 * h), gates = output(2 * rows_ * width), cells = output(2 * rows_ * h);
    BilstmForward forward{};
    static_cast<BilstmLayer&>(forward) = layer;
    forward.b[0] = b[0].data(), forward.b[1] = b[1].data();
    forward.y = y.data(), forward.gates = gates.data(), forward.cells = cells.data();
    k_.bilstmForward(c_, forward);
    keep(y), keep(gates), keep(cells);

    const Floats dx = output(rows_ * i);
    const Floats dw[2] = {output(w[0].size()), output(w[1].size())}, db[2] = {output(2 * width), output(2 * width)};
    BilstmBackward backward{};
    static_cast<BilstmLayer&>(backward) = layer;
    backward.dy = dy.data(), backward.y = y.data(), backward.gates = gates.data(), backward.cells = cells.data();
    for (int direction = 0; direction < 2; direction++)
      backward.dw[direction] = dw[direction].data(), backward.db[direction] = db[direction].data();
    for (float* wanted : {dx.data(), static_cast<float*>(nullptr)}) {
      backward.dx = wanted;
      k_.bilstmBackward(c_, backward);
      for (int direction = 0; direction < 2; direction++) keep(dw[direction]), keep(db[direction]);
    }
    keep(dx);
  }

  void bilstmInference() {
    const size_t i = static_cast<size_t>(s_.inputs), h = static_cast<size_t>(s_.hidden), width = 4 * h;
    const int distinct = rows_ > 0 ? static_cast<int>(rows_ + 1) / 2 : 0;
    const Ints steps = batchSizes(), index = ints(rows_, distinct > 0 ? distinct : 1);
    const Floats x = floats(static_cast<size_t>(distinct) * i);
    const Floats w[2] = {floats((i + h) * width, 0.4f), floats((i + h) * width, 0.4f)};
    const Floats b[2] = {floats(2 * width, 0.3f), floats(2 * width, 0.3f)};
    const Bytes masks[2] = {mask((i + h) * width), mask((i + h) * width)};
    const Floats y = output(rows_ * 2 * h);
    BilstmInference call{};
    static_cast<BilstmLayer&>(call) = {steps.data(),
                                       static_cast<int>(steps.size()),
                                       static_cast<int>(rows_),
                                       s_.inputs,
                                       s_.hidden,
                                       x.data(),
                                       {w[0].data(), w[1].data()},
                                       {unlessDense(masks[0]), unlessDense(masks[1])}};
    call.index = index.data(), call.distinct = distinct;
    call.b[0] = b[0].data(), call.b[1] = b[1].data(), call.y = y.data();
    k_.bilstmInference(c_, call);
    keep(y);
  }

  void charCnn() {
    constexpr int kVocabulary = 11;
    const size_t d = static_cast<size_t>(s_.charDim), f = static_cast<size_t>(s_.filters);
    const size_t wide = static_cast<size_t>(s_.width) * d;
    Ints starts(rows_ + 1);
    starts[0] = 0;
    for (size_t word = 0; word < rows_; word++) starts[word + 1] = starts[word] + random_.below(9);
    const Ints chars = ints(static_cast<size_t>(starts[rows_]), kVocabulary);
    const Floats table = floats(kVocabulary * d), w = floats(wide * f), b = floats(f), dout = floats(rows_ * f);
    const Bytes kept = mask(wide * f);
    const CharCnn cnn{static_cast<int>(rows_),
                      chars.data(),
                      starts.data(),
                      kVocabulary,
                      s_.charDim,
                      s_.filters,
                      s_.width,
                      table.data(),
                      w.data(),
                      unlessDense(kept),
                      dropout()};
    const Floats out = output(rows_ * f);
    const Ints argmax = ints(rows_ * f, 2);
    k_.charCnnForward(c_, cnn, b.data(), out.data(), argmax.data());
    keep(out), keep(argmax);
    const Floats dTable = output(table.size()), dw = output(w.size()), db = output(f);
    k_.charCnnBackward(c_, cnn, dout.data(), argmax.data(), dTable.data(), dw.data(), db.data());
    keep(dTable), keep(dw), keep(db);
  }

  void linear() {
    const size_t i = static_cast<size_t>(s_.inputs), o = static_cast<size_t>(s_.classes);
    const Floats x = floats(rows_ * i), w = floats(i * o), b = floats(o), dy = floats(rows_ * o);
    const Floats y = output(rows_ * o), dx = output(rows_ * i), dw = output(i * o), db = output(o);
    k_.linearForward(c_, x.data(), w.data(), b.data(), rows_, i, o, y.data());
    keep(y);
    for (float* wanted : {dx.data(), static_cast<float*>(nullptr)}) {
      k_.linearBackward(c_, dy.data(), x.data(), w.data(), rows_, i, o, wanted, dw.data(), db.data());
      keep(dw), keep(db);
    }
    keep(dx);
  }

  void gather() {
    const size_t dim = static_cast<size_t>(s_.inputs), unique = rows_ / 2 + 1;
    const Floats table = floats(unique * dim), dy = floats(rows_ * dim);
    const Ints index = ints(rows_, static_cast<int>(unique));
    const Floats y = output(rows_ * dim), dRows = output(unique * dim), dropped = output(rows_ * dim);
    k_.gatherForward(c_, table.data(), index.data(), rows_, dim, dropout(), y.data());
    keep(y);
    k_.gatherBackward(c_, dy.data(), index.data(), rows_, dim, dropout(), dRows.data(), unique);
    keep(dRows);
    k_.dropout(c_, y.data(), y.size(), dropout(), dropped.data());
    k_.dropout(c_, y.data(), y.size(), dropout(), y.data());
    keep(dropped), keep(y);
  }

  void columns() {
    const size_t i = static_cast<size_t>(s_.inputs), h = static_cast<size_t>(s_.hidden);
    const Floats a = floats(rows_ * i), b = floats(rows_ * h), y = output(rows_ * (i + h));
    k_.concatColumns(c_, a.data(), b.data(), rows_, i, h, y.data());
    keep(y);
    k_.splitColumns(c_, y.data(), rows_, i, h, a.data(), b.data());
    keep(a), keep(b);
  }

  void classifiers() {
    const size_t classes = static_cast<size_t>(s_.classes);
    const Floats logits = floats(rows_ * classes, 3), transitions = floats(classes * classes), start = floats(classes),
                 end = floats(classes);
    const Ints tags = ints(rows_, s_.classes), ids = ints(rows_, 2), steps = batchSizes();
    k_.argmaxRows(c_, logits.data(), rows_, classes, ids.data());
    keep(ids);
    const Floats dLogits = output(logits.size());
    keep(k_.softmaxCrossEntropy(c_, logits.data(), tags.data(), rows_, classes, dLogits.data()));
    keep(dLogits);
    const Floats dEmissions = output(logits.size()), dTransitions = output(classes * classes), dStart = output(classes),
                 dEnd = output(classes);
    keep(k_.crfLoss(c_, logits.data(), tags.data(), steps.data(), steps.size(), rows_, transitions.data(), start.data(),
                    end.data(), classes, dEmissions.data(), dTransitions.data(), dStart.data(), dEnd.data()));
    keep(dEmissions), keep(dTransitions), keep(dStart), keep(dEnd);
    k_.crfDecode(c_, logits.data(), steps.data(), steps.size(), transitions.data(), start.data(), end.data(), classes,
                 ids.data());
    keep(ids);
  }

  void optimizer() {
    const size_t lengths[] = {0, 1, 7, 100, static_cast<size_t>(s_.inputs) * 997};
    constexpr size_t kArrays = 5;
    std::vector<Floats> weights, gradients, velocities;
    std::vector<Bytes> masks;
    float *w[kArrays], *v[kArrays];
    const float* g[kArrays];
    const uint8_t* m[kArrays];
    for (size_t a = 0; a < kArrays; a++) {
      weights.push_back(floats(lengths[a])), gradients.push_back(floats(lengths[a])),
          velocities.push_back(floats(lengths[a]));
      masks.push_back(mask(lengths[a]));
      w[a] = weights[a].data(), g[a] = gradients[a].data(), v[a] = velocities[a].data();
      m[a] = a % 2 ? masks[a].data() : nullptr;
    }
    keep(k_.sumOfSquares(c_, kArrays, lengths, g));
    k_.momentumUpdate(c_, kArrays, lengths, w, g, v, m, kStep);
    for (size_t a = 0; a < kArrays; a++) keep(weights[a]), keep(velocities[a]);
  }

  void lazyRows() {
    const size_t dim = static_cast<size_t>(s_.inputs), vocabulary = rows_ + 3, unique = rows_ / 2 + 1;
    const Floats table = floats(vocabulary * dim), velocity = floats(vocabulary * dim), dRows = floats(unique * dim),
                 out = output(unique * dim);
    const Ints lastStep = ints(vocabulary, 4);
    Ints ids(unique);
    for (size_t u = 0; u < unique; u++) ids[u] = static_cast<int32_t>(2 * u % vocabulary);
    for (float* wanted : {static_cast<float*>(nullptr), out.data()})
      k_.settleRows(c_, table.data(), velocity.data(), lastStep.data(), ids.data(), unique, dim, 5, 0.1, 0.9, wanted);
    k_.updateRows(c_, table.data(), velocity.data(), lastStep.data(), ids.data(), unique, dRows.data(), dim, 5, kStep);
    keep(out), keep(table), keep(velocity), keep(lastStep);
  }

  void keep(double value) {
    if (std::isnan(value)) complete_ = false;
    uint32_t words[2];
    std::memcpy(words, &value, sizeof value);
    bits_.insert(bits_.end(), words, words + 2);
  }

 public:
  bool complete() const { return complete_; }

 private:
  static constexpr MomentumStep kStep{0.1f, 0.9f, 0.5f, 0.25f, 1e-4f};
  const Kernels& k_;
  Context& c_;
  const Sizes& s_;
  Random random_;
  size_t rows_ = 0;
  bool complete_ = true;
  std::vector<uint32_t> bits_;
};

// Every kernel at these sizes: the same bits on one, two and three threads, and no output element left out.
void checkKernels(const char* isa, const Kernels& kernels, const Sizes& sizes) {
  std::vector<uint32_t> alone;
  for (const int threads : {1, 2, 3}) {
    Context context;
    context.setThreads(threads);
    Run run(kernels, context, sizes);
    const std::vector<uint32_t> bits = run.outputs();
    if (!run.complete()) fail(isa, "an output was not written, or is NaN");
    if (threads == 1) alone = bits;
    else if (bits != alone) fail(isa, "results depend on the number of threads");
  }
}

// Every kernel of one instruction set at all sizes.
void checkInstructionSet(const char* isa, const Kernels& kernels) {
  const Sizes all[] = {
      {{}, 3, 2, 2, 2, 3, 1, 1, true},
      {{1}, 1, 1, 1, 1, 1, 1, 1, false},
      {{14, 13, 9, 9, 2}, 13, 21, 9, 5, 7, 3, 0.7f, true},
      {{8, 8, 8, 8}, 16, 32, 16, 16, 16, 3, 0.5f, false},
      {{33, 31, 17, 16, 15, 4, 1}, 47, 50, 17, 30, 30, 5, 0.5f, true},
  };
  for (const Sizes& each : all) checkKernels(isa, kernels, each);
  std::printf("%s: every kernel at %zu settings of sizes\n", isa, sizeof all / sizeof *all);
}

// Parallel regions of all sizes, in quick succession and after pauses in which the workers fall asleep.
void checkThreads(int seed) {
  Random random(static_cast<uint32_t>(seed));
  Context context;
  std::vector<int> written;
  for (int region = 0; region < 1500; region++) {
    if (region % 250 == 0) context.setThreads(1 + random.below(4));
    if (region % 100 == 99) std::this_thread::sleep_for(std::chrono::microseconds(400));
    const int tasks = random.below(9);
    written.assign(static_cast<size_t>(tasks), -1);
    context.parallel(tasks, [&](int task) { written[static_cast<size_t>(task)] = region + task; });
    for (int task = 0; task < tasks; task++)
      if (written[static_cast<size_t>(task)] != region + task)
        return fail("threads", "a task was not run before its region ended");
  }
}

}  // namespace

int main() {
  // Every JavaScript thread has a pool of its own: several at once.
  std::vector<std::thread> callers;
  for (int seed = 1; seed <= 3; seed++) callers.emplace_back(checkThreads, seed);
  for (std::thread& caller : callers) caller.join();

#ifdef WITH_AVX512
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl"))
    checkInstructionSet("avx512", avx512::table);
#endif
#ifdef WITH_AVX2
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) checkInstructionSet("avx2", avx2::table);
#endif
#ifdef WITH_NEON
  checkInstructionSet("neon", neon::table);
#endif
#ifdef WITH_PORTABLE
  checkInstructionSet("portable", portable::table);
#endif
  return failures ? 1 : 0;
}
