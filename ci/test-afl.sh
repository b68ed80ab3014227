#!/bin/bash
# The fuzz targets under AFL++: every scenario of the corpus, the custom mutator,
# planted faults, and what afl.sh starts and stops.
#   test-afl.sh BUILD      builds what it needs in BUILD/engines/afl, with BUILD's
#                          QEMU
# shellcheck disable=SC2317  # functions are called by `check`
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"

libfuzzer=$(realpath "$1")
build=$libfuzzer/engines/afl
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$build"
QEMU_OF=$libfuzzer GOALS='fuzz-iommu fuzz-iommu-cmplog fuzz-iommu-zoo fuzz-targets/tlbdiff-mutator.so' \
  "$here/build.sh" "$build" san -Dengine=afl || exit 1

# fuzz FAULTS PROGRAM EXECS: afl-fuzz with our mutator, the same every time
fuzz() {
  local name=${2#fuzz-}
  rm -rf "$work/out"
  TLBDIFF_ZOO=$1 TLBDIFF_TARGET=${name%-zoo} AFL_CUSTOM_MUTATOR_LIBRARY=$build/fuzz-targets/tlbdiff-mutator.so \
    AFL_CUSTOM_MUTATOR_ONLY=1 AFL_BENCH_UNTIL_CRASH=1 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 \
    AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 afl-fuzz -i "$work/seeds" -o "$work/out" -G "$(scenario_bytes)" -m none \
    -t 10000 -s 1 -E "$3" -- "$build/$2" > "$work/log" 2>&1 \
    || { grep -a 'PROGRAM ABORT' "$work/log"; return 1; }
}
stat() { sed -n "s/^$1 *: //p" "$work/out/default/fuzzer_stats"; }

# The seeds in binary form, but for those of each width of an access: afl-fuzz runs
# each many times before it begins. It leaves out those that show a fault by
# themselves: it is to be found, not replayed.
"$libfuzzer/tlbdiff" encode --into="$work/seeds" "$here/../corpus/fuzz-iommu/seeds"
rm "$work"/seeds/*-width-*

agrees() {
  fuzz '' fuzz-iommu 5000
  [ "$(stat saved_crashes)" = 0 ] || { echo "$(stat saved_crashes) crashes"; return 1; }
  [[ $(stat target_mode) == *persistent*shmem_testcase* ]] || { stat target_mode; return 1; }
  # C21: the same bytes, the same edges; of the last percent the cause is unknown.
  awk -v s="$(stat stability)" 'BEGIN { exit !(s + 0 >= 95) }' || { echo "stability $(stat stability)"; return 1; }
}
check 'agreement, persistent, stable' agrees

# finds FAULT: a crash that the tool shows, too
finds() {
  local crash status=0
  fuzz "$1" fuzz-iommu-zoo 200000
  crash=$(find "$work/out/default/crashes" -name 'id:*' | head -n 1)
  [ -n "$crash" ] || { echo "not found in $(stat execs_done) executions"; return 1; }
  TLBDIFF_ZOO=$1 "$libfuzzer/tlbdiff-zoo" replay -q "$crash" > "$work/replay" 2>&1 || status=$?
  [ "$status" = 1 ] || { echo "the replay ends with status $status"; return 1; }
}
for fault in section-index readonly-written lazy-drops-swap; do
  check "finds $fault" finds "$fault"
done

# Comparisons are logged: a build of its own.
has_cmplog() { nm "$build/fuzz-iommu-cmplog" > "$work/symbols"; grep -q __cmplog_ins_hook4 "$work/symbols"; }
check 'CMPLOG' has_cmplog

# One of two that do the same goes, and no other.
minimized() {
  local file
  mkdir "$work/twice"
  for file in "$work"/seeds/c0[1-4]*; do
    cp "$file" "$work/twice/"
    cp "$file" "$work/twice/$(basename "$file")-again"
  done
  AFL_ALLOW_TMP=1 TLBDIFF_TARGET=iommu afl-cmin -i "$work/twice" -o "$work/cmin" -m none -t 10000 -- "$build/fuzz-iommu" - > "$work/log" 2>&1 \
    || { tail -n 3 "$work/log"; return 1; }
  find "$work/cmin" -type f -printf '%f\n' | sed 's/-again$//' | sort > "$work/kept"
  find "$work/seeds" -name 'c0[1-4]*' -printf '%f\n' | sort | diff - "$work/kept"
}
check 'afl-cmin' minimized

# All members run, know what the others have found, and are gone at the end.
members() {
  rm -rf "$build/afl"
  BUILD=$build LIBFUZZER_BUILD=$libfuzzer SEED=1 INSTANCES=2 "$here/afl.sh" 10 > "$work/output" 2>&1 || { cat "$work/output"; return 1; }
  grep -qE '^fuzzed [0-9]+ s: [1-9][0-9]* scenarios \(libfuzzer [1-9][0-9]*/s  main [1-9][0-9]*/s  secondary1 [1-9][0-9]*/s\)' "$work/output" \
    || { cat "$work/output"; return 1; }
  ! pgrep -f "$build/afl/fuzz-iommu" || { echo "still running"; return 1; }
  # AFL++ runs each several times, one after the other
  ls "$build/afl/fuzz-iommu/main/queue/.state/variable_behavior" > "$work/varies"
  [ ! -s "$work/varies" ] || { echo "these do not run the same code each time:"; head -n 3 "$work/varies"; return 1; }
  # what main has found, libFuzzer has been given
  find "$build/afl/fuzz-iommu/main/queue" -maxdepth 1 -name 'id:*' -not -name '*,orig:*' -not -name '*,sync:*' -exec sha1sum {} + \
    | cut -c 1-40 | sort > "$work/found"
  [ -s "$work/found" ] || { echo "main has found nothing"; return 1; }
  ls "$build/afl/fuzz-iommu/libfuzzer/queue" > "$work/given"
  comm -23 "$work/found" "$work/given" > "$work/missing"
  [ ! -s "$work/missing" ] || { echo "libFuzzer has not got all that main has found"; return 1; }
}
check 'afl.sh' members
exit "$failed"
