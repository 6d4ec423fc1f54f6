// Reads and checks what JavaScript passed. Every check throws ArgumentError before anything is written.
#pragma once
#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "isa.h"

// Thrown as a TypeError, or a RangeError for a value outside its range.
struct ArgumentError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct ValueError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class T>
struct Array {
  T* data = nullptr;
  size_t length = 0;
  T& operator[](size_t i) const { return data[i]; }
};

// The state of one JavaScript thread that loaded the addon.
struct Instance {
  Isa isa;
  Context context;
};

class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info, size_t expected, const char* function);

  Context& context() const { return instance_->context; }
  const Kernels& kernels() const { return *instance_->isa.kernels; }

  // The argument at `index`; `name` is used in messages. An array's shape is the product of the given sizes.
  size_t count(size_t index, const char* name) const;  // a whole number 0 … 2^31 - 1
  int32_t integer(size_t index, const char* name) const;  // a whole number, signed or unsigned 32 bits (wraps)
  double number(size_t index, const char* name) const;  // finite
  bool isNull(size_t index) const;
  Array<float> floats(size_t index, const char* name) const;
  Array<float> floats(size_t index, const char* name, std::initializer_list<size_t> shape) const;
  Array<float> floatsOrNull(size_t index, const char* name, std::initializer_list<size_t> shape) const;
  Array<int32_t> ints(size_t index, const char* name) const;
  Array<int32_t> ints(size_t index, const char* name, std::initializer_list<size_t> shape) const;
  Array<uint8_t> bytesOrNull(size_t index, const char* name, std::initializer_list<size_t> shape) const;  // a mask
  std::vector<Array<float>> floatLists(size_t index, const char* name) const;
  std::vector<Array<uint8_t>> maskLists(size_t index, const char* name) const;  // entries may be null
  // The N of an array [N, width].
  size_t rows(size_t index, const char* name, size_t width) const;
  // batchSizes of a packed batch: positive, never growing; their sum must be N.
  Array<int32_t> batchSizes(size_t index, const char* name, size_t rows) const;

  napi_value result(double value) const;

  [[noreturn]] void fail(const std::string& name, const std::string& expected, const std::string& found) const;
  // For a value out of its range, where the argument's type and size are right.
  [[noreturn]] void failRange(const std::string& name, const std::string& expected, const std::string& found) const;

 private:
  Array<uint8_t> typed(napi_value value, const std::string& name, napi_typedarray_type type) const;
  void checkShape(const char* name, size_t length, std::initializer_list<size_t> shape) const;
  std::vector<napi_value> list(size_t index, const char* name) const;

  napi_env env_;
  const char* function_;
  Instance* instance_ = nullptr;
  std::vector<napi_value> values_;
};
