#!/bin/bash
# From a crash of the fuzzer to a short scenario, with faults of the bug zoo:
# the signature stays, 8 operations are enough as a rule, and to minimize the
# result changes nothing.
#   test-minimize.sh BUILD [FAULT...]      default: a few of them
# Prints a line for each fault: operations before and after, seconds.
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

build=$(realpath "$1")
shift
[ $# != 0 ] || set -- set-dirty-any-page entry-not-copied
tool=$build/tlbdiff-zoo
seeds=$(realpath "$here/../corpus/fuzz-iommu/seeds")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
lengths=()

ops() { "$tool" show "$1" | tail -n +3 | wc -l; }
signature() { { "$tool" triage "$1" || true; } | sed -n 1p; }

# crash FAULT: a file that the fuzzer leaves when it finds it
crash() {
  rm -rf "$work/new" "$work"/crash-*
  mkdir "$work/new"
  "$build/fuzz-iommu-zoo" -seed=1 -entropic=0 -max_len=4096 -max_total_time=60 -detect_leaks=0 \
    -artifact_prefix="$work/" "$work/new" "$seeds" > "$work/log" 2>&1 || true
  ls "$work"/crash-*
}

minimize() {
  local fault=$1 file start before after seconds
  export TLBDIFF_ZOO=$fault
  file=$(crash) || { report "$fault" 1 "not found in 60 s"; return; }
  before=$(signature "$file")
  start=$(date +%s%N)
  "$tool" minimize "$file" -o "$work/short.tlb" || { report "$fault" 1 "not minimized"; return; }
  seconds=$((($(date +%s%N) - start) / 10000000))
  after=$(signature "$work/short.tlb")
  printf '   %-24s %2d -> %2d operations, %3d.%02d s, %s\n' "$fault" "$(ops "$file")" \
    "$(ops "$work/short.tlb")" $((seconds / 100)) $((seconds % 100)) "$after"
  lengths+=("$(ops "$work/short.tlb")")
  report "$fault: the same signature" "$([ "$before" = "$after" ]; echo $?)" "$before"
  "$tool" minimize "$work/short.tlb" -o "$work/again.tlb"
  "$tool" show "$work/short.tlb" > "$work/once"
  "$tool" show "$work/again.tlb" > "$work/twice"
  check "$fault: twice is once" cmp "$work/once" "$work/twice"
}

for fault; do
  minimize "$fault"
done

# The last step of a campaign: a short scenario of what it has found, once. What
# is built is there: nothing for meson and ninja to do.
mkdir "$work/build"
ln -s "$tool" "$build/fuzz-iommu-zoo" "$build/meson-info" "$work/build/"
echo 'build all: phony' > "$work/build/build.ninja"
campaign() {
  local status=0
  TLBDIFF_ZOO=set-dirty-any-page BUILD=$work/build "$here/fuzz.sh" 60 > "$work/campaign" 2>&1 || status=$?
  [ "$status" = 1 ] || { cat "$work/campaign"; return 1; }
}
found_short() {
  local short
  campaign && grep -q '^DIVERGENCE C9 ' "$work/campaign" && grep -qx '1 divergence:' "$work/campaign" \
    && grep -q "^  TLBDIFF_ZOO=set-dirty-any-page $work/build/tlbdiff-zoo replay .*/found-zoo/crash-" "$work/campaign" || return 1
  short=$(ls "$work"/build/found-zoo/*.tlb)
  grep -qx "$short:" "$work/campaign" && grep -q '^  # minimized from crash-' "$work/campaign" && [ "$(ops "$short")" -le 8 ]
}
found_before() { campaign && grep -q '^found before: .*/found-zoo/C9-' "$work/campaign" && [ "$(find "$work/build/found-zoo" -name '*.tlb' | wc -l)" = 1 ]; }
check 'fuzz.sh: a short scenario of what it has found' found_short
check 'fuzz.sh: it was found before' found_before

median=$(printf '%s\n' "${lengths[@]}" | sort -n | sed -n "$(((${#lengths[@]} + 1) / 2))p")
report "the median of ${median:-no} operations is at most 8" "$([ "${median:-99}" -le 8 ]; echo $?)"
exit "$failed"
