#!/bin/bash
# How much of the code under test a corpus covers, by llvm-cov.
#   coverage.sh BUILD [--missing] DIR...    DIR: scenarios, in any form
# Prints a line for the lines that the series adds, one for each file under
# test, and with --missing the added lines that were not run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

build=$(realpath "$1")
shift
missing=()
if [ "${1:-}" = --missing ]; then
  missing=(--missing)
  shift
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

LLVM_PROFILE_FILE=$work/raw "$build/fuzz-iommu-cov" -runs=0 -detect_leaks=0 \
  -artifact_prefix="$work/" "$@" > "$work/log" 2>&1 || {
  echo "coverage: the scenarios do not all agree: run build/tlbdiff replay on them" >&2
  exit 1
}
llvm-profdata-14 merge -o "$work/profile" "$work/raw"
llvm-cov-14 export -format=lcov -instr-profile "$work/profile" \
  "$build/fuzz-iommu-cov" > "$work/lcov"
# Only the tree that we patched has the lines of our series.
patches=()
[ ! -d "$build/qemu/src" ] || patches=("$here/../patches/qemu-10.2")
/usr/bin/python3 "$here/coverage.py" "${missing[@]}" "$work/lcov" "${patches[@]}"
