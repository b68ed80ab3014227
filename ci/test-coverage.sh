#!/bin/bash
# The corpus in the repository runs most of what the series adds.
#   test-coverage.sh BUILD
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
wanted=97           # per cent of the lines that the series adds ...
wanted_cputlb=85    # ... and of all in cputlb.c
wanted_checker=95   # ... and of a checker's device, and of its model

build=$(realpath "$1")
corpus=$(realpath "$here/../corpus/fuzz-iommu")
out=$("$here/coverage.sh" "$1" --missing "$corpus/seeds" "$corpus/regressions")
echo "$out"
covered=$(sed -n 's/^lines that the series adds: *\([0-9]*\).*/\1/p' <<< "$out")
report "the corpus covers at least $wanted % of the series" \
  "$([ "${covered:-0}" -ge "$wanted" ]; echo $?)" "$covered %"
covered=$(sed -n 's/^accel.tcg.cputlb.c: *\([0-9]*\).*/\1/p' <<< "$out")
report "the corpus covers at least $wanted_cputlb % of cputlb.c" \
  "$([ "${covered:-0}" -ge "$wanted_cputlb" ]; echo $?)" "$covered %"

# Of a checker: its device and its model.
checker() {
  local target=$1 out file covered files=0
  out=$(TARGET=$target "$here/coverage.sh" "$build" --missing "$here/../corpus/fuzz-$target"/*)
  grep -E '^(harness|reference-model|hw)/|^not run in (harness|reference-model|hw)/' <<< "$out"
  while read -r file covered; do
    report "the corpus of $target covers at least $wanted_checker % of $file" \
      "$([ "$covered" -ge "$wanted_checker" ]; echo $?)" "$covered %"
    files=$((files + 1))
  done < <(sed -n 's/^\(\(harness\|reference-model\|hw\)[^:]*\): *\([0-9]*\).*/\1 \3/p' <<< "$out")
  report "$target has a device and a model" "$([ "$files" -ge 2 ]; echo $?)" "$files files"
}

# Every operation and every clause, too.
uses() {
  local target=$1 status=0 out
  out=$("$build/tlbdiff" report --coverage "$here/../corpus/fuzz-$target"/* 2>&1) || status=$?
  echo "$out"
  report "the corpus of $target uses every operation and every clause" "$status"
}

for dir in "$here"/../corpus/fuzz-*; do
  target=${dir##*/fuzz-}
  [ "$target" = iommu ] || checker "$target"
  uses "$target"
done
exit "$failed"
