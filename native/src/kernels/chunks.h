// Cuts a list of arrays into chunks of at most `size` elements, none spanning two arrays: threads share the work evenly
// even if array sizes differ widely, and the chunks are the same for every number of threads.
#pragma once
#include "simd.h"

namespace ISA {

struct Chunk {
  int array;
  size_t start, end;
};

struct Chunks {
  Chunk* chunks;
  int count;
};

static inline Chunks cutIntoChunks(Context& context, size_t arrays, const size_t* lengths, size_t size) {
  size_t count = 0;
  for (size_t a = 0; a < arrays; a++) count += (lengths[a] + size - 1) / size;
  Chunk* chunks = static_cast<Chunk*>(context.take(count * sizeof(Chunk)));
  int next = 0;
  for (size_t a = 0; a < arrays; a++)
    for (size_t start = 0; start < lengths[a]; start += size)
      chunks[next++] = {static_cast<int>(a), start, start + size < lengths[a] ? start + size : lengths[a]};
  return {chunks, next};
}

}  // namespace ISA
