#!/bin/bash
# Plays OSS-Fuzz: runs build.sh in the environment that its builder gives, and
# then does with the result what its check of builds and its runner do. Needs no
# container engine.
#   rehearse.sh WORKDIR [BUILD...]   default: address undefined coverage introspector afl
# BUILD: a sanitizer (with libFuzzer), or afl (AFL++ with address).
# Prints "ok" or "FAIL" for each check; exit status: 0 if none failed.
# shellcheck disable=SC2317  # functions are called by `check`
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(realpath "$here/../..")
# shellcheck source=ci/test-lib.sh
. "$root/ci/test-lib.sh"

die() { echo "rehearse: $*" >&2; exit 2; }

# As base-builder sets them.
common='-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION'
ubsan=array-bounds,bool,builtin,enum,function,integer-divide-by-zero,null,object-size,return,returns-nonnull-attribute,shift,signed-integer-overflow,unreachable,vla-bound,vptr
declare -A flags=(
  [address]='-fsanitize=address -fsanitize-address-use-after-scope -fsanitize=fuzzer-no-link'
  [undefined]="-fsanitize=$ubsan,unsigned-integer-overflow -fno-sanitize-recover=$ubsan -fsanitize=fuzzer-no-link"
  [coverage]='-fprofile-instr-generate -fcoverage-mapping -pthread -Wl,--no-as-needed -Wl,-ldl -Wl,-lm'
  [introspector]='-O0 -flto -fno-inline-functions -fsanitize=fuzzer-no-link'
  [afl]='-fsanitize=address -fsanitize-address-use-after-scope'
)

# build NAME: what happens in the builder, in $work
build() {
  export SRC=$work/src WORK=$work/work OUT=$work/out ARCHITECTURE=x86_64
  export CC=clang CXX=clang++ SANITIZER=$1 FUZZING_ENGINE=libfuzzer LIB_FUZZING_ENGINE=-fsanitize=fuzzer
  if [ "$1" = afl ]; then
    CC=afl-clang-fast CXX=afl-clang-fast++ SANITIZER=address FUZZING_ENGINE=afl
    LIB_FUZZING_ENGINE=/usr/lib/afl/libAFLDriver.a
  fi
  [ "$1" != introspector ] || export AR=llvm-ar-14 RANLIB=llvm-ranlib-14 NM=llvm-nm-14
  export CFLAGS="$common ${flags[$1]}"
  export CXXFLAGS=$CFLAGS
  mkdir -p "$SRC" "$WORK" "$OUT"
  # what setup.sh does, without the packages
  mkdir "$SRC/tlbdiff"
  (cd "$root" && tar -c --exclude=./build* --exclude=./.git --exclude=found .) | tar -x -C "$SRC/tlbdiff"
  "$SRC/tlbdiff/ci/qemu-source.sh" "$SRC/qemu" > /dev/null
  cp "$SRC/tlbdiff/ci/oss-fuzz/build.sh" "$SRC/"
  (cd "$SRC" && ./build.sh)
}

# in_runner COMMAND...: in a file system with nothing but what is in $OUT, the C
# library and /tmp; the rest of it read-only; HOME is not set.
# shellcheck disable=SC2016  # expanded by the shell that is started
in_runner() {
  unshare -rm bash -c '
    set -e
    mount --bind "$0" "$0"
    mount -t tmpfs tmpfs "$0/tmp"
    mkdir "$0/tmp/empty"
    mount --rbind /proc "$0/proc"
    mount -o remount,bind,ro "$0"
    exec chroot "$0" "$@"' "$runner" /usr/bin/env -i PATH=/usr/bin "$@"
}

# Only what every runner has may be linked dynamically; it is put into $runner.
make_runner() {
  local lib libs other
  libs=$(ldd "${programs[@]}" /usr/bin/env | grep -oE '/[^ ]+\.so[^ ]*' | sort -u)
  other=$(ldd "${programs[@]}" | grep -oE '^\s+\S+' | grep -vE '/|(linux-vdso|libc|libm|libdl|librt|libpthread|libresolv|libgcc_s|libstdc\+\+)\.so' | sort -u | xargs)
  [ -z "$other" ] || { echo "linked dynamically: $other"; return 1; }
  rm -rf "$runner"
  mkdir -p "$runner"/{out,tmp,proc,dev,usr/bin}
  for lib in $libs; do install -D "$lib" "$runner$lib"; done
  cp /usr/bin/env "$runner/usr/bin/"
  cp -r "$work/out/." "$runner/out/"
  touch "$runner/dev/null"
}

# calls PREFIX PROGRAM: how many calls of functions whose names begin so
calls() { objdump -d "$2" | grep -cE "call.*<$1" || true; }

# As in bad_build_check: is it instrumented with that sanitizer, and no other?
is_instrumented() {
  local asan ubsan
  asan=$(calls __asan_ "$2") ubsan=$(calls __ubsan_handle "$2")
  case $1 in
  address | afl) [ "$asan" -ge 1000 ] && [ "$ubsan" -le 200 ] ;;
  undefined) [ "$ubsan" -ge 250 ] && [ "$asan" = 0 ] ;;
  *) [ "$asan" = 0 ] && [ "$ubsan" -le 200 ] ;;
  esac || { echo "$asan calls of ASan, $ubsan of UBSan"; return 1; }
}

