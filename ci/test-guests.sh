#!/bin/bash
# guests.sh, with stand-ins for the emulators and the guests: what it says of guests
# that behave alike, of those that do not, and of those that fail; what it runs again.
# And guests-zoo.sh, with stand-ins for tlbdiff and for the planted faults, and
# guests-cost.sh, with one for what counts instructions.
#   test-guests.sh
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
unset BASE JOBS LIMIT QEMU_TREE TLBDIFF_GUESTS
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/out

# An emulator whose guest asks for a line, unless it was restored, and answers. Its
# command line says how it misbehaves, and on which side.
for side in pristine series; do
  mkdir -p "$out/$side/build"
  cat > "$out/$side/build/qemu-system-toy" << 'TOY'
#!/bin/bash
side=$(basename "$(dirname "$(dirname "$0")")")
echo "$$ $*" >> "$(dirname "$0")/runs"
how=$* restored=
misbehaves() { [[ $how == *"$1=$side"* || $how == *"$1=both"* ]]; }
case $* in *' -incoming '*) restored=1 ;; esac
if misbehaves lacks; then echo "qemu-system-toy: Property 'toy.checker' not found" >&2; exit 1; fi
echo "warning of $side" >&2        # no word of the guest's
[ -n "$restored" ] || echo -n $'Banner\n=> '
if misbehaves aborts; then kill -ABRT $$; fi
if misbehaves dies; then exit 3; fi
line='' monitor=0
while IFS= read -r -N 1 c; do
  if [ "$c" = $'\x01' ]; then
    read -r -N 1 c      # c: between the console and the monitor
    monitor=$((1 - monitor)) line=
  elif [ "$monitor$c" = $'1\n' ]; then
    case $line in
    'migrate file:'*) echo saved > "${line#*file:}" ;;
    'info status') echo "VM status: ${restored:+running}" ;;
    quit) exit 0 ;;
    esac
    line=
  elif [ "$c" = $'\r' ]; then
    break
  else
    line+=$c
  fi
done
[ -z "$restored" ] || grep -q saved "${how##*-incoming file:}" || exit 5
misbehaves babbles && echo 'and more'
echo "answer to $line"
misbehaves goes-on && echo 'and more'
IFS= read -r line       # for ever
TOY
  chmod +x "$out/$side/build/qemu-system-toy"
done

# guests TABLE LINE...: the guests of the toy, in a table of that name
guests() {
  local table=$work/$1 line
  shift
  printf '# guests\n\n' > "$table"
  for line; do echo "toy | $line" >> "$table"; done
}
guests well   'plain | none | => | hello | answer to hello | -smp 2 -M well' 'mute | none | | | Banner | -M well'
guests one    'dying | none | => | hello | answer to hello | -M dies=series'
guests both   'dying | none | => | hello | answer to hello | -M dies=both' 'aborted | none | | | Banner, and more | -M aborts=both'
guests hang   'stuck | none | | | never shown | -M well'
guests mended 'quiet | none | | | Banner | -M well' 'mended | none | => | hello | answer // more | -M babbles=series'
guests other  'checked | none | | | Banner | -M lacks=pristine' 'nowhere | none | | | Banner | -M lacks=both' 'plain | none | | | Banner | -M well'
guests gone   'lost | none | | | Banner | -M lacks=series'
guests wrong  'unchecked | none | | | never shown | -M lacks=pristine'
guests unmended 'as it was | none | => | hello | answer // more | -M well'
guests babble 'loud | none | => | hello | answer to hello | -M babbles=series' 'longer | none | => | hello | answer to hello | -M goes-on=series'

# run TABLE ARGUMENT...: what guests.sh prints is in $work/table
run() {
  local table=$1
  shift
  TLBDIFF_GUESTS=$work/$table "$here/guests.sh" --run "$out" "$@" > "$work/table" 2> "$work/errors"
}

# prints TEXT: the last line of the table
prints() { [ "$(tail -n 1 "$work/table")" = "$1" ] || { cat "$work/table" "$work/errors"; return 1; }; }

