#include "arguments.h"

#include <cmath>

namespace {

const char* nameOf(napi_typedarray_type type) {
  switch (type) {
    case napi_int8_array: return "Int8Array";
    case napi_uint8_array: return "Uint8Array";
    case napi_uint8_clamped_array: return "Uint8ClampedArray";
    case napi_int16_array: return "Int16Array";
    case napi_uint16_array: return "Uint16Array";
    case napi_int32_array: return "Int32Array";
    case napi_uint32_array: return "Uint32Array";
    case napi_float32_array: return "Float32Array";
    case napi_float64_array: return "Float64Array";
    case napi_bigint64_array: return "BigInt64Array";
    case napi_biguint64_array: return "BigUint64Array";
    default: return "another typed array";
  }
}

const char* nameOf(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, value, &type);
  switch (type) {
    case napi_undefined: return "undefined";
    case napi_null: return "null";
    case napi_boolean: return "a boolean";
    case napi_number: return "a number";
    case napi_string: return "a string";
    case napi_function: return "a function";
    default: return "an object";
  }
}

template <class T>
Array<T> as(const Array<uint8_t>& array) {
  return {reinterpret_cast<T*>(array.data), array.length};
}

}  // namespace

Arguments::Arguments(napi_env env, napi_callback_info info, size_t expected, const char* function)
    : env_(env), function_(function), values_(expected) {
  size_t count = expected;
  napi_get_cb_info(env, info, &count, values_.data(), nullptr, nullptr);
  napi_get_instance_data(env, reinterpret_cast<void**>(&instance_));
}

void Arguments::fail(const std::string& name, const std::string& expected, const std::string& found) const {
  throw ArgumentError(std::string(function_) + ": " + name + ": expected " + expected + ", found " + found);
}

void Arguments::failRange(const std::string& name, const std::string& expected, const std::string& found) const {
  throw ValueError(std::string(function_) + ": " + name + ": expected " + expected + ", found " + found);
}

double Arguments::number(size_t index, const char* name) const {
  double value = 0;
  if (napi_get_value_double(env_, values_[index], &value) != napi_ok)
    fail(name, "a number", nameOf(env_, values_[index]));
  if (!std::isfinite(value)) fail(name, "a finite number", std::to_string(value));
  return value;
}

size_t Arguments::count(size_t index, const char* name) const {
  const double value = number(index, name);
  if (value < 0 || value > 2147483647.0 || value != std::floor(value))
    fail(name, "a whole number from 0 to 2147483647", std::to_string(value));
  return static_cast<size_t>(value);
}

int32_t Arguments::integer(size_t index, const char* name) const {
  const double value = number(index, name);
  if (value < -2147483648.0 || value > 4294967295.0 || value != std::floor(value))
    fail(name, "a whole number of 32 bits", std::to_string(value));
  return static_cast<int32_t>(static_cast<uint32_t>(static_cast<int64_t>(value)));
}

bool Arguments::isNull(size_t index) const {
  napi_valuetype type = napi_undefined;
  napi_typeof(env_, values_[index], &type);
  return type == napi_null;
}

Array<uint8_t> Arguments::typed(napi_value value, const std::string& name, napi_typedarray_type type) const {
  bool isTyped = false;
  napi_is_typedarray(env_, value, &isTyped);
  if (!isTyped) fail(name, nameOf(type), nameOf(env_, value));
  napi_typedarray_type found;
  size_t length = 0;
  void* data = nullptr;
  napi_get_typedarray_info(env_, value, &found, &length, &data, nullptr, nullptr);
  if (found != type) fail(name, nameOf(type), nameOf(found));
  return {static_cast<uint8_t*>(data), length};
}

void Arguments::checkShape(const char* name, size_t length, std::initializer_list<size_t> shape) const {
  double product = 1;
  std::string text;
  for (const size_t size : shape) {
    product *= static_cast<double>(size);
    text += (text.empty() ? "[" : ", ") + std::to_string(size);
  }
  const double found = static_cast<double>(length);
  if (product != found) fail(name, "shape " + text + "]", std::to_string(length) + " elements");
}

