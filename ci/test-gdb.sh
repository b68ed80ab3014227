#!/bin/bash
# tlbdiff replay --stop-at under gdb, with what it says to type there, and the
# command of harness/gdb/tlb.py.
#   test-gdb.sh BUILD
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

build=$(realpath "$1")
seeds=$(realpath "$here/../corpus/fuzz-iommu/seeds")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# LeakSanitizer cannot work while gdb traces the program
export ASAN_OPTIONS=detect_leaks=0

# hints N FILE: the commands that are given where it stops
hints() { "$build/tlbdiff" replay -q --stop-at="$1" "$2.tlb" 2>&1 < /dev/null | sed -n 's/^ *(gdb) //p'; }
# debug N FILE COMMAND...: stopped before operation N, in output
debug() {
  local n=$1 file=$2 args=() command
  shift 2
  for command; do args+=(-ex "$command"); done
  gdb -nx -batch -ex 'set confirm off' -ex run "${args[@]}" --args "$build/tlbdiff" replay -q --stop-at="$n" "$file.tlb" \
    > output 2>&1 < /dev/null || true
}
prints() { grep -Eq -- "$1" output || { cat output; return 1; }; }

# The load has learned its target, the store after it has not.
mapfile -t commands < <(hints 2 "$seeds/c12-victim")
report 'it says what to type' "$([[ " ${commands[*]} " == *' tlb-entry 0 0 0x1010 '* ]]; echo $?)" "${commands[*]}"
debug 2 "$seeds/c12-victim" "${commands[@]}" 'backtrace 1' 'tlb-entry 0 0 0x1ffc'
check 'it stops before the operation' prints '^stopped before operation   2  store cpu=0'
check 'it stops by itself' prints 'received signal SIGTRAP'
check 'it stops at a breakpoint' prints '^#0  .*mmu_lookup1 '
check 'the entry: main TLB' prints '^main TLB, slot 1 of 64:$'
check 'the entry: a load on the fast path' prints '^  load  addr_idx 0x1000: no flags -> ram0\+0x1000$'
check 'the entry: a store not translated yet' prints '^  store addr_idx 0x1[12]00: FORCE_SLOW \+ IOMMU -> iommu\+0x1000$'
check 'the entry: its addend' prints '^  addend 0x[0-9a-f]+: ram0\+0x1000$'
check 'the entry: its other half' prints '^  phys_addr 0x1000, page of 0x1000, attrs unspecified=1$'
check 'one page, whatever the address in it' [ "$(grep -c '^main TLB' output)" = 2 ]

# An entry that was pushed out.
debug 15 "$seeds/c12-victim" 'source '"$here/../harness/gdb/tlb.py" 'tlb-entry 0 0 0x101010' 'tlb-entry 0 1 0x101010' \
  'tlb-entry 0 77 0' 'tlb-entry 7 0 0' 'tlb-entry 0 0' 'tlb-entry 0 0 nothing'
check 'a victim' prints '^victim TLB, entry [0-7]:$'
check 'a victim: blocked' prints '^  store addr_idx 0x101[12]00: FORCE_SLOW \+ MMIO -> blocked\+0x1000$'
check 'no entry' prints '^nothing for 0x101000 in the TLB of CPU 0, MMU index 1$'
check 'no such index' prints '^tlb-entry: there is no MMU index 77$'
check 'no such CPU' prints '^tlb-entry: there is no CPU 7$'
check 'usage' prints '^usage: tlb-entry CPU IDX VA$'
check 'no fault of its own' [ "$(grep -c Traceback output)" = 0 ]

# Where to look: for each kind of operation, functions that there are.
cat > kinds.tlb << 'END'
tlbdiff 1 iommu
load cpu=0 idx=0 va=0x4000 size=8 le
iommu mmu=0 index=0 page=0x1 dir=read -> ram0+0x2000 perm=r-
flush cpu=0 all
clear-dirty client=vga -> ram1+0x1000
watch cpu=0 va=0x6010 watch=w
map iommu1 off
device io dir=both -> error
END
find_functions() {
  local n args=()
  for n in $(seq 7); do
    hints "$n" "$work/kinds"
  done | grep '^break' | sort -u > breaks
  while read -r n; do args+=(-ex "$n"); done < breaks
  gdb -nx -batch -ex 'set breakpoint pending off' "${args[@]}" "$build/tlbdiff" > output 2>&1 < /dev/null
  if [ "$(wc -l < breaks)" -lt 10 ] || [ "$(grep -c '^Breakpoint [0-9]* at' output)" != "$(wc -l < breaks)" ]; then
    cat breaks output
    return 1
  fi
}
check 'there are the functions that it names' find_functions

# Another program: nothing to print, and it says so.
gdb -nx -batch -ex 'set confirm off' -ex "source $here/../harness/gdb/tlb.py" -ex 'tlb-entry 0 0 0' /bin/true > output 2>&1 || true
check 'not QEMU' prints '^tlb-entry: no QEMU is running here$'
exit "$failed"
