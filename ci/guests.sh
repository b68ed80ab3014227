#!/bin/bash
# Boots real guests on QEMU as it was released and on QEMU with the series and the
# fixes, side by side, and prints a table.
#   guests.sh [OUT [TARGET...]]         default: build/guests, all of guests.txt
#   guests.sh --run OUT [TARGET...]     the guests alone, on what is there in OUT
# Each guest of guests.txt runs in each of these ways:
#   threads   as QEMU does by itself
#   single    one thread for all vCPUs
#   icount    time is that of the instructions, of one vCPU: its consoles have to be
#             equal, too, of the same version of QEMU (of several vCPUs, which begins is
#             not the same twice)
#   saved     saved where it waits for input, and restored by another process
# until its console shows what it should, or for LIMIT seconds: then it is killed.
# Some are Debian's, and some are made of harness/guests/; Debian's kernels of Linux get
# a process of harness/guests/linux/.
#
# The emulators are OUT/{pristine,series}/build/qemu-system-TARGET, and OUT/runs/TARGET/
# GUEST/WAY/{pristine,series} has the console of each run, what the emulator says beside
# it, its command line, and the result, written last. What has a result is not run
# again, as long as emulator and command line are the same; remove the directory to do so.
# There are guests for checkers that no release has. A board that only one of the two has
# is judged by that one, if that is the second.
#
# Exit status: 0 both behave alike, if only in failing, 1 they do not, 2 it could not
# be found out. From the environment: BASE, the release to take; QEMU_TREE, a tree that is
# taken as it is in place of the series and the fixes, which OUT is then bound to; JOBS,
# for compiling (default: one for each processor); LIMIT (default: 300).
#
# TLBDIFF_GUESTS  a stand-in for guests.txt (used by test-guests.sh)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/guests-lib.sh
. "$here/guests-lib.sh"
guests=${TLBDIFF_GUESTS:-$here/guests.txt}
limit=${LIMIT:-300}
ways='threads single icount saved'
poll=0.2        # seconds between two looks at a console
no_board='no such board'

die() { echo "guests: $*" >&2; exit 2; }

# --- the table of guests -------------------------------------------------------

# rows [TARGET...]: the lines of guests.txt that are guests, of these targets or all,
# with a single '|' between fields.
rows() { table_rows "$guests" "$@"; }

# --- our own guests ----------------------------------------------------------------

# make_own TARGET NAME: harness/guests/NAME.S, or NAME.c, as OUT/guests/NAME.elf
make_own() {
  local source=$root/harness/guests/$2.S elf=$out/guests/$2.elf command output
  [ -f "$source" ] || source=${source%.S}.c
  case $1 in
  riscv64)
    case $source in
    *.S) command='clang --target=riscv64 -march=rv64imac -mno-relax -Wl,-Ttext=0x80000000 -nostdlib -static -fuse-ld=lld' ;;
    *.c) command="$(build_command "$root/harness/guests/riscv64-virt.h") -Wall -Werror" ;;
    esac
    ;;
  arm) command="$(build_command "$root/harness/guests/arm-mps2.h") -Wall -Werror" ;;
  *) die "$1: how to compile a guest for it is not known: add that to make_own() of $0" ;;
  esac
  mkdir -p "$out/guests"
  # shellcheck disable=SC2086  # a list
  output=$($command -o "$elf.new" "$source" 2>&1) \
    || die "$source: does not compile: $(grep -m 1 error <<< "$output" || tail -n 1 <<< "$output")"
  mv "$elf.new" "$elf"
}

# --- Linux ---------------------------------------------------------------------------

# placeholders KIND [TARGET...]: of each KIND:WHAT in the table, TARGET WHAT
placeholders() {
  rows "${@:2}" | sed -n "s/^\([^|]*\)|.*$1:\([^ ]*\).*/\1 \2/p" | sort -u
}

# apt ARCH COMMAND...: apt-get, or apt-cache, of Debian for other machines than this one:
# nothing that is installed here comes into it.
apt() {
  local state=$out/linux/$1
  mkdir -p "$state/archives/partial"
  "$2" "${apt_options[@]}" -oAPT::Architecture="$1" -oAPT::Architectures="$1" \
    -oDir::State::status=/dev/null -oDir::Cache="$state" "${@:3}"
}

