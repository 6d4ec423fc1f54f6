#include "thread_pool.h"

#include <chrono>

#include "flush_denormals.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
static inline void pauseCore() { _mm_pause(); }
#elif defined(__aarch64__)
static inline void pauseCore() { __asm__ volatile("yield"); }
#else
static inline void pauseCore() {}
#endif

namespace {

using Clock = std::chrono::steady_clock;
constexpr uint32_t kClosed = UINT32_MAX;  // a `next` that no region reaches
constexpr auto kSpin = std::chrono::microseconds(200);  // before a worker sleeps
constexpr auto kPatience =
    std::chrono::microseconds(20);  // before a caller that is done yields its core to a slower thread

uint32_t regionOf(uint64_t ticket) { return static_cast<uint32_t>(ticket >> 32); }
uint32_t nextOf(uint64_t ticket) { return static_cast<uint32_t>(ticket); }

// Spins until done() is true, at most for `limit`; returns whether it was.
template <class Done>
bool spin(Clock::duration limit, const Done& done) {
  const auto start = Clock::now();
  do {
    for (int i = 0; i < 32; i++) {
      if (done()) return true;
      pauseCore();
    }
  } while (Clock::now() - start < limit);
  return false;
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
  try {
    for (int thread = 1; thread < threads; thread++) workers_.emplace_back([this, thread] { work(thread); });
  } catch (...) {
    stop();
    throw;
  }
}

ThreadPool::~ThreadPool() { stop(); }

void ThreadPool::stop() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(int tasks, Task task, const void* argument) {
  if (workers_.empty() || tasks <= 1) {
    for (int i = 0; i < tasks; i++) task(argument, i, 0);
    return;
  }
  // Close the previous region first: a thread that is late for it would compare its ticket with the new number of
  // tasks. The new values are released after this store, so whoever reads one of them sees the region closed.
  const uint32_t last = regionOf(ticket_.load(std::memory_order_relaxed));
  ticket_.store(static_cast<uint64_t>(last) << 32 | kClosed, std::memory_order_relaxed);
  task_.store(task, std::memory_order_release);
  argument_.store(argument, std::memory_order_release);
  tasks_.store(static_cast<uint32_t>(tasks), std::memory_order_release);
  finished_.store(0, std::memory_order_relaxed);
  const uint32_t region = last + 1;
  ticket_.store(static_cast<uint64_t>(region) << 32);
  // Sequentially consistent with sleepUntilRegionAfter: either we see the sleeper, or it sees the region.
  if (sleepers_.load() > 0) {
    { std::lock_guard<std::mutex> lock(mutex_); }
    wake_.notify_all();
  }
  takeTasks(region, 0);
  const auto done = [&] { return finished_.load(std::memory_order_acquire) == tasks; };
  while (!spin(kPatience, done)) std::this_thread::yield();
}

// Takes tasks of the region until none is left.
bool ThreadPool::takeTasks(uint32_t region, int thread) {
  const Task task = task_.load(std::memory_order_acquire);
  const void* argument = argument_.load(std::memory_order_acquire);
  const uint32_t tasks = tasks_.load(std::memory_order_acquire);
  bool any = false;
  uint64_t ticket = ticket_.load(std::memory_order_acquire);
  while (regionOf(ticket) == region && nextOf(ticket) < tasks) {
    if (!ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel, std::memory_order_acquire))
      continue;
    task(argument, static_cast<int>(nextOf(ticket)), thread);
    any = true;
    finished_.fetch_add(1, std::memory_order_release);
    ticket = ticket_.load(std::memory_order_acquire);
  }
  return any;
}

void ThreadPool::work(int thread) {
  const FlushDenormals flush;
  uint32_t region = 0;
  while (!stopping_.load(std::memory_order_acquire)) {
    region = waitForRegionAfter(region);
    takeTasks(region, thread);
  }
}

uint32_t ThreadPool::waitForRegionAfter(uint32_t region) {
  const auto opened = [&] {
    return regionOf(ticket_.load(std::memory_order_acquire)) != region || stopping_.load(std::memory_order_acquire);
  };
  if (!spin(kSpin, opened)) sleepUntilRegionAfter(region);
  return regionOf(ticket_.load(std::memory_order_acquire));
}

void ThreadPool::sleepUntilRegionAfter(uint32_t region) {
  std::unique_lock<std::mutex> lock(mutex_);
  sleepers_.fetch_add(1);
  wake_.wait(lock, [&] { return regionOf(ticket_.load()) != region || stopping_.load(); });
  sleepers_.fetch_sub(1);
}