# run_status STATUS TABLE
run_status() {
  local status
  attempt run "$2"
  [ "$status" = "$1" ] || { echo "status $status"; cat "$work/table" "$work/errors"; return 1; }
}

alike() {
  run well
  prints '7 guests on both: 7 alike, 0 as they should differ, 0 differ; 0 fail on both'
  # one without a question cannot be saved where it waits for the answer
  [ "$(grep -c ' saved ' "$work/table")" = 1 ]
  grep -q 'answer to hello' "$out/runs/toy/plain/saved/series/console.restored"
  grep -qx 'warning of series' "$out/runs/toy/plain/icount/series/errors"
  # of several vCPUs, which begins is not the instructions' matter
  grep -q 'smp 2' "$out/runs/toy/plain/single/series/command"
  ! grep -q smp "$out/runs/toy/plain/icount/series/command"
}
check 'guests that behave alike' alike

runs() { cat "$out"/*/build/runs | wc -l; }
again() {
  local before
  before=$(runs)
  run well
  prints '7 guests on both: 7 alike, 0 as they should differ, 0 differ; 0 fail on both'
  [ "$(runs)" = "$before" ]
  # half of a run has no result
  rm "$out/runs/toy/mute/single/series/result"
  run well
  [ "$(runs)" = $((before + 1)) ]
  echo '# another one' >> "$out/series/build/qemu-system-toy"
  run well
  # (what is saved and restored are two)
  [ "$(runs)" = $((before + 1 + 8)) ]
}
check 'what has a result is not run again' again

differs() {
  run_status 1 one
  prints '4 guests on both: 0 alike, 0 as they should differ, 4 differ; 0 fail on both'
  grep -q "ok, .*ends with status 3 without 'answer to hello' *DIFFERS: see $out/runs/toy/dying/threads\$" "$work/table"
}
check 'a guest that dies on one side' differs

both_die() {
  run_status 0 both
  prints '7 guests on both: 7 alike, 0 as they should differ, 0 differ; 7 fail on both'
  # (what bash has to say of it is not for the table)
  grep -q "ends with status 134 without 'Banner, and more'" "$work/table"
  [ ! -s "$work/errors" ]
}
check 'a guest that dies on both sides' both_die

hangs() {
  LIMIT=1 run_status 0 hang
  prints '3 guests on both: 3 alike, 0 as they should differ, 0 differ; 3 fail on both'
  grep -q "hangs without 'never shown'" "$work/table"
  # its console is kept, and nothing runs on
  [ -f "$out/runs/toy/stuck/icount/series/console" ]
  while read -r pid _; do
    ! kill -0 "$pid" 2> /dev/null || return 1
  done < "$out/series/build/runs"
}
check 'a guest that hangs is killed' hangs

babbles() {
  run_status 1 babble
  # what comes after what it should show, may be seen or not
  prints '8 guests on both: 7 alike, 0 as they should differ, 1 differ; 0 fail on both'
  grep -q '^toy *loud *icount .*DIFFERS: the consoles' "$work/table"
  # a tree that is given may be of another version
  touch "$out/series/tree"
  mkdir -p "$out"/{pristine,series}/src
  echo 10.2 | tee "$out"/{pristine,series}/src/VERSION > "$work/version"
  run_status 1 babble
  echo 10.1 > "$out/series/src/VERSION"
  run_status 0 babble
  rm "$out/series/tree"
}
check 'consoles are equal where time is' babbles

mended() {
  run_status 0 mended
  prints '7 guests on both: 3 alike, 4 as they should differ, 0 differ; 0 fail on both'
  [ "$(grep -c 'differs as it should: answer // more' "$work/table")" = 4 ]
  # a tree that is given may have the fix, or not
  touch "$out/series/tree"
  run_status 0 mended
  prints '7 guests on both: 3 alike, 4 as they should differ, 0 differ; 0 fail on both'
  run_status 0 unmended
  prints '4 guests on both: 4 alike, 0 as they should differ, 0 differ; 0 fail on both'
  [ "$(grep -c "as released: 'answer', and 'more' with the fix" "$work/table")" = 4 ]
  rm "$out/series/tree"
  LIMIT=1 run_status 1 unmended
  grep -q "hangs without 'more' *DIFFERS" "$work/table"
}
check 'a guest that is to differ' mended

boards() {
  run_status 0 other
  prints '3 guests on both: 3 alike, 0 as they should differ, 0 differ; 0 fail on both'
  grep -qx '3 have a board that only the series has, and do well there' "$work/table"
  grep -qx '3 have a board that neither has' "$work/table"
  # a tree that is given is called so
  touch "$out/series/tree"
  run other
  rm "$out/series/tree"
  grep -q '^target .* tree *$' "$work/table"
  grep -qx '3 have a board that only the tree has, and do well there' "$work/table"
  run_status 1 gone
  grep -q 'ok, .*no such board *DIFFERS' "$work/table"
  LIMIT=1 run_status 1 wrong
  grep -q "no such board *hangs without 'never shown' *DIFFERS" "$work/table"
}
check 'boards that not both have' boards

# Our own guests are made where the emulators are given: here, of a toy.
for side in pristine series; do
  mkdir -p "$out/$side/build"
  cp "$out/$side/build/qemu-system-toy" "$out/$side/build/qemu-system-arm"
  cp "$out/$side/build/qemu-system-toy" "$out/$side/build/qemu-system-riscv64"
done
for source in "$here"/../harness/guests/*.[cS]; do
  name=$(basename "${source%.*}")
  echo "${name%%-*} | $name | | | | Banner | -kernel own:$name"
done > "$work/own"

own() {
  local n elf
  run own
  n=$(grep -c . "$work/own")
  prints "$((3 * n)) guests on both: $((3 * n)) alike, 0 as they should differ, 0 differ; 0 fail on both"
  # the emulator gets it, as an ELF file
  for elf in "$out"/guests/*.elf; do
    [ "$(head -c 4 "$elf" | tail -c 3)" = ELF ]
    grep -q -- "-kernel $elf" "$out"/series/*/runs
  done
  [ "$(find "$out/guests" -name '*.elf' | wc -l)" = "$n" ]
  # an Arm CPU begins with its vectors: the stack, and where the first code is
  llvm-objcopy-14 -O binary "$out/guests/arm-mps2-mpc.elf" "$work/image"
  [[ $(od -An -tx4 -N8 "$work/image") =~ ^' 103ffff8 1000'...[13579bdf]$ ]]
}
check 'guests of our own' own

