// Persistent threads. After a parallel region they spin for a moment, because the next one usually follows within
// microseconds, and then sleep, because another process or worker may need the core.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

class ThreadPool {
 public:
  using Task = void (*)(const void* argument, int task, int thread);

  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }
  void run(int tasks, Task task, const void* argument);

 private:
  void work(int thread);
  bool takeTasks(uint32_t region, int thread);
  uint32_t waitForRegionAfter(uint32_t region);
  void sleepUntilRegionAfter(uint32_t region);
  void stop();

  // The open region and its next task, in one word (region << 32 | next): a late thread cannot take a task of a region
  // that has ended, and if it takes a task, what it read about the region is valid.
  alignas(64) std::atomic<uint64_t> ticket_{0};
  alignas(64) std::atomic<int> finished_{0};
  alignas(64) std::atomic<Task> task_{nullptr};
  std::atomic<const void*> argument_{nullptr};
  std::atomic<uint32_t> tasks_{0};
  std::atomic<bool> stopping_{false};
  alignas(64) std::atomic<int> sleepers_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::thread> workers_;
};
