#!/bin/bash
# What the series costs: programs of harness/guests/cost/ on QEMU as it was released
# and with the series and the fixes, and a table of how many instructions the host
# executes for each, as valgrind counts them, without those of an empty program.
#   guests-cost.sh [OUT [PROGRAM...]]       default: build/guests, all of them
#   guests-cost.sh --run OUT [PROGRAM...]   on what is there in OUT
# OUT is that of guests.sh, whose emulators are taken. The guests have no IOMMU in their
# CPU's path (riscv64's virt, mps2-an385), or have a TrustZone MPC before all their memory
# (mps2-an505), which allows everything; and one more emulator, OUT/split, has an MPC that
# answers loads and stores apart. The release does not tell an IOMMU which of the two it
# asks about: there, that would be the same.
# OUT/cost/BOARD/PROGRAM/{pristine,series,split}/ has the console, and the profile
# for callgrind_annotate. What has been counted is not counted again.
#
# Exit status: 0 nothing without an IOMMU costs more than a hundredth, 1 not so, 2 it could
# not be found out. From the environment: BASE, JOBS, LIMIT, as of guests.sh (LIMIT: 600).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/guests-lib.sh
. "$here/guests-lib.sh"
limit=${LIMIT:-600}
programs='compute stream victims fault mmio'
# target, board, what is in the path, the side that is compared with `pristine`
paths='riscv64 virt none series
arm mps2-an385 none series
arm mps2-an505 allows series
arm mps2-an505 split split'

die() { echo "guests-cost: $*" >&2; exit 2; }

# OUT/split/src: that of the series, with an MPC that speaks for one direction at a time
make_split_tree() {
  local src=$out/split/src
  rm -rf "$src"
  mkdir -p "$out/split"
  cp -al "$out/series/src/." "$src"
  edit "$src/hw/misc/tz-mpc.c" 's|\.perm = IOMMU_RW,|.perm = flags == IOMMU_NONE ? IOMMU_RW : flags,|'
  ! cmp -s "$src/hw/misc/tz-mpc.c" "$out/series/src/hw/misc/tz-mpc.c" \
    || die "$src/hw/misc/tz-mpc.c: does not say what it allows as it did: correct make_split_tree() of $0"
}

# make_program TARGET BOARD PROGRAM: OUT/cost/BOARD/PROGRAM/guest.elf
make_program() {
  local source=$root/harness/guests/cost/$1.c elf=$out/cost/$2/$3/guest.elf command output
  command=$(build_command "$source")
  command=${command/-DPROGRAM=compute/-DPROGRAM=$3}
  [ "$2" != mps2-an385 ] || command="${command/.vectors=0x10000000/.vectors=0} -DAN385"
  mkdir -p "${elf%/*}"
  # shellcheck disable=SC2086  # a list
  output=$($command -Wall -Werror -o "$elf.new" "$source" 2>&1) \
    || die "$source: does not compile: $(grep -m 1 error <<< "$output" || tail -n 1 <<< "$output")"
  mv "$elf.new" "$elf"
}

# count TARGET BOARD PROGRAM SIDE: how many instructions, in OUT/cost/.../result
count() {
  local dir=$out/cost/$2/$3/$4 elf=$out/cost/$2/$3/guest.elf emulator stamp arguments instructions started=$SECONDS
  emulator=$(emulator "$4" "$1")
  case $1 in
  riscv64) arguments="-bios $elf" ;;
  arm) arguments="-semihosting -kernel $elf" ;;
  esac
  stamp=$(cat "$emulator" "$elf" | sha256sum)
  begin_run "$dir" "$stamp" || return 0
  # It has to look whether code has changed: QEMU patches jumps in its own.
  # shellcheck disable=SC2086  # a list
  timeout -k 1 "$limit" valgrind --tool=callgrind --callgrind-out-file="$dir/profile" --smc-check=all \
    --log-file="$dir/valgrind" "$emulator" -M "$2" -nodefaults -display none -serial stdio $arguments \
    < /dev/null > "$dir/console" 2> "$dir/errors" \
    || die "$dir: ended with status $?: see console, errors and valgrind there"
  grep -qE '^[0-9a-f]{8}' "$dir/console" || die "$dir/console: no result"
  instructions=$(sed -n 's/^totals: //p' "$dir/profile")
  [ -n "$instructions" ] || die "$dir/profile: no total"
  finish_run "$dir" "$instructions" $((SECONDS - started))
}

# instructions BOARD PROGRAM SIDE: of that program alone
instructions() {
  local dir=$out/cost/$1
  echo $(($(cat "$dir/$2/$3/result") - $(cat "$dir/nothing/$3/result")))
}

row() { printf '%-11s %-7s %-8s %12s %12s %8s %s\n' "$@"; }

run_all() {
  local target board path side program one other before after ratio n=0 above=0
  row board IOMMU program pristine series ratio ''
  while read -r target board path side; do
    for program in nothing $programs; do
      make_program "$target" "$board" "$program"
      for one in pristine "$side"; do
        [ ! -t 2 ] || printf '%s %s: %s\033[K\r' "$board" "$program" "$one" >&2
        count "$target" "$board" "$program" "$one"
      done
      [ "$program" != nothing ] || continue
      other=
      cmp -s "$out/cost/$board/$program"/{pristine,"$side"}/console || die "$out/cost/$board/$program: the results are not the same"
      before=$(instructions "$board" "$program" pristine)
      after=$(instructions "$board" "$program" "$side")
      [ "$before" -gt 0 ] || die "$out/cost/$board/$program/pristine: costs less than nothing"
      ratio=$((after * 10000 / before))
      n=$((n + 1))
      if [ "$path" = none ] && [ "$ratio" -gt 10100 ]; then
        other='MORE THAN A HUNDREDTH' above=$((above + 1))
      fi
      row "$board" "$path" "$program" "$before" "$after" "$((ratio / 10000)).$(printf %04d $((ratio % 10000)))" "$other"
    done
  done <<< "$paths"
  echo "$n programs: $above cost more than a hundredth without an IOMMU"
  [ "$above" = 0 ]
}

main() {
  local run_only='' side target program dir
  if [ "${1:-}" = --run ]; then
    run_only=1
    shift
    [ $# -gt 0 ] || die "--run: give the directory of the emulators"
  fi
  case ${1:-} in -*) die "$1: no such option: see the head of $0" ;; esac
  dir=${1:-$root/build/guests}
  [ $# = 0 ] || shift
  for program; do
    [[ " $programs " = *" $program "* ]] || die "$program: no such program: use some of: $programs"
  done
  [ $# = 0 ] || programs=$*
  use_out "$dir"
  if [ -z "$run_only" ]; then
    "$here/setup.sh" || exit 2
    make_trees
    make_split_tree
    for target in riscv64 arm; do
      for side in pristine series; do build "$side" "$target"; done
    done
    build split arm
  fi
  while read -r target _ _ side; do
    for side in pristine "$side"; do
      there "$side" "$target" "guests-cost.sh $out"
    done
  done <<< "$paths"
  run_all
}

main "$@"; exit
