#!/bin/bash
# Shows planted faults in a whole emulator, by scenarios that are exported as guests of
# it (tlbdiff export --guest), and prints a table: what the guest says on
# qemu-system-arm with the series, and on the same with the bug zoo's patches.
#   guests-zoo.sh TOOL [OUT]            TOOL: a tlbdiff; default of OUT: build/guests
#   guests-zoo.sh --run TOOL OUT        on what is there in OUT
# The scenarios are in harness/guests/zoo/, each named after its fault. OUT is that of
# guests.sh; the emulators are OUT/{series,zoo}/build/qemu-system-arm, of which the second
# takes TLBDIFF_ZOO; OUT/zoo-runs/FAULT/ has the program, the guest, and both consoles.
#
# Exit status: 0 each fault shows and nothing else does, 1 not so, 2 it could not be
# found out. From the environment: JOBS, LIMIT, as of guests.sh.
#
# TLBDIFF_GUESTS_ZOO  a stand-in for harness/guests/zoo (used by test-guests.sh)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/guests-lib.sh
. "$here/guests-lib.sh"
scenarios=${TLBDIFF_GUESTS_ZOO:-$root/harness/guests/zoo}
limit=${LIMIT:-60}
zoo=$root/patches/qemu-${QEMU_BASES%% *}/bug-zoo

die() { echo "guests-zoo: $*" >&2; exit 2; }

# OUT/zoo/src: that of the series, with the faults, and what chooses them at run time.
make_zoo_tree() {
  local src=$out/zoo/src patch header faults
  rm -rf "$src"
  mkdir -p "$out/zoo"
  cp -al "$out/series/src/." "$src"
  for patch in zoo history threads tz-mpc; do
    # (no file is changed in place: they are those of the series)
    patch -s -F 0 --no-backup-if-mismatch -d "$src" -p1 < "$zoo/$patch.patch" > "$out/zoo/patch.log" \
      || die "$zoo/$patch.patch: does not apply to $out/series/src: see $out/zoo/patch.log"
  done
  faults=harness/qemu/devices/faults.h
  mkdir -p "$src/include/$(dirname "$faults")"
  for header in "$zoo/zoo.h" "$zoo/history.h" "$root/$faults"; do
    cp "$header" "$src/include/"
  done
  cp "$root/$faults" "$src/include/$faults"
  edit "$src/hw/misc/tz-mpc.c" 's|^#include "faults.h"|#define TLBDIFF_DEVICE_FAULTS\n&|'
  {
    echo '#define PLANTED_FAULTS(X) TLB_FAULTS(X) THREAD_FAULTS(X) TZMPC_FAULTS(X)'
    cat "$root/harness/qemu/zoo.c"
  } > "$src/system/zoo.c"
  edit "$src/system/meson.build" "\$a system_ss.add(files('zoo.c'))"
}

# attempt_fault FAULT SCENARIO: its two consoles; sets `why` if they cannot be had.
attempt_fault() {
  local dir=$out/zoo-runs/$1 output side
  rm -rf "$dir"
  mkdir -p "$dir"
  output=$("$tool" export --guest "$2" -o "$dir/guest.c" 2>&1) || { why=$output; return 1; }
  # shellcheck disable=SC2046  # a list
  output=$($(build_command "$dir/guest.c") -o "$dir/guest.elf" "$dir/guest.c" 2>&1) \
    || { why="$dir/guest.c: does not compile: $(grep -m 1 error <<< "$output")"; return 1; }
  for side in series zoo; do
    TLBDIFF_ZOO=$([ "$side" = series ] || echo "$1") timeout -k 1 "$limit" \
      "$(emulator "$side" arm)" -M mps2-an505 -display none -monitor none \
      -serial stdio -semihosting -kernel "$dir/guest.elf" < /dev/null > "$dir/$side" 2>&1 \
      || echo "status $?" >> "$dir/$side"
  done
}

# said CONSOLE: what it says first, and at last
said() { tr -d '\r' < "$1" | grep -m 1 -E '^op |all agrees' || tail -n 1 "$1"; }

row() { printf '%-20s %-12s %-56s %s\n' "$@"; }

run_all() {
  local fault scenario why n=0 shown=0 dir verdict
  row fault without with ''
  for scenario in "$scenarios"/*.tlb; do
    fault=$(basename "$scenario" .tlb)
    n=$((n + 1)) why='' dir=$out/zoo-runs/$fault
    if ! attempt_fault "$fault" "$scenario"; then
      echo "$fault: $why"
      continue
    fi
    verdict='DOES NOT SHOW'
    if ! grep -q 'all agrees' "$dir/series"; then
      verdict='SHOWS WITHOUT IT'
    elif grep -q '^op ' "$dir/zoo"; then
      verdict='shows' shown=$((shown + 1))
    fi
    row "$fault" "$(said "$dir/series")" "$(said "$dir/zoo")" "$verdict"
  done
  echo "$shown of $n planted faults show, each in a guest that sees nothing without it"
  [ "$shown" = "$n" ]
}

main() {
  local run_only='' side
  if [ "${1:-}" = --run ]; then
    run_only=1
    shift
    [ $# = 2 ] || die "--run: give a tlbdiff and the directory of the emulators"
  fi
  case ${1:-} in
  '') die "give a tlbdiff, such as build/tlbdiff" ;;
  -*) die "$1: no such option: see the head of $0" ;;
  esac
  tool=$1
  [ -x "$tool" ] || die "$tool: not there: build it first"
  [ -d "$scenarios" ] || die "$scenarios: cannot be read"
  use_out "${2:-$root/build/guests}"
  if [ -z "$run_only" ]; then
    "$here/setup.sh" || exit 2
    make_trees
    make_zoo_tree
    for side in series zoo; do build "$side" arm; done
  fi
  for side in series zoo; do
    there "$side" arm "guests-zoo.sh $tool $out"
  done
  run_all
}

main "$@"; exit
