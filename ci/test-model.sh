#!/bin/bash
# No implementation that the contract allows may diverge: fuzz-*-model, a short
# while from the seeds of each target. What it finds is a false alarm of ours.
#   test-model.sh BUILD
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"
build=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

agrees() {
  mkdir "$1"
  "$build/$1-model" "${fuzz_flags[@]}" -seed=1 -runs=4000 "$1" "$here/../corpus/$1/seeds" > "$1.log" 2>&1 || {
    tail -n 40 "$1.log"
    return 1
  }
  [ "$(sed -n 's/^stat::scenarios: //p' "$1.log")" -ge 4000 ]
}

for target in "${all_targets[@]}"; do
  check "$target: all that is right agrees" agrees "$target"
done
exit "$failed"
