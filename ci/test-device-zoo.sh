#!/bin/bash
# Every fault that is planted in a checker device must be found, from the seeds.
#   test-device-zoo.sh BUILD [SECONDS]     the time that each may take (default: 60)
# Prints, for each fault: the time, the clause reported and the one expected.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

build=$(realpath "$1")
seconds=${2:-60}
corpus=$(realpath "$here/../corpus")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# hunt TARGET FAULT CLAUSE
hunt() {
  local target=$1 name=$2 clause=$3 status=0 start took found
  rm -rf "$work/new"
  mkdir "$work/new"     # libFuzzer writes into its first directory
  start=$(date +%s%N)
  # the seeds alone: the regressions could give faults away
  TLBDIFF_ZOO=$name "$build/fuzz-$target-zoo" -seed=1 -entropic=0 -max_len=4096 \
    -max_total_time="$seconds" -detect_leaks=0 -artifact_prefix="$work/" \
    "$work/new" "$corpus/fuzz-$target/seeds" > "$work/log" 2>&1 || status=$?
  took=$((($(date +%s%N) - start) / 1000000))
  found=$(sed -n 's/^DIVERGENCE \([CD][0-9]*\) .*/\1/p' "$work/log" | head -n 1)
  report "$name found" "$([ "$status" != 0 ] && [ -n "$found" ]; echo $?)" "not in $seconds s"
  [ -z "$found" ] || printf '   %d.%02d s, %s (expected %s)\n' \
    $((took / 1000)) $((took % 1000 / 10)) "$found" "$clause"
}

for program in "$build"/fuzz-*-zoo; do
  target=${program##*/fuzz-}
  target=${target%-zoo}
  # beside each there is a directory of its objects
  if [ ! -f "$program" ] || [ "$target" = iommu ]; then continue; fi
  faults=0
  while read -r name clause _; do
    [[ $name == "$target"-* ]] || continue
    hunt "$target" "$name" "$clause"
    faults=$((faults + 1))
  done < <(TLBDIFF_ZOO=list "$program")
  report "$target has five faults or more" "$([ "$faults" -ge 5 ]; echo $?)" "$faults"
  TLBDIFF_ZOO=no-such-fault "$program" > "$work/log" 2>&1 && status=0 || status=$?
  report "$target: a fault that does not exist is refused" "$([ "$status" = 2 ]; echo $?)"
done
exit "$failed"
