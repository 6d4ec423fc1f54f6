#include "isa.h"

#include <stdexcept>
#include <string>

#if defined(__x86_64__) || defined(_M_X64)
#define X64 1
#include <immintrin.h>
#ifdef _WIN32
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#endif

#ifdef X64
namespace avx512 {
extern const Kernels table;
}
namespace avx2 {
extern const Kernels table;
}
#endif
#ifdef __aarch64__
namespace neon {
extern const Kernels table;
}
#else
namespace portable {
extern const Kernels table;
}
#endif

namespace {

struct Candidate {
  Isa isa;
  bool supported;
};

#ifdef X64
struct Registers {
  unsigned a, b, c, d;
};

Registers cpuid(unsigned leaf) {
  Registers r{};
#ifdef _WIN32
  int out[4];
  __cpuidex(out, static_cast<int>(leaf), 0);
  r = {unsigned(out[0]), unsigned(out[1]), unsigned(out[2]), unsigned(out[3])};
#else
  __get_cpuid_count(leaf, 0, &r.a, &r.b, &r.c, &r.d);
#endif
  return r;
}

// Which register files the operating system saves on a switch (XCR0).
unsigned savedState() {
  if (!(cpuid(1).c & (1u << 27))) return 0;  // OSXSAVE
#ifdef _WIN32
  return static_cast<unsigned>(_xgetbv(0));
#else
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
#endif
}

bool hasAvx2() {
  const bool fma = cpuid(1).c & (1u << 12), avx2 = cpuid(7).b & (1u << 5);
  return fma && avx2 && (savedState() & 0x6) == 0x6;
}

bool hasAvx512() {
  const unsigned f = 1u << 16, dq = 1u << 17, bw = 1u << 30, vl = 1u << 31, all = f | dq | bw | vl;
  return hasAvx2() && (cpuid(7).b & all) == all && (savedState() & 0xe6) == 0xe6;
}
#endif

}  // namespace

Isa chooseIsa(const char* wanted) {
  const Candidate candidates[] = {
  // best first
#ifdef X64
      {{"avx512", &avx512::table}, hasAvx512()},
      {{"avx2", &avx2::table}, hasAvx2()},
#endif
#ifdef __aarch64__
      {{"neon", &neon::table}, true},
#else
      {{"portable", &portable::table}, true},
#endif
  };
  std::string names;
  for (const Candidate& candidate : candidates) {
    if (!candidate.supported) continue;
    if (!wanted || !*wanted || std::string(wanted) == candidate.isa.name) return candidate.isa;
    names += (names.empty() ? "" : ", ") + std::string(candidate.isa.name);
  }
  throw std::runtime_error("SPARSE_SHARING_ISA=" + std::string(wanted) + " is not supported here; this machine has " +
                           names);
}
