#!/bin/bash
# Every fault that is planted in a checker device must be found, from the seeds.
#   test-device-zoo.sh BUILD [SECONDS]     the time that each may take (default: 60)
# Prints, for each fault: the time, the scenarios it took, the clause reported
# and the one expected.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"

build=$(realpath "$1")
seconds=${2:-60}
corpus=$(realpath "$here/../corpus")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for program in "$build"/fuzz-*-zoo; do
  target=${program##*/fuzz-}
  target=${target%-zoo}
  # beside each there is a directory of its objects
  if [ ! -f "$program" ] || [ "$target" = iommu ]; then continue; fi
  faults=0
  while read -r name clause _; do
    [[ $name == "$target"-* ]] || continue
    hunt "$program" "$corpus/fuzz-$target/seeds" "$name" "$clause" "$seconds"
    faults=$((faults + 1))
  done < <(TLBDIFF_ZOO=list "$program")
  report "$target has five faults or more" "$([ "$faults" -ge 5 ]; echo $?)" "$faults"
  TLBDIFF_ZOO=no-such-fault "$program" > "$work/log" 2>&1 && status=0 || status=$?
  report "$target: a fault that does not exist is refused" "$([ "$status" = 2 ]; echo $?)"
done
exit "$failed"
