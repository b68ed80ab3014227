#!/bin/bash
# A short run of the fuzzer, the same every time, must find nothing; at its end
# leaks are looked for.
#   test-fuzz.sh BUILD [model]
# model: not of QEMU, but of all that is right (fuzz-*-model). What that finds is a
# false alarm of ours.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"

corpus=$(realpath "$here/../corpus")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/new"

# fuzz BUILD PROGRAM RUNS SEED
fuzz() {
  local status=0 dirs=("$corpus/${2%-model}/seeds")
  [ ! -d "$corpus/${2%-model}/regressions" ] || dirs+=("$corpus/${2%-model}/regressions")
  "$1/$2" "${fuzz_flags[@]}" -runs="$3" -seed="$4" -artifact_prefix="$work/" \
    "$work/new" "${dirs[@]}" > "$work/log" 2>&1 || status=$?
  [ "$status" = 0 ] || sed '/^SUMMARY/q' "$work/log" | tail -n 60
  [ "$(sed -n 's/^stat::scenarios: //p' "$work/log")" -ge "$3" ] || status=1
  report "$2: $3 scenarios, seed $4" "$status"
  rm -f "$work"/new/*
}

build=$(realpath "$1")
if [ "${2:-}" = model ]; then
  for target in "${all_targets[@]}"; do
    fuzz "$build" "$target-model" 2000 1
  done
  exit "$failed"
fi
for seed in 1 2; do
  fuzz "$build" fuzz-iommu 10000 "$seed"
done
# The checkers: much of what they do is covered by that already.
for dir in "$corpus"/fuzz-*; do
  [ "$(basename "$dir")" = fuzz-iommu ] || fuzz "$build" "$(basename "$dir")" 5000 1
done
exit "$failed"
