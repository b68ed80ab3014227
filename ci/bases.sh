#!/bin/bash
# Builds and tests with every base that can be had, and prints a table.
#   bases.sh [BASE...]         default: all of versions.sh
# Each base has a build directory of its own, build-BASE, with the output of its
# tests in bases.log. Exit status: 0 the tests pass with all that can be had, 1
# they do not with some, 2 none can be had.
#
# TLBDIFF_TEST  what runs in place of test.sh, with its environment (used by
#               test-bases.sh)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=ci/versions.sh
. "$here/versions.sh"
unset QEMU_TREE            # each base is to be tested

row() { printf '%-6s %-9s %7s %7s %8s  %s\n' "$@"; }

# Tests with base $1 and prints its row. Its status: as of the script.
run_base() {
  local base=$1 build=$root/build-$1 log=$root/build-$1/bases.log started=$SECONDS counts why
  mkdir -p "$build"
  if ! "$here/qemu-source.sh" "$build/qemu" '' "$base" > "$log" 2>&1 \
    || [ "$(base_of "$build/qemu")" != "$base" ]; then
    row "$base" "$QEMU_VERSION" - - - "cannot be had: $(tail -n 1 "$log")"
    return 2
  fi
  BASE=$base BUILD=$build "${TLBDIFF_TEST:-$here/test.sh}" > "$log" 2>&1 || true
  counts=$(tail -n 1 "$log")
  if [[ $counts =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    why=
    [ "${BASH_REMATCH[2]}" = 0 ] || why="see $log"
    row "$base" "$QEMU_VERSION" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "$((SECONDS - started)) s" "$why"
    [ -z "$why" ]
  else
    row "$base" "$QEMU_VERSION" - - "$((SECONDS - started)) s" "cannot be tested: $counts"
    return 1
  fi
}

[ $# != 0 ] || read -ra bases <<< "$QEMU_BASES"
[ $# = 0 ] || bases=("$@")
for base in "${bases[@]}"; do
  use_base "$base" || { echo "bases: $base: no such base: use some of: $QEMU_BASES" >&2; exit 2; }
done
status=2
row base QEMU passed failed time ''
for base in "${bases[@]}"; do
  use_base "$base"
  [ ! -t 2 ] || printf '%s: building and testing: some minutes; see build-%s/bases.log\r' "$base" "$base" >&2
  one=0
  result=$(run_base "$base") || one=$?
  [ ! -t 2 ] || printf '\033[K' >&2
  echo "$result"
  case $one:$status in
  1:*) status=1 ;;
  0:2) status=0 ;;
  esac
done
exit "$status"
