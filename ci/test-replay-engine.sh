#!/bin/bash
# The fuzz targets without a fuzzing engine: they run files, also under valgrind
# and gdb.
#   test-replay-engine.sh BUILD [build]   builds what it needs in BUILD/engines/replay,
#                                    of BUILD's QEMU source; "build": and no more
# shellcheck disable=SC2317  # functions are called by `check`
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"

main=$(realpath "$1")
build=$main/engines/replay
seed=$here/../corpus/fuzz-iommu/seeds/c02-deferral.tlb
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$build"
QEMU_OF=$main GOALS="${all_targets[*]}" "$here/build.sh" "$build" plain -Dengine=replay || exit 1
[ -z "${2:-}" ] || exit 0

corpus() {
  meson test -C "$build" --no-rebuild --suite corpus > "$work/log" 2>&1 || { grep -E 'FAIL|TIMEOUT' "$work/log"; return 1; }
}
check 'corpus' corpus

under_valgrind() {
  valgrind --error-exitcode=9 "$build/fuzz-iommu" "$seed" > "$work/log" 2>&1 || { tail -n 20 "$work/log"; return 1; }
  grep -q '^stat::scenarios: 1' "$work/log"
}
check 'valgrind' under_valgrind

# Stops where the operation reaches QEMU's TLB.
under_gdb() {
  gdb -batch -ex 'set breakpoint pending on' -ex 'break tlb_set_page_full' -ex run -ex 'print mmu_idx' \
    --args "$build/fuzz-iommu" "$seed" > "$work/log" 2>&1 || { tail -n 5 "$work/log"; return 1; }
  grep -qE '^(Thread [0-9]+ "[^"]*" hit )?Breakpoint 1(\.[0-9]+)?, tlb_set_page_full' "$work/log" || { tail -n 5 "$work/log"; return 1; }
  grep -q ' = 0$' "$work/log" || { tail -n 5 "$work/log"; return 1; }
}
check 'gdb' under_gdb

bad() {
  local status=0 err
  err=$("$build/fuzz-iommu" "$@" 2>&1 > /dev/null) || status=$?
  err=$(grep -v '^stat' <<< "$err")
  if [ "$status" != 2 ] || ! one_line "$err"; then echo "status $status: $err"; return 1; fi
}
check 'no file' bad
check 'no such file' bad "$work/none"
exit "$failed"
