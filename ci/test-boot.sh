#!/bin/bash
# A guest on an emulator with the series, and tests of QEMU's own, with sanitizers: what
# guests.sh and qemu-tests.sh do, in short. Their two sides are the same emulator here,
# so that all has to be alike. Most of it is there already, compiled for our programs.
#   test-boot.sh BUILD               builds in BUILD/qemu/boot, and runs in BUILD/boot
# shellcheck disable=SC2317  # functions are called by `check`
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
unset BASE JOBS LIMIT QEMU_TREE
# what the emulator has when it ends, it does not free
export ASAN_OPTIONS=detect_leaks=0
main=$(realpath "$1")
out=$main/boot
# shellcheck source=ci/guests-lib.sh
. "$here/guests-lib.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep '^riscv64 | u-boot-m ' "$here/guests.txt" > "$work/guests"
unit=(test-xbzrle test-int128 test-bitmap test-interval-tree test-qht rcutorture)
qtest=(riscv-csr-test machine-none-test)
printf 'riscv64 | %s\n' "unit | | ${unit[*]}" "qtest | | ${qtest[*]}" > "$work/tests"
export TLBDIFF_GUESTS=$work/guests TLBDIFF_QEMU_TESTS=$work/tests

made() {
  "$here/setup.sh" u-boot-qemu qemu-system-data
  # (beside that of our programs, for ccache to find what that has compiled)
  mkdir -p "$out"/{pristine,series}
  ln -sfn ../../qemu/boot "$out/pristine/build"
  ln -sfn ../../qemu/boot "$out/series/build"
  TLBDIFF_BOARDS=$(boards riscv64) "$here/qemu-build.sh" configure "$main/qemu/src" "$main/qemu/boot" san
  "$here/qemu-build.sh" goals "$main/qemu/boot" qemu-system-riscv64 \
    "${unit[@]/#/tests/unit/}" "${qtest[@]/#/tests/qtest/}"
}
check 'the emulator' made

# passes COMMAND TABLE_END: with that at the end of its table
passes() {
  local status
  attempt "$1" --run "$out" riscv64 > "$work/table" 2>&1
  if [ "$status" != 0 ] || [ "$(tail -n 1 "$work/table")" != "$2" ]; then
    cat "$work/table"
    return 1
  fi
}
check 'guests' passes "$here/guests.sh" '4 guests on both: 4 alike, 0 as they should differ, 0 differ; 0 fail on both'
check "QEMU's own tests" passes "$here/qemu-tests.sh" '8 tests: 8 alike on both, 0 of them not passed; 0 differ'
exit "$failed"
