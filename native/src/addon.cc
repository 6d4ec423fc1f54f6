// The module's entry, called once per JavaScript thread that loads the addon: chooses the instruction set, creates the
// thread's context, and exports one function per kernel.
#include <node_api.h>

#include <cstdlib>
#include <new>
#include <string>

#include "arguments.h"
#include "bindings.h"
#include "flush_denormals.h"

namespace {

constexpr size_t kMaxArguments = 20;
constexpr size_t kMaxThreads = 256;

struct Function {
  const char* name;
  Binding call;
};

napi_value setThreads(Arguments& a) {
  const size_t threads = a.count(0, "threads");
  if (threads < 1 || threads > kMaxThreads)
    a.fail("threads", "1 to " + std::to_string(kMaxThreads), std::to_string(threads));
  a.context().setThreads(static_cast<int>(threads));
  return nullptr;
}

napi_value getThreads(Arguments& a) { return a.result(a.context().threads()); }

const Function kFunctions[] = {{"setThreads", setThreads},
                               {"getThreads", getThreads},
#define K(Result, name, parameters) {#name, bindings::name},
                               SPARSE_SHARING_KERNELS(K)
#undef K
};

// Every call from JavaScript goes through here: C++ exceptions become JavaScript errors, and scratch memory is
// released.
napi_value invoke(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  const Function* function = static_cast<const Function*>(data);
  napi_value result = nullptr;
  try {
    Arguments arguments(env, info, kMaxArguments, function->name);
    arguments.context().releaseScratch();
    const FlushDenormals flush;
    result = function->call(arguments);
  } catch (const ArgumentError& error) {
    napi_throw_type_error(env, nullptr, error.what());
  } catch (const ValueError& error) {
    napi_throw_range_error(env, nullptr, error.what());
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, nullptr, (std::string(function->name) + ": out of memory").c_str());
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return result;
}

void setProperty(napi_env env, napi_value exports, const char* name, napi_value value) {
  napi_set_named_property(env, exports, name, value);
}

}  // namespace

NAPI_MODULE_INIT() {
  Instance* instance = nullptr;
  try {
    instance = new Instance{chooseIsa(std::getenv("SPARSE_SHARING_ISA")), {}};
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return exports;
  }
  napi_set_instance_data(
      env, instance, [](napi_env, void* data, void*) { delete static_cast<Instance*>(data); }, nullptr);
  napi_value value = nullptr;
  napi_create_string_utf8(env, instance->isa.name, NAPI_AUTO_LENGTH, &value);
  setProperty(env, exports, "isa", value);
  for (const Function& function : kFunctions) {
    napi_create_function(env, function.name, NAPI_AUTO_LENGTH, invoke, const_cast<Function*>(&function), &value);
    setProperty(env, exports, function.name, value);
  }
  return exports;
}