# run TARGET ARGUMENT...: the target in the runner; its output is in $log
run() {
  local target=$1
  shift
  in_runner "/out/$target" "$@" > "$log" 2>&1 || { tail -n 5 "$log"; return 1; }
}

# The smallest run; sets `rss`, the memory that it takes in MiB.
starts() {
  run "$1" -runs=4 -seed=1337 -max_len=100 /tmp/empty || return 1
  rss=$(sed -n 's/.* rss: \([0-9]*\)Mb.*/\1/p' "$log" | tail -n 1)
}

has_edges() {
  local edges
  edges=$(sed -n 's/^INFO: Loaded .* modules *(\([0-9]*\) .*/\1/p' "$log" | head -n 1)
  [ "${edges:-0}" -ge 100 ] || { echo "${edges:-no} edges"; return 1; }
}

accepts_seeds() {
  local files
  files=$(find "$runner/out/seeds-$1" -type f | wc -l)
  [ "$files" -gt 0 ] || { echo "no seeds"; return 1; }
  # the seeds and the memory that a runner has beside the program
  run "$1" -runs=0 -rss_limit_mb=$((rss + 256)) -malloc_limit_mb=256 "-dict=/out/$1.dict" "/out/seeds-$1" || return 1
  grep -q "INITED.* corp: " "$log" || { tail -n 3 "$log"; return 1; }
}

options_are_known() {
  local option
  in_runner "/out/$1" -help=1 > "$log" 2>&1 || true
  while read -r option; do
    [ "$option" = dict ] || grep -qE "^ $option\s" "$log" || { echo "$option: no such option"; return 1; }
  done < <(sed -n 's/^\([a-z_]*\) *=.*/\1/p' "$runner/out/$1.options")
}

# As the runner's `coverage` does.
measures_coverage() {
  rm -rf "$work/profile"
  mkdir -p "$work/profile/dummy"
  LLVM_PROFILE_FILE=$work/profile/raw "$work/out/$1" -merge=1 -timeout=100 "$work/profile/dummy" "$runner/out/seeds-$1" > "$log" 2>&1 || return 1
  llvm-profdata-14 merge -o "$work/profile/data" "$work/profile/raw"
  llvm-cov-14 report -instr-profile "$work/profile/data" "$work/out/$1" > "$work/profile/report" 2> /dev/null
  awk '/accel\/tcg\/cputlb\.c / { found = 1; if ($(NF - 3) + 0 < 50) exit 1 } END { exit !found }' "$work/profile/report" \
    || { grep cputlb "$work/profile/report"; return 1; }
}

# afl-fuzz takes the seeds, and runs in persistent mode.
runs_under_afl() {
  AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 \
    afl-fuzz -i "$runner/out/seeds-$1" -o "$work/afl-$1" -m none -t 10000+ -V 10 -x "$work/out/$1.dict" -- "$work/out/$1" > "$log" 2>&1 \
    || { grep -a 'PROGRAM ABORT' "$log"; return 1; }
  awk '/^execs_done/ { n = $3 } /^target_mode/ { mode = $0 } END { exit !(n > 100 && mode ~ /persistent/ && mode ~ /shmem_testcase/) }' \
    "$work/afl-$1/default/fuzzer_stats" || { grep -E 'execs_done|target_mode' "$work/afl-$1/default/fuzzer_stats"; return 1; }
}

# check_target BUILD TARGET
check_target() {
  local seeds=$runner/out/seeds-$2
  mkdir -p "$seeds"
  python3 -m zipfile -e "$runner/out/$2_seed_corpus.zip" "$seeds"
  check "$1 $2: instrumented" is_instrumented "$1" "$work/out/$2"
  if [ "$1" = afl ]; then
    check "$1 $2: runs under afl-fuzz" runs_under_afl "$2"
    return
  fi
  rss=0
  if [ "$1" != coverage ]; then           # libFuzzer has no edges to see there
    check "$1 $2: starts" starts "$2"
    check "$1 $2: has edges" has_edges
  fi
  check "$1 $2: options" options_are_known "$2"
  check "$1 $2: seeds, in 256 MiB of memory more" accepts_seeds "$2"
  [ "$1" != coverage ] || check "$1 $2: coverage" measures_coverage "$2"
}

[ $# -ge 1 ] || die "usage: rehearse.sh WORKDIR [BUILD...]"
mkdir -p "$1" || die "$1: cannot make this directory"
top=$(realpath "$1")
shift
[ $# != 0 ] || set -- address undefined coverage introspector afl
for name in "$@"; do
  [ -n "${flags[$name]:-}" ] || die "$name: no such build: use ${!flags[*]}"
  work=$top/$name
  runner=$work/runner log=$work/log
  rm -rf "$work"
  mkdir -p "$work"
  if ! (build "$name") > "$work/build.log" 2>&1; then
    report "$name: builds" 1 "see $work/build.log"
    continue
  fi
  report "$name: builds" 0
  # nothing of the builder is there when it runs
  rm -rf "$work/src" "$work/work"
  mapfile -t programs < <(find "$work/out" -name 'fuzz-*' -type f -executable | sort)
  if ! why=$(make_runner); then
    report "$name: needs only the C library" 1 "$why"
    continue
  fi
  report "$name: needs only the C library" 0
  for program in "${programs[@]}"; do check_target "$name" "$(basename "$program")"; done
done
exit "$failed"