# fetch_kernel PACKAGE:ARCH: what this package depends on, as OUT/linux/PACKAGE:ARCH
fetch_kernel() {
  local package=${1%:*} arch=${1#*:} work=$out/linux/new depends
  [ ! -e "$out/linux/$1" ] || return 0
  echo "guests: fetching $1" >&2
  rm -rf "$work"
  mkdir -p "$work"
  private_apt "$out/linux/$arch" \
    || die "$1: no Debian mirror of $DEBIAN_RELEASE in this machine's apt sources: add one"
  {
    apt "$arch" apt-get update \
      && depends=$(apt "$arch" apt-cache depends "$package" | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p') \
      && (cd "$work" && apt "$arch" apt-get download "${depends:-$package}") \
      && dpkg-deb -x "$work"/*.deb "$work"
  } > "$out/linux/log" 2>&1 || die "$1: cannot be fetched: $(grep -m 1 '^E: ' "$out/linux/log" || tail -n 1 "$out/linux/log"): see $out/linux/log"
  mv "$work"/boot/vmlinuz-* "$out/linux/$1"
  rm -rf "$work"
}

# make_init TARGET: harness/guests/linux/init.c, as the initial file system OUT/guests/init-TARGET
make_init() {
  local source=$root/harness/guests/linux/init.c dir=$out/guests/$1 compiler=$1-linux-gnu-gcc output
  rm -rf "$dir"
  mkdir -p "$dir"
  output=$("$compiler" -O2 -Wall -Werror -static -pthread -o "$dir/init" "$source" 2>&1) \
    || die "$source: does not compile: $(grep -m 1 error <<< "$output" || tail -n 1 <<< "$output")"
  touch -d @0 "$dir" "$dir/init"      # the same each time
  (cd "$dir" && cpio --quiet --reproducible -o -H newc <<< init) > "$out/guests/init-$1"
  rm -rf "$dir"
}

# --- a run -----------------------------------------------------------------------

# A guest's emulator, while it runs
pid=
stop() {
  if [ -n "$pid" ]; then
    kill -KILL "$pid" 2> /dev/null || true      # it catches SIGTERM
    wait "$pid" 2> /dev/null || true
    pid=
  fi
}
trap stop EXIT

# start CONSOLE COMMAND...: what is written to descriptor 9 is typed.
start() {
  local console=$1
  shift
  rm -f "$dir/in"
  mkfifo "$dir/in"
  exec 9<> "$dir/in"
  : > "$console"
  "$@" < "$dir/in" > "$console" 2>> "$dir/errors" 9>&- &
  pid=$!
}

type_in() { printf '%s' "$1" >&9; }

# await CONSOLE TEXT [TYPED]: until CONSOLE has TEXT, or one of its lines, typing TYPED
# before each look; else sets `why`.
await() {
  local text=${2//$'\n'/ // }
  while type_in "${3:-}" && ! grep -qaF -e "$2" "$1"; do
    if ! kill -0 "$pid" 2> /dev/null; then
      # (once more: it may have written that, and ended)
      ! grep -qaF -e "$2" "$1" || return 0
      if wait "$pid" 2> /dev/null; then why="ends without '$text'"; else why="ends with status $? without '$text'"; fi
      pid=
      return 1
    fi
    if [ $((SECONDS - started)) -ge "$limit" ]; then
      why="hangs without '$text'"
      return 1
    fi
    sleep "$poll"
  done
}

# ended: until the emulator has ended by itself; else sets `why`.
ended() {
  while kill -0 "$pid" 2> /dev/null; do
    [ $((SECONDS - started)) -lt "$limit" ] || { why="hangs in $1"; return 1; }
    sleep "$poll"
  done
  wait "$pid" 2> /dev/null || { why="ends with status $? in $1"; pid=; return 1; }
  pid=
}

# attempt_guest WAY WAITS TYPED SHOWS COMMAND...: sets `why` if it fails.
attempt_guest() {
  local way=$1 waits=$2 typed=$3 shows=$4 console=$dir/console
  shift 4
  start "$console" "$@"
  if [ -n "$waits" ]; then
    await "$console" "$waits" || return 1
    if [ "$way" = saved ]; then
      # control-A c: the monitor
      type_in $'\x01c'"migrate file:$dir/state"$'\nquit\n'
      ended 'saving' || return 1
      console=$dir/console.restored
      start "$console" "$@" -incoming "file:$dir/state"
      # what is typed before it runs is lost
      type_in $'\x01c'
      await "$console" 'VM status: running' $'info status\n' || return 1
      type_in $'\x01c'
    fi
    type_in "$typed"$'\r'
  fi
  await "$console" "$shows"
}

way_args() {
  case $1 in
  threads | saved) echo ;;
  single) echo -accel tcg,thread=single ;;
  icount) echo -icount shift=6,sleep=off -rtc clock=vm,base=2026-01-01 ;;
  esac
}

