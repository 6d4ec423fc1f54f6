// Scratch memory of one call: take() only moves a pointer. What does not fit goes to a further block, and the next call
// gets one block of the total size, so that calls of repeating sizes need no allocation and cause no page faults.
#pragma once
#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>
#ifdef _WIN32
#include <malloc.h>
#elif defined(__linux__)
#include <sys/mman.h>
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(data, bytes) ((void)(data), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(data, bytes) ((void)(data), (void)(bytes))
#endif

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { freeAll(); }

  void* take(size_t bytes) {
    // Rounded up, plus one line: no false sharing, and small overreads are harmless.
    bytes = (bytes + kLine - 1) / kLine * kLine + kLine;
    if (blocks_.empty() || used_ + bytes + kRedZone > blocks_.back().bytes) grow(bytes + kRedZone);
    void* taken = blocks_.back().data + used_;
    ASAN_UNPOISON_MEMORY_REGION(taken, bytes);
    used_ += bytes + kRedZone;
    return taken;
  }

  void release() {
    if (blocks_.size() > 1) {
      size_t total = 0;
      for (const Block& block : blocks_) total += block.bytes;
      freeAll();
      grow(total);
    }
    for (const Block& block : blocks_) ASAN_POISON_MEMORY_REGION(block.data, block.bytes);
    used_ = 0;
  }

 private:
  static constexpr size_t kLine = 64, kHugePage = size_t{2} << 20;
  // Memory after every take() that AddressSanitizer guards.
#ifdef __SANITIZE_ADDRESS__
  static constexpr size_t kRedZone = kLine;
#else
  static constexpr size_t kRedZone = 0;
#endif
  struct Block {
    char* data;
    size_t bytes;
  };

  void grow(size_t bytes) {
    bytes = (bytes + kHugePage - 1) / kHugePage * kHugePage;
#ifdef _WIN32
    void* data = _aligned_malloc(bytes, kHugePage);
#else
    void* data = std::aligned_alloc(kHugePage, bytes);
#endif
    if (!data) throw std::bad_alloc();
#ifdef __linux__
    madvise(data, bytes, MADV_HUGEPAGE);
#endif
    ASAN_POISON_MEMORY_REGION(data, bytes);
    blocks_.push_back({static_cast<char*>(data), bytes});
    used_ = 0;
  }

  void freeAll() {
    for (const Block& block : blocks_) {
      ASAN_UNPOISON_MEMORY_REGION(block.data, block.bytes);
#ifdef _WIN32
      _aligned_free(block.data);
#else
      std::free(block.data);
#endif
    }
    blocks_.clear();
  }

  std::vector<Block> blocks_;
  size_t used_ = 0;
};
