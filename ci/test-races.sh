#!/bin/bash
# Threads that run freely, under ThreadSanitizer.
#   test-races.sh BUILD              builds what it needs in BUILD/races, of BUILD's
#                                    QEMU source
# shellcheck disable=SC2317  # functions are called by `check`
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

main=$(realpath "$1")
build=$main/races
seeds=$here/../corpus/fuzz-threads/seeds
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$build"
QEMU_OF=$main GOALS='fuzz-threads tlbdiff tlbdiff-zoo' "$here/build.sh" "$build" races || exit 1

# All of what is known shows no race; and nothing else diverges, as no order is demanded.
agree() {
  "$build/tlbdiff" replay "$seeds" "$seeds/../regressions" > "$work/log" 2>&1 || { grep -A3 '^DIVERGENCE' "$work/log"; return 1; }
}
check 'seeds' agree

fuzzed() {
  local n
  BUILD=$build FLAVOUR=races TARGET=threads SEED=1 RUNS=300 "$here/fuzz.sh" 120 > "$work/log" 2>&1 || { tail -n 20 "$work/log"; return 1; }
  grep -qx 'no divergences' "$work/log" || { tail -n 20 "$work/log"; return 1; }
  # (a process that died at once would have found nothing)
  n=$(sed -n 's/^fuzzed .* s: \([0-9]*\) scenarios.*/\1/p' "$work/log")
  [ "$n" -ge 300 ] || { tail -n 20 "$work/log"; return 1; }
}
check 'fuzz' fuzzed

# Dirty state that is reset without the lock: both stacks, and the operations.
planted() {
  ! TLBDIFF_ZOO=reset-dirty-unlocked "$build/tlbdiff-zoo" replay "$seeds/c9-clear-while-filling.tlb" > "$work/log" 2>&1 || { echo 'it agrees'; return 1; }
  grep -qE '^  data race: .*tlb_reset_dirty_range_locked .*\(operation 5\)' "$work/log" || { cat "$work/log"; return 1; }
  grep -q 'WARNING: ThreadSanitizer: data race' "$work/log" || { cat "$work/log"; return 1; }
}
check 'planted' planted

wrong_target() {
  local status=0 err
  err=$(FLAVOUR=races TARGET=iommu "$here/fuzz.sh" 1 2>&1) || status=$?
  if [ "$status" != 2 ] || [ "$err" != 'fuzz: FLAVOUR=races: of one thread there are no races: give TARGET=threads' ]; then
    echo "status $status: $err"
    return 1
  fi
}
check 'one thread' wrong_target
exit "$failed"
