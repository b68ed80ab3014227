#!/bin/bash
# Do the scenarios of the corpus agree in their fuzz target, whatever engine that is
# linked with?  A case for each of them.
#   test-scenarios.sh PROGRAM SCENARIOS      all that is below a directory
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

program=$1 scenarios=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mapfile -t files < <(find "$scenarios" -name '*.tlb' -not -path '*/found/*' | sort)

# Each start is one of QEMU: all of them at once, and one by one only to see which
# it was.
all=0
"$program" "${files[@]}" > "$work/all" 2>&1 || all=$?
[ "${#files[@]}" != 0 ] || all=3
for file in "${files[@]}"; do
  alone=0
  [ "$all" = 0 ] || "$program" "$file" > "$work/alone" 2>&1 || alone=$?
  report "${file#"$scenarios"/}" "$alone" "status $alone: run $program $file"
done
# One can also leave behind what shows in the next.
[ "$failed" = 1 ] || report 'one after another' "$all" "status $all: $(tail -n 1 "$work/all")"
exit "$failed"
