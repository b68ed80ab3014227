#!/bin/bash
# A short run of the fuzzer, the same every time, must find nothing.
#   test-fuzz.sh BUILD
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

corpus=$(realpath "$here/../corpus/fuzz-iommu")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/new"

for seed in 1 2 3; do
  status=0
  "$(realpath "$1")/fuzz-iommu" -runs=20000 -seed="$seed" -entropic=0 -max_len=4096 \
    -artifact_prefix="$work/" "$work/new" "$corpus/seeds" "$corpus/regressions" \
    > "$work/log" 2>&1 || status=$?
  [ "$status" = 0 ] || sed '/^SUMMARY/q' "$work/log" | tail -n 60
  report "20,000 scenarios, seed $seed" "$status"
  rm -f "$work"/new/*
done
exit "$failed"
