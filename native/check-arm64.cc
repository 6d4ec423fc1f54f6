// Runs the BiLSTM kernels without Node, for check-arm64.sh: their gradients against differences of their own forward
// pass.
#include <cmath>
#include <cstdio>
#include <vector>

#include "src/isa.h"

namespace {

using Floats = std::vector<float>;

Floats random(size_t n, float scale) {
  static uint32_t state = 1;
  Floats values(n);
  for (float& value : values)
    value = (static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) / (1 << 23) - 1) * scale;
  return values;
}

constexpr int kInputs = 13, kHidden = 21, kWidth = 4 * kHidden;
const std::vector<int32_t> kSizes = {14, 13, 9, 9, 2};
constexpr int kRows = 47;

struct Layer {
  Floats x = random(kRows * kInputs, 1), dy = random(kRows * 2 * kHidden, 1);
  Floats w[2] = {random((kInputs + kHidden) * kWidth, 0.4f), random((kInputs + kHidden) * kWidth, 0.4f)};
  Floats b[2] = {random(2 * kWidth, 0.3f), random(2 * kWidth, 0.3f)};
  Floats y = Floats(kRows * 2 * kHidden), gates = Floats(2 * kRows * kWidth), cells = Floats(2 * kRows * kHidden),
         dx = Floats(kRows * kInputs);
  Floats dw[2] = {Floats(w[0].size()), Floats(w[0].size())}, db[2] = {Floats(2 * kWidth), Floats(2 * kWidth)};

  // The loss that bilstmBackward differentiates: the sum of dy * y.
  double forward(const Kernels& kernels, Context& context) {
    BilstmForward call{};
    static_cast<BilstmLayer&>(call) = shared();
    call.b[0] = b[0].data(), call.b[1] = b[1].data();
    call.y = y.data(), call.gates = gates.data(), call.cells = cells.data();
    kernels.bilstmForward(context, call);
    context.releaseScratch();
    double loss = 0;
    for (size_t i = 0; i < y.size(); i++) loss += static_cast<double>(dy[i]) * y[i];
    return loss;
  }

  void backward(const Kernels& kernels, Context& context) {
    BilstmBackward call{};
    static_cast<BilstmLayer&>(call) = shared();
    call.dy = dy.data(), call.y = y.data(), call.gates = gates.data(), call.cells = cells.data(), call.dx = dx.data();
    for (int direction = 0; direction < 2; direction++)
      call.dw[direction] = dw[direction].data(), call.db[direction] = db[direction].data();
    kernels.bilstmBackward(context, call);
    context.releaseScratch();
  }

  BilstmLayer shared() {
    return {kSizes.data(),
            static_cast<int>(kSizes.size()),
            kRows,
            kInputs,
            kHidden,
            x.data(),
            {w[0].data(), w[1].data()},
            {nullptr, nullptr}};
  }
};

}  // namespace

int main() {
  const Isa isa = chooseIsa(nullptr);
  Context context;
  context.setThreads(2);
  Layer layer;
  layer.forward(*isa.kernels, context);
  layer.backward(*isa.kernels, context);
  double worst = 0;
  const auto compare = [&](Floats& values, const Floats& gradient) {
    for (size_t i = 0; i < values.size(); i += 17) {
      const float value = values[i], step = 0.01f;
      values[i] = value + step;
      const double above = layer.forward(*isa.kernels, context);
      values[i] = value - step;
      const double below = layer.forward(*isa.kernels, context);
      values[i] = value;
      worst = std::fmax(worst, std::fabs((above - below) / (2 * step) - gradient[i]) / (1 + std::fabs(gradient[i])));
    }
  };
  compare(layer.x, layer.dx);
  for (int direction = 0; direction < 2; direction++) {
    compare(layer.w[direction], layer.dw[direction]);
    compare(layer.b[direction], layer.db[direction]);
  }
  std::printf("%s: largest relative difference of a gradient %.1e\n", isa.name, worst);
  return worst < 2e-3 ? 0 : 1;
}
