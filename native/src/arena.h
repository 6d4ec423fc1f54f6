// Scratch memory for one call at a time: takes only move a pointer. What did not fit is allocated beside, and the next
// call finds one block large enough for all: no allocation and no page fault once calls repeat their sizes.
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

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { freeAll(); }

  void* take(size_t bytes) {
    bytes = (bytes + kLine - 1) / kLine * kLine + kLine;  // one line apart: no false sharing, small overreads are harmless
    if (blocks_.empty() || used_ + bytes > blocks_.back().bytes) grow(bytes);
    void* taken = blocks_.back().data + used_;
    used_ += bytes;
    return taken;
  }

  void release() {
    if (blocks_.size() > 1) {
      size_t total = 0;
      for (const Block& block : blocks_) total += block.bytes;
      freeAll();
      grow(total);
    }
    used_ = 0;
  }

 private:
  static constexpr size_t kLine = 64, kHugePage = size_t{2} << 20;
  struct Block { char* data; size_t bytes; };

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
    blocks_.push_back({static_cast<char*>(data), bytes});
    used_ = 0;
  }

  void freeAll() {
    for (const Block& block : blocks_) {
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
