#!/bin/bash
# Faults of the bug zoo, outside of the harness: the programs that
# `tlbdiff export --c` writes are built as their first comment says, with QEMU's
# own flags for the file that they stand in for, and show the fault, or not.
#   test-export.sh BUILD
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

build=$(realpath "$1")
san=$build/qemu/san
root=$(dirname "$here")
corpus=$root/corpus/fuzz-iommu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ASAN_OPTIONS=detect_leaks=0

mapfile -t libs < <("$here/qemu-build.sh" libs "$san")
read -ra glib < <(pkg-config --cflags glib-2.0)
clang -g0 -c "${glib[@]}" -I "$root/patches/qemu-10.2/bug-zoo" -o "$work/zoo.o" "$root/harness/qemu/zoo.c"

# build_program NAME: WORK/NAME of WORK/NAME.c
build_program() {
  local command
  command=$("$here/recompile.py" "$san" system/main.c "$work/$1.c" "$work/$1.o" -g0 -O0 -Werror | tail -n 1)
  (cd "$san" && sh -c "$command" && clang -fsanitize=address,undefined -fuse-ld=lld -Wl,--strip-debug \
    -o "$work/$1" "$work/$1.o" "$work/zoo.o" @objects-zoo.rsp "${libs[@]}")
}

# runs NAME FAULT STATUS PATTERN: the program ends so, and says that
runs() {
  local status=0
  TLBDIFF_ZOO=$2 "$work/$1" > "$work/output" 2>&1 || status=$?
  [ "$status" = "$3" ] && grep -q -e "$4" "$work/output"
}

# shows FAULT SCENARIO PATTERN: exported with the fault, it shows it, and not without
shows() {
  local status=0
  TLBDIFF_ZOO=$1 "$build/tlbdiff-zoo" export --c "$corpus/$2" -o "$work/$1.c" 2> "$work/error" || status=$?
  [ "$status" = 1 ] || { cat "$work/error"; return 1; }
  build_program "$1" && runs "$1" "$1" 1 "$3" && runs "$1" '' 0 ''
}
check 'the audit' shows set-dirty-any-page regressions/dirty-other-mmu-index.tlb 'THE FAULT SHOWS'
check 'the IOMMU is asked wrongly' shows flag-ro seeds/c01-flag.tlb 'translate iommu0.* flag=r'
check 'an answer for all types' shows all-types seeds/c08-independent-flags.tlb 'THE FAULT SHOWS'
check 'a watchpoint that must not fire' shows watch-both seeds/c19-watchpoints.tlb 'THE FAULT SHOWS'
check 'an old entry comes back' shows fill-keeps-victim seeds/c12-stale-victim.tlb 'THE FAULT SHOWS'
check 'freed memory is used' shows entry-not-copied seeds/c20-flush-in-access.tlb 'ERROR: AddressSanitizer'

# A scenario that agrees gives a program, too.
agrees() {
  "$build/tlbdiff" export --c "$corpus/seeds/c07-addend-conflict.tlb" > "$work/agrees.c" \
    && build_program agrees && runs agrees '' 0 'QEMU has given up: as it has to'
}
check 'a program for what agrees' agrees

refuses() {
  local status=0 error
  error=$("$build/tlbdiff" export --c "$corpus/seeds/c10-code.tlb" 2>&1 > "$work/none") || status=$?
  [ "$status" = 2 ] && one_line "$error" && [ ! -s "$work/none" ] && grep -q 'operation 1, block.*cannot be exported' <<< "$error"
}
check 'what cannot be exported' refuses

# mail FAULT SCENARIO PATTERN...
mail() {
  local status=0 fault=$1 file=$2 pattern
  shift 2
  TLBDIFF_ZOO=$fault "$build/tlbdiff-zoo" export --mail "$corpus/$file" > "$work/mail" || status=$?
  [ "$status" = 1 ] || return 1
  for pattern in 'QEMU  *10.2' 'tlbdiff  *[0-9]' 'compiler' 'fixes/0001' "$@"; do
    grep -q -e "$pattern" "$work/mail" || { echo "no $pattern"; return 1; }
  done
}
check 'a mail' mail flag-ro seeds/c01-flag.tlb 'Subject: .*broken: ' '^Expected' '^Observed' '^  translate iommu0.*flag=r$'
check 'a mail with a stack' mail entry-not-copied seeds/c20-flush-in-access.tlb 'Subject: .*AddressSanitizer' '#0 0x' SUMMARY

exit "$failed"