guests_sh() { TLBDIFF_GUESTS=$work/well "$here/guests.sh" "$@"; }
refused 'a target without a guest' 'vax: nothing to run for this target' guests_sh --run "$out" vax
refused 'no emulator' 'qemu-system-toy: not there: run guests.sh' guests_sh --run "$work/empty"
refused '--run without a directory' 'give the directory' guests_sh --run
refused 'another option' '--walk: no such option' guests_sh --walk
LIMIT=soon refused 'a limit that is none' 'LIMIT=soon: give a number' guests_sh --run "$out"
BASE=0.1 refused 'a base that is none' 'BASE=0.1: no such base' guests_sh "$out"
TLBDIFF_GUESTS=$work/none refused 'no table' 'none: cannot be read' "$here/guests.sh" --run "$out"

in_use() (
  exec 7> "$out/lock"
  flock 7
  run well
)
busy() {
  local status
  attempt in_use
  [ "$status" = 2 ]
  grep -q 'another run uses it' "$work/errors"
}
check 'one run at a time' busy

# Planted faults: a stand-in for tlbdiff, whose program is none, and the same emulator
# on both sides, which has the fault `seen`.
mkdir -p "$work/faults" "$out/zoo/build"
cat > "$work/tlbdiff" << 'TOOL'
#!/bin/bash
# export --guest FILE -o OUT
! grep -q refused "$3" || { echo "tlbdiff: export: $3: operation 1: refused" >&2; exit 2; }
printf '/*\n *   clang -c \\\n *     -o guest.elf THIS_FILE\n */\nint x;\n' > "$5"
TOOL
cat > "$out/zoo/build/qemu-system-arm" << 'TOY'
#!/bin/bash
[ -s "${*: -1}" ] || { echo 'no guest'; exit 1; }
fault=${TLBDIFF_ZOO:-}
[ ! -e "$(dirname "$0")/always" ] || fault=seen
[ "$fault" != seen ] || { printf 'op 3: expected 0x1, got 0x0\r\n1 difference\r\n'; exit 1; }
[ "$fault" != hangs ] || sleep 1000
printf 'all agrees\r\n'
TOY
chmod +x "$work/tlbdiff" "$out/zoo/build/qemu-system-arm"
cp "$out/zoo/build/qemu-system-arm" "$out/series/build/"

