// Passed to every kernel: the threads and the scratch memory of the calling JavaScript thread.
// Included by the kernels, which are compiled for several instruction sets: no standard library templates here
// (an inline function compiled with AVX-512 could be the copy that the linker keeps for all).
#pragma once
#include <cstddef>
#include <cstdint>

class Arena;
class ThreadPool;

class Context {
 public:
  Context();
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  int threads() const;
  void setThreads(int threads);

  // Scratch of `count` elements, aligned to 64 bytes, uninitialised, valid until the call into the addon returns.
  // Only the calling thread may take memory: take what the threads need before parallel().
  float* floats(size_t count) { return static_cast<float*>(take(count * sizeof(float))); }
  int32_t* ints(size_t count) { return static_cast<int32_t*>(take(count * sizeof(int32_t))); }
  void* take(size_t bytes);
  // Releases all scratch; the memory is kept for the next call.
  void releaseScratch();

  // body(task) or body(task, thread) for task = 0 … tasks-1, in any order, on up to threads() threads, and waits for
  // all. 0 <= thread < threads(). Tasks must write different outputs.
  template <class Body>
  void parallel(int tasks, const Body& body) {
    run(
        tasks,
        [](const void* argument, int task, int thread) {
          const Body& call = *static_cast<const Body*>(argument);
          if constexpr (requires { call(task, thread); }) call(task, thread);
          else call(task);
        },
        &body);
  }

 private:
  void run(int tasks, void (*task)(const void* argument, int task, int thread), const void* argument);
  Arena* arena_;
  ThreadPool* pool_;
};

// Monotonic clock.
double secondsNow();
