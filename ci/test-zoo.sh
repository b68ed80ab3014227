#!/bin/bash
# Every fault of the bug zoo must be found, from the seeds; and for each clause
# of the contract there must be one that is reported as a breach of it.
#   test-zoo.sh BUILD [SECONDS]     the time that each may take (default: 60)
# Prints, for each fault: the time, the scenarios it took, the clause reported
# and the one expected. A clause other than that is not a failure by itself:
# one mistake can break several.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"

clauses=21
target=$(realpath "$1")/fuzz-iommu-zoo
seconds=${2:-60}
corpus=$(realpath "$here/../corpus/fuzz-iommu")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
declare -A expected reported    # faults of each clause; and those found as such

# summary: a line for each clause
summary() {
  local clause
  echo 'clause  faults  reported as such'
  for clause in $(seq -f 'C%.0f' "$clauses"); do
    printf '%-6s  %6d  %16d\n' "$clause" "${expected[$clause]:-0}" "${reported[$clause]:-0}"
  done
  for clause in $(seq -f 'C%.0f' "$clauses"); do
    report "a fault is reported as $clause" "$([ "${reported[$clause]:-0}" -gt 0 ]; echo $?)" \
      "none of ${expected[$clause]:-0}"
  done
}

# Without a fault, the same build finds nothing.
"$target" "${fuzz_flags[@]}" -runs=0 -artifact_prefix="$work/" "$corpus/seeds" \
  "$corpus/regressions" > "$work/log" 2>&1 && status=0 || status=$?
report 'no fault chosen, none found' "$status"

TLBDIFF_ZOO=no-such-fault "$target" > "$work/log" 2>&1 && status=0 || status=$?
report 'a fault that does not exist is refused' "$([ "$status" = 2 ]; echo $?)"

while read -r name clause _; do
  hunt "$target" "$corpus/seeds" "$name" "$clause" "$seconds"
  expected[$clause]=$((${expected[$clause]:-0} + 1))
  [ "$found" != "$clause" ] || reported[$clause]=$((${reported[$clause]:-0} + 1))
done < <(TLBDIFF_ZOO=list "$target")
summary
exit "$failed"
