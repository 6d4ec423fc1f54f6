#include "context.h"

#include <chrono>

#include "arena.h"
#include "thread_pool.h"

Context::Context() : arena_(new Arena), pool_(new ThreadPool(1)) {}

Context::~Context() {
  delete pool_;
  delete arena_;
}

int Context::threads() const { return pool_->threads(); }

void Context::setThreads(int threads) {
  if (threads == pool_->threads()) return;
  ThreadPool* pool = new ThreadPool(threads);
  delete pool_;
  pool_ = pool;
}

void* Context::take(size_t bytes) { return arena_->take(bytes); }

void Context::releaseScratch() { arena_->release(); }

void Context::run(int tasks, void (*task)(const void*, int, int), const void* argument) {
  pool_->run(tasks, task, argument);
}

double secondsNow() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
