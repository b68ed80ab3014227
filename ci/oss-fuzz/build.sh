#!/bin/bash -eu
# What OSS-Fuzz and ClusterFuzzLite run to build the fuzz targets. From the
# environment, as they set it: CC, CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE,
# SANITIZER, FUZZING_ENGINE, ARCHITECTURE, SRC, OUT, WORK. In $SRC: tlbdiff, and
# the patched QEMU that ci/qemu-source.sh has made in $SRC/qemu.
# Leaves in $OUT, for each target: the program, with all but the C library linked
# statically; its seeds, its dictionary, its options.
set -o pipefail

root=$SRC/tlbdiff
build=$WORK/tlbdiff

case $ARCHITECTURE:$SANITIZER in
i386:*)
  echo "build.sh: ARCHITECTURE=$ARCHITECTURE: QEMU needs a 64-bit host: build for x86_64" >&2
  exit 1 ;;
*:memory | *:thread | *:dataflow)
  echo "build.sh: SANITIZER=$SANITIZER: not supported (see README.md beside this script): build with address, undefined or none" >&2
  exit 1 ;;
esac

# Function pointers of QEMU's are called through other types; unsigned numbers
# may overflow, as in hashes; the frames of the sanitizers' reports are to be whole.
CFLAGS+=" -fno-sanitize=function,unsigned-integer-overflow -fno-omit-frame-pointer -Wno-unused-command-line-argument"
export CFLAGS
# AFL++'s compiler is told in another way what to instrument: for it, a line of
# functions adds to the files.
grep -h '^src:' "$root/ci/coverage-allowlist.txt" "$root/harness/qemu/devices/coverage-allowlist.txt" > "$WORK/allowlist"
[ "${FUZZING_ENGINE:-}" != afl ] || export AFL_LLVM_ALLOWLIST=$WORK/allowlist

meson setup -Dflavour=cflags -Dprefer_static=true -Dqemu="$SRC/qemu/src" -Db_pie=true "$build" "$root"
# shellcheck source=ci/fuzz-lib.sh
. "$root/ci/fuzz-lib.sh"
ninja -C "$build" fuzz-targets/dictionary "${all_targets[@]}"

for target in "${all_targets[@]}"; do
  cp "$build/$target" "$OUT/"
  cp "$root/fuzz-targets/libfuzzer.options" "$OUT/$target.options"
  "$build/fuzz-targets/dictionary" "${target#fuzz-}" > "$OUT/$target.dict"
  printf 'dict = %s.dict\n' "$target" >> "$OUT/$target.options"
  rm -f "$OUT/${target}_seed_corpus.zip"
  find "$root/corpus/$target" -name '*.tlb' -not -path '*/found/*' | sort \
    | xargs python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip"
done
