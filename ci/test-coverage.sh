#!/bin/bash
# The corpus in the repository runs most of what the series adds.
#   test-coverage.sh BUILD
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
wanted=90       # per cent of the lines

corpus=$(realpath "$here/../corpus/fuzz-iommu")
out=$("$here/coverage.sh" "$1" --missing "$corpus/seeds" "$corpus/regressions")
echo "$out"
covered=$(sed -n 's/^lines that the series adds: *\([0-9]*\).*/\1/p' <<< "$out")
report "the corpus covers at least $wanted % of the series" \
  "$([ "${covered:-0}" -ge "$wanted" ]; echo $?)" "$covered %"
exit "$failed"