Array<float> Arguments::floats(size_t index, const char* name) const {
  return as<float>(typed(values_[index], name, napi_float32_array));
}

Array<float> Arguments::floats(size_t index, const char* name, std::initializer_list<size_t> shape) const {
  const Array<float> array = floats(index, name);
  checkShape(name, array.length, shape);
  return array;
}

Array<float> Arguments::floatsOrNull(size_t index, const char* name, std::initializer_list<size_t> shape) const {
  return isNull(index) ? Array<float>{} : floats(index, name, shape);
}

Array<int32_t> Arguments::ints(size_t index, const char* name) const {
  return as<int32_t>(typed(values_[index], name, napi_int32_array));
}

Array<int32_t> Arguments::ints(size_t index, const char* name, std::initializer_list<size_t> shape) const {
  const Array<int32_t> array = ints(index, name);
  checkShape(name, array.length, shape);
  return array;
}

Array<uint8_t> Arguments::bytesOrNull(size_t index, const char* name, std::initializer_list<size_t> shape) const {
  if (isNull(index)) return {};
  const Array<uint8_t> array = typed(values_[index], name, napi_uint8_array);
  checkShape(name, array.length, shape);
  return array;
}

size_t Arguments::rows(size_t index, const char* name, size_t width) const {
  const size_t length = floats(index, name).length;
  if (width == 0) fail(name, "a width of at least 1", "0");
  if (length % width) fail(name, "rows of " + std::to_string(width), std::to_string(length) + " elements");
  return length / width;
}

Array<int32_t> Arguments::batchSizes(size_t index, const char* name, size_t rows) const {
  const Array<int32_t> sizes = ints(index, name);
  size_t sum = 0;
  for (size_t t = 0; t < sizes.length; t++) {
    if (sizes[t] < 1 || (t > 0 && sizes[t] > sizes[t - 1]))
      fail(name, "positive sizes that never grow", std::to_string(sizes[t]) + " at " + std::to_string(t));
    sum += static_cast<size_t>(sizes[t]);
  }
  if (sum != rows) fail(name, "a sum of " + std::to_string(rows), std::to_string(sum));
  return sizes;
}

std::vector<napi_value> Arguments::list(size_t index, const char* name) const {
  bool isArray = false;
  napi_is_array(env_, values_[index], &isArray);
  if (!isArray) fail(name, "an array", nameOf(env_, values_[index]));
  uint32_t length = 0;
  napi_get_array_length(env_, values_[index], &length);
  std::vector<napi_value> items(length);
  for (uint32_t i = 0; i < length; i++) napi_get_element(env_, values_[index], i, &items[i]);
  return items;
}

std::vector<Array<float>> Arguments::floatLists(size_t index, const char* name) const {
  std::vector<Array<float>> arrays;
  for (const napi_value item : list(index, name))
    arrays.push_back(
        as<float>(typed(item, std::string(name) + "[" + std::to_string(arrays.size()) + "]", napi_float32_array)));
  return arrays;
}

std::vector<Array<uint8_t>> Arguments::maskLists(size_t index, const char* name) const {
  std::vector<Array<uint8_t>> arrays;
  for (const napi_value item : list(index, name)) {
    napi_valuetype type = napi_undefined;
    napi_typeof(env_, item, &type);
    if (type == napi_null) {
      arrays.push_back({});
      continue;
    }
    static uint8_t nothing;  // an empty array may have no data, but is not null
    arrays.push_back(typed(item, std::string(name) + "[" + std::to_string(arrays.size()) + "]", napi_uint8_array));
    if (!arrays.back().data) arrays.back().data = &nothing;
  }
  return arrays;
}

napi_value Arguments::result(double value) const {
  napi_value result = nullptr;
  napi_create_double(env_, value, &result);
  return result;
}
