#!/bin/bash
# A sample of the mutants of all that is under test, always the same, is found;
# and what is not found would be told.
#   test-mutants.sh BUILD
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

count=40 seconds=5
build=$(realpath "$1")
state=$build/mutants-all-$count-1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What it prints is kept in `out`.
mutants() { "$here/mutants.sh" -a -n "$count" "$build" "$seconds" 2>&1 | tee "$work/out"; }

status=0
"$here/mutants.sh" -c "$work/none" "$build" > "$work/out" 2>&1 || status=$?
report 'a corpus that is not there is told' \
  "$([ "$status" = 2 ] && [ "$(cat "$work/out")" = "mutants: $work/none: no such directory" ]; echo $?)" "$(cat "$work/out")"

rm -rf "$state"
check 'a sample of the mutants is killed' mutants
report 'all of it was tried' "$([ "$(wc -l < "$state/results")" = "$count" ]; echo $?)"
killed=$(sed -n 's/^\([0-9]*\) killed: .*/\1/p' "$work/out")
report 'most of it are killed' "$([ "${killed:-0}" -ge $((count / 2)) ]; echo $?)" "$killed of $count"

# It goes on with what it has: with some that were not found, say.
name=$(awk '$3 == "corpus" { print $1; exit }' "$state/results")
awk -v seconds="$seconds" '$3 == "corpus" && n++ < 5 { $0 = $1 " " $2 " survived " seconds } 1' \
  "$state/results" > "$work/results"
cp "$work/results" "$state/results"
status=0
mutants || status=$?
report 'a survivor is told, with its diff' \
  "$([ "$status" = 1 ] && grep -q "^survived: $name " "$work/out" && grep -q '^    +' "$work/out"; echo $?)"
rm -rf "$state"
exit "$failed"
