#!/bin/bash
# How much of the code under test a corpus covers, by llvm-cov.
#   coverage.sh BUILD [--missing] [--patches] DIR...    DIR: scenarios, in any form
# From the environment: TARGET, as for fuzz.sh.
# Prints a line for the lines that the series adds, one for each file under
# test, of a checker also for its device and its model, with --patches one for
# each patch of the series, and with --missing the added lines that were not
# run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"

build=$(realpath "$1")
shift
options=()
while [[ "${1:-}" == --* ]]; do
  options+=("$1")
  shift
done
target=${TARGET:-iommu}
program=$build/fuzz-$target-cov
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2> /dev/null || true; rm -rf "$work"' EXIT

TLBDIFF_STATUS=1 LLVM_PROFILE_FILE=$work/raw "$program" -runs=0 -detect_leaks=0 \
  -artifact_prefix="$work/" "$@" > "$work/log" 2>&1 &
pid=$!
while [ -t 2 ] && kill -0 "$pid" 2> /dev/null; do
  printf '\r\033[Kcoverage: %s of %s scenarios' "$(awk '/^status: / { n = $2 } END { print n + 0 }' "$work/log")" \
    "$(find "$@" -type f | wc -l)" >&2
  sleep 0.5
done
[ ! -t 2 ] || printf '\r\033[K' >&2
status=0
wait "$pid" || status=$?
pid=
[ "$status" = 0 ] || {
  echo "coverage: the scenarios do not all agree: run build/tlbdiff replay on them" >&2
  exit 1
}
lcov "$program" "$work/raw" > "$work/lcov"
files=()
device=$(sed -n 's/^stat::device: //p' "$work/log" | tail -n 1)
[ -z "$device" ] || files+=("--file=$device")
for file in "$here/../reference-model/$target"*.c; do
  [ ! -f "$file" ] || files+=("--file=reference-model/$(basename "$file")")
done
# Only the tree that we patched has the lines of our series.
patches=()
# shellcheck source=ci/versions.sh
. "$here/versions.sh"
[ ! -d "$build/qemu/src" ] || patches=("$here/../patches/qemu-$(base_of "$build/qemu")")
/usr/bin/python3 "$here/coverage.py" "${options[@]}" "${files[@]}" "$work/lcov" "${patches[@]}"