# zoo STATUS FAULT...: with the faults of that name
zoo() {
  local status expected=$1 fault
  shift
  rm -f "$work/faults"/*
  for fault; do echo "$fault" > "$work/faults/$fault.tlb"; done
  attempt guests_zoo --run "$work/tlbdiff" "$out"
  [ "$status" = "$expected" ] || { echo "status $status"; cat "$work/table" "$work/errors"; return 1; }
}
guests_zoo() { LIMIT=1 TLBDIFF_GUESTS_ZOO=$work/faults "$here/guests-zoo.sh" "$@" > "$work/table" 2> "$work/errors"; }

faults_show() {
  zoo 0 seen
  prints '1 of 1 planted faults show, each in a guest that sees nothing without it'
  grep -q '^seen  *all agrees  *op 3: expected 0x1, got 0x0  *shows$' "$work/table"
}
check 'a planted fault shows in a guest' faults_show

faults_hide() {
  zoo 1 seen unseen
  prints '1 of 2 planted faults show, each in a guest that sees nothing without it'
  grep -q '^unseen  *all agrees  *all agrees  *DOES NOT SHOW$' "$work/table"
  zoo 1 hangs
  grep -q '^hangs  *all agrees  *status 124  *DOES NOT SHOW$' "$work/table"
  zoo 1 refused
  grep -q '^refused: tlbdiff: export: .* refused$' "$work/table"
}
check 'a planted fault that does not show' faults_hide

faults_everywhere() {
  TLBDIFF_ZOO=seen zoo 0 seen
  # what the guest always sees is no planted fault
  touch "$out"/{series,zoo}/build/always
  zoo 1 seen
  grep -q 'SHOWS WITHOUT IT$' "$work/table"
}
check 'what shows without a planted fault' faults_everywhere
refused 'no tlbdiff' 'none: not there: build it' "$here/guests-zoo.sh" "$work/none"
refused 'no emulators for planted faults' 'qemu-system-arm: not there: run guests-zoo.sh' "$here/guests-zoo.sh" --run "$work/tlbdiff" "$work/empty"

# What the series costs: the programs are made, and run by a stand-in for valgrind, which
# counts a million for any, and of a program behind the split MPC one half more.
mkdir -p "$out/split/build" "$work/bin"
for side in pristine series split; do
  for target in arm riscv64; do
    [ "$side-$target" != split-riscv64 ] || continue
    printf '#!/bin/bash\necho 0badcafe\n' > "$out/$side/build/qemu-system-$target"
    chmod +x "$out/$side/build/qemu-system-$target"
  done
done
cat > "$work/bin/valgrind" << 'TOOL'
#!/bin/bash
echo "$*" >> "$(dirname "$0")/runs"
for arg; do
  case $arg in
  --callgrind-out-file=*) profile=${arg#*=} ;;
  --*) ;;
  *) break ;;
  esac
  shift
done
n=1000000
case "$*" in */nothing/*) n=1000 ;; */split/*) n=1500500 ;; esac
case "$*" in */series/*"$(cat "$(dirname "$0")/slow")"*) n=$((n + $(cat "$(dirname "$0")/more"))) ;; esac
"$@" || exit
echo "totals: $n" > "$profile"
TOOL
chmod +x "$work/bin/valgrind"

# cost STATUS SLOW MORE [PROGRAM...]: where the series counts that much more for SLOW
cost() {
  local status
  echo "$2" > "$work/bin/slow"
  echo "$3" > "$work/bin/more"
  rm -rf "$out/cost" "$work/bin/runs"
  attempt guests_cost "${@:4}"
  [ "$status" = "$1" ] || { echo "status $status"; cat "$work/table" "$work/errors"; return 1; }
}
guests_cost() { PATH=$work/bin:$PATH "$here/guests-cost.sh" --run "$out" "$@" > "$work/table" 2> "$work/errors"; }

costs() {
  cost 0 virt/fault 9000
  prints '20 programs: 0 cost more than a hundredth without an IOMMU'
  # (the million is 999000 without what an empty program costs)
  grep -qE '^virt +none +fault +999000 +1008000 +1.0090 *$' "$work/table"
  grep -qE '^mps2-an505 +allows +fault +999000 +999000 +1.0000 *$' "$work/table"
  grep -qE '^mps2-an505 +split +stream +999000 +1499500 +1.5010 *$' "$work/table"
  # what the release costs behind the MPC is counted once for both
  [ "$(grep -c . "$work/bin/runs")" = $((6 * (2 + 2 + 3))) ]
  [ "$(find "$out/cost" -name '*.elf' -exec head -c 4 {} + | grep -ac ELF)" = 18 ]
}
check 'what the series costs' costs

costs_more() {
  cost 1 mps2-an385/mmio 11000 mmio
  prints '4 programs: 1 cost more than a hundredth without an IOMMU'
  grep -qE '^mps2-an385 +none +mmio +999000 +1010000 +1.0110 MORE THAN A HUNDREDTH$' "$work/table"
  # behind an IOMMU it may
  cost 0 mps2-an505/mmio 500000 mmio
  grep -qE '^mps2-an505 +allows +mmio +999000 +1499000 +1.5005 *$' "$work/table"
}
check 'what costs more than a hundredth' costs_more

costs_again() {
  local before
  before=$(grep -c . "$work/bin/runs")
  guests_cost mmio
  [ "$(grep -c . "$work/bin/runs")" = "$before" ]
  echo '# another' >> "$out/series/build/qemu-system-riscv64"
  guests_cost mmio
  [ "$(grep -c . "$work/bin/runs")" = $((before + 2)) ]
}
check 'what has been counted is not counted again' costs_again

wrong_result() {
  printf '#!/bin/bash\necho 12345678\n' > "$out/series/build/qemu-system-arm"
  cost 2 none 0 compute
  grep -q 'compute: the results are not the same$' "$work/errors"
  printf '#!/bin/bash\nexit 7\n' > "$out/series/build/qemu-system-arm"
  cost 2 none 0 compute
  grep -q 'nothing/series: ended with status 7: see' "$work/errors"
}
check 'a program that computes something else' wrong_result
refused 'no emulators to be compared' 'qemu-system-riscv64: not there: run guests-cost.sh' "$here/guests-cost.sh" --run "$work/empty"
refused 'a program that is none' 'fly: no such program: use some of: compute' "$here/guests-cost.sh" --run "$out" mmio fly
refused 'another option of guests-cost.sh' '--walk: no such option' "$here/guests-cost.sh" --walk

# The real table: each line has its seven fields, and a board to be built.
source_of() { [ -f "$here/../harness/guests/$1.S" ] || [ -f "$here/../harness/guests/$1.c" ]; }
whole() {
  local line
  while IFS= read -r line; do
    [ "$(tr -cd '|' <<< "$line" | wc -c)" = 6 ] || { echo "$line"; return 1; }
    grep -q "^emulated=.*\b${line%% *}\b" "$here/guests-lib.sh" || { echo "no emulator: $line"; return 1; }
    grep -q "^  ${line%% *}) echo " "$here/guests-lib.sh" || { echo "no board: $line"; return 1; }
    [[ $line != *own:* ]] || source_of "${line##*own:}" || { echo "no source: $line"; return 1; }
  done < <(grep -v '^#' "$here/guests.txt")
}
check 'guests.txt' whole
exit "$failed"
