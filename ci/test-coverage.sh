#!/bin/bash
# The corpus in the repository runs most of what the series adds.
#   test-coverage.sh BUILD
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
wanted=97           # per cent of the lines that the series adds ...
wanted_cputlb=85    # ... and of all in cputlb.c

corpus=$(realpath "$here/../corpus/fuzz-iommu")
out=$("$here/coverage.sh" "$1" --missing "$corpus/seeds" "$corpus/regressions")
echo "$out"
covered=$(sed -n 's/^lines that the series adds: *\([0-9]*\).*/\1/p' <<< "$out")
report "the corpus covers at least $wanted % of the series" \
  "$([ "${covered:-0}" -ge "$wanted" ]; echo $?)" "$covered %"
covered=$(sed -n 's/^accel.tcg.cputlb.c: *\([0-9]*\).*/\1/p' <<< "$out")
report "the corpus covers at least $wanted_cputlb % of cputlb.c" \
  "$([ "${covered:-0}" -ge "$wanted_cputlb" ]; echo $?)" "$covered %"

# Every operation and every clause, too.
status=0
out=$("$1/tlbdiff" report --coverage "$corpus/seeds" "$corpus/regressions" 2>&1) || status=$?
echo "$out"
report 'the corpus uses every operation and every clause' "$status"
exit "$failed"
