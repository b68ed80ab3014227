#!/bin/bash
# The corpus in the repository runs most of what the series adds.
#   test-coverage.sh BUILD
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
# Per cent of the lines that the series adds (what an IOMMU does in the middle of an
# atomic access is free: how that begins again, in 4 of the lines, is not run) ...
wanted=96
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

# Lines of a model, of what coverage.sh says, that only another implementation
# reaches: a voice is told of an instance, one that is free chooses, and what it has
# chosen is accepted. The tests `voice` and `test-legal` run them.
of_others() {
  sed -nE 's/^not run in reference-model.*: \w+_(settings|choose|accept): //p' <<< "$1" | tr ' ' '\n' \
    | awk -F - 'NF { n += ($2 ? $2 : $1) - $1 + 1 } END { print n + 0 }'
}

# Of a checker: its device, and its model, which may be several files.
checker() {
  local target=$1 out file run lines model_run=0 model_lines=0 devices=0
  out=$(TARGET=$target "$here/coverage.sh" "$build" --missing "$here/../corpus/fuzz-$target"/*)
  grep -E '^(harness|reference-model|hw)/|^not run in (harness|reference-model|hw)/' <<< "$out"
  while read -r file run lines; do
    if [[ $file == reference-model/* ]]; then
      model_run=$((model_run + run)) model_lines=$((model_lines + lines))
    else
      covers "$target" "$file" "$run" "$lines"
      devices=$((devices + 1))
    fi
  done < <(sed -nE 's/^((harness|reference-model|hw)[^:]*):.*\(([0-9]+) of ([0-9]+)\)$/\1 \3 \4/p' <<< "$out")
  report "$target has a device and a model" "$([ "$devices" -ge 1 ] && [ "$model_lines" -gt 0 ]; echo $?)" \
    "$devices devices, $model_lines lines of a model"
  model_lines=$((model_lines - $(of_others "$out")))
  covers "$target" 'its model' "$model_run" "$model_lines"
}

# covers TARGET WHAT RUN LINES: in tenths of a percent, as they are printed
covers() {
  report "the corpus of $1 covers at least $wanted_checker % of $2" \
    "$([ $((($3 * 1000 + $4 / 2) / $4)) -ge $((wanted_checker * 10)) ]; echo $?)" "$3 of $4 lines"
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
  # what threads add to iommu's operations and clauses are their interleavings
  [ "$target" != threads ] || continue
  [ "$target" = iommu ] || checker "$target"
  uses "$target"
done
exit "$failed"