# run_guest SIDE WAY ROW: leaves its result in $dir
run_guest() {
  local side=$1 way=$2 target guest waits typed shows args
  local emulator files words command why='' started stamp
  IFS='|' read -r target guest _ waits typed shows args <<< "$3"
  case $side in
  pristine) shows=${shows%% // *} ;;
  # (a tree may have the fix)
  series) if [ "$(second)" = tree ]; then shows=${shows/' // '/$'\n'}; else shows=${shows##* // }; fi ;;
  esac
  emulator=$(emulator "$side" "$target")
  dir=$out/runs/$target/$guest/$way/$side
  files=("$emulator")
  while [[ $args =~ ' '(own|linux|init):([^ ]+) ]]; do
    case ${BASH_REMATCH[1]} in
    own) files+=("$out/guests/${BASH_REMATCH[2]}.elf") ;;
    linux) files+=("$out/linux/${BASH_REMATCH[2]}") ;;
    init) files+=("$out/guests/init-${BASH_REMATCH[2]}") ;;
    esac
    args=${args/"${BASH_REMATCH[0]}"/" ${files[-1]}"}
  done
  if [ "$way" = icount ] && [[ $args =~ -smp' '[0-9]+ ]]; then args=${args/"${BASH_REMATCH[0]}"/}; fi
  mapfile -t words < <(xargs -n 1 printf '%s\n' <<< "$args")
  # shellcheck disable=SC2046,SC2207  # a list
  command=("$emulator" -nodefaults -display none -no-reboot -serial mon:stdio $(way_args "$way") "${words[@]}")
  stamp=$(cat "${files[@]}" | sha256sum)
  stamp+=" $waits|$typed|$shows|${command[*]}"
  begin_run "$dir" "$stamp" || return 0
  printf '%q ' "${command[@]}" > "$dir/command"
  started=$SECONDS
  # (bash tells of each process that a signal ends)
  { attempt_guest "$way" "$waits" "$typed" "$shows" "${command[@]}" || true; stop; } 2> /dev/null
  [ -z "$why" ] || ! grep -qE "Property '.*' not found|unsupported machine type" "$dir/errors" || why=$no_board
  exec 9>&-
  rm -f "$dir/in" "$dir/state"
  finish_run "$dir" "${why:-ok}" $((SECONDS - started))
}

# --- the table ---------------------------------------------------------------------

# same_version: a tree may be of another QEMU, whose boards are not quite the same
same_version() { [ "$(second)" = series ] || cmp -s "$out"/{pristine,series}/src/VERSION; }

# same_console FILE FILE: as far as both go: they end when they are seen to show it
same_console() {
  local one other
  one=$(stat -c %s "$1")
  other=$(stat -c %s "$2")
  cmp -s -n $((one < other ? one : other)) "$1" "$2"
}

# verdict WAY RUNS SHOWS: of two runs, what is to be said of them: nothing if all is well
verdict() {
  local pristine series
  pristine=$(cat "$2/pristine/result")
  series=$(cat "$2/series/result")
  if [ "$pristine" = "$no_board" ] && [ "$series" = ok ]; then
    echo "of the $(second) alone"
  elif [ "$pristine" != "$series" ]; then
    echo "DIFFERS: see $2"
  elif [ "$pristine" = "$no_board" ]; then
    echo "$no_board on either"
  elif [ "$pristine" != ok ]; then
    echo "fails on both"
  elif [[ $3 == *' // '* ]] && grep -qaF -e "${3##* // }" "$2"/series/console*; then
    echo "differs as it should: $3"
  elif [[ $3 == *' // '* ]]; then
    echo "as released: '${3%% // *}', and '${3##* // }' with the fix"
  elif [ "$1" = icount ] && same_version && ! same_console "$2"/{pristine,series}/console; then
    echo "DIFFERS: the consoles: see $2"
  fi
}

row() { printf '%-8s %-9s %-8s %-28s %-28s %s\n' "$@"; }

run_all() {
  local line target guest waits shows way side runs said n=0 differ=0 mended=0 fail=0 status=0
  local alone=0 without=0
  row target guest way pristine "$(second)" ''
  while IFS= read -r line; do
    IFS='|' read -r target guest _ waits _ shows _ <<< "$line"
    for way in $ways; do
      [ "$way" != saved ] || [ -n "$waits" ] || continue
      runs=$out/runs/$target/$guest/$way
      for side in $sides; do
        [ ! -t 2 ] || printf '%s %s %s: %s\033[K\r' "$target" "$guest" "$way" "$side" >&2
        run_guest "$side" "$way" "$line"
      done
      said=$(verdict "$way" "$runs" "$shows")
      row "$target" "$guest" "$way" "$(cell "$runs/pristine")" "$(cell "$runs/series")" "$said"
      n=$((n + 1))
      case $said in
      DIFFERS*) differ=$((differ + 1)) status=1 ;;
      differs*) mended=$((mended + 1)) ;;
      fails*) fail=$((fail + 1)) ;;
      of*) alone=$((alone + 1)) ;;
      "$no_board"*) without=$((without + 1)) ;;
      esac
    done
  done < <(rows "$@")
  n=$((n - alone - without))
  [ "$alone" = 0 ] || echo "$alone have a board that only the $(second) has, and do well there"
  [ "$without" = 0 ] || echo "$without have a board that neither has"
  echo "$n guests on both: $((n - mended - differ)) alike, $mended as they should differ, $differ differ; $fail fail on both"
  return "$status"
}

# --- main ---------------------------------------------------------------------------

main() {
  local target name targets run_only
  use_table "$guests" "$limit" "$@"
  for target in "${targets[@]}"; do both_sides guests.sh "$target"; done
  while read -r target name; do make_own "$target" "$name"; done < <(placeholders own "${targets[@]}")
  while read -r _ name; do make_init "$name"; done < <(placeholders init "${targets[@]}")
  while read -r _ name; do fetch_kernel "$name"; done < <(placeholders linux "${targets[@]}")
  run_all "${targets[@]}"
}

main "$@"; exit         # bash reads no further, should this file be edited meanwhile
