// Every kernel, named as in native/contract.ts: K(result, name, parameters). From this list
// follow the table of function pointers of each instruction set (kernels/table.cc), the kernels' declarations, and the
// functions that JavaScript sees. bindings/ checks all sizes before it calls a kernel.
#pragma once
#include <cstddef>
#include <cstdint>

#include "bilstm.h"
#include "char_cnn.h"
#include "context.h"
#include "dropout.h"
#include "momentum.h"

#define SPARSE_SHARING_KERNELS(K) \
  K(double, fmaPeak, (Context & context, double seconds)) \
  K(void, bilstmForward, (Context & context, const BilstmForward& layer)) \
  K(void, bilstmInference, (Context & context, const BilstmInference& layer)) \
  K(void, bilstmBackward, (Context & context, const BilstmBackward& layer)) \
  K(void, charCnnForward, (Context & context, const CharCnn& cnn, const float* b, float* out, int32_t* argmax)) \
  K(void, charCnnBackward, \
    (Context & context, const CharCnn& cnn, const float* dout, const int32_t* argmax, float* dTable, float* dw, \
     float* db)) \
  K(void, linearForward, \
    (Context & context, const float* x, const float* w, const float* b, size_t n, size_t inputs, size_t outputs, \
     float* y)) \
  K(void, linearBackward, \
    (Context & context, const float* dy, const float* x, const float* w, size_t n, size_t inputs, size_t outputs, \
     float* dx, float* dw, float* db)) \
  K(void, gatherForward, \
    (Context & context, const float* rows, const int32_t* index, size_t n, size_t dim, const Dropout& dropout, \
     float* y)) \
  K(void, gatherBackward, \
    (Context & context, const float* dy, const int32_t* index, size_t n, size_t dim, const Dropout& dropout, \
     float* dRows, size_t unique)) \
  K(void, dropout, (Context & context, const float* x, size_t n, const Dropout& dropout, float* y)) \
  K(void, concatColumns, \
    (Context & context, const float* a, const float* b, size_t n, size_t aWidth, size_t bWidth, float* y)) \
  K(void, splitColumns, \
    (Context & context, const float* y, size_t n, size_t aWidth, size_t bWidth, float* a, float* b)) \
  K(void, argmaxRows, (Context & context, const float* logits, size_t n, size_t classes, int32_t* ids)) \
  K(double, softmaxCrossEntropy, \
    (Context & context, const float* logits, const int32_t* tags, size_t n, size_t classes, float* dLogits)) \
  K(double, crfLoss, \
    (Context & context, const float* emissions, const int32_t* tags, const int32_t* batchSizes, size_t steps, \
     size_t n, const float* transitions, const float* start, const float* end, size_t classes, float* dEmissions, \
     float* dTransitions, float* dStart, float* dEnd)) \
  K(void, crfDecode, \
    (Context & context, const float* emissions, const int32_t* batchSizes, size_t steps, const float* transitions, \
     const float* start, const float* end, size_t classes, int32_t* ids)) \
  K(double, sumOfSquares, (Context & context, size_t arrays, const size_t* lengths, const float* const* data)) \
  K(void, momentumUpdate, \
    (Context & context, size_t arrays, const size_t* lengths, float* const* weights, const float* const* gradients, \
     float* const* velocities, const uint8_t* const* masks, const MomentumStep& step)) \
  K(void, settleRows, \
    (Context & context, float* table, float* velocity, int32_t* lastStep, const int32_t* ids, size_t unique, \
     size_t dim, int32_t step, double learningRate, double momentum, float* out)) \
  K(void, updateRows, \
    (Context & context, float* table, float* velocity, int32_t* lastStep, const int32_t* ids, size_t unique, \
     const float* dRows, size_t dim, int32_t step, const MomentumStep& how))

struct Kernels {
#define K(Result, name, parameters) Result(*name) parameters;
  SPARSE_SHARING_KERNELS(K)
#undef K
};
