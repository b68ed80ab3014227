#!/bin/bash
# Many crash files of one campaign, which has found 12 faults: tlbdiff triage
# must find 12 groups.
#   test-triage.sh BUILD [FILES]      default: 60
# The faults are of the bug zoo, all at once. The files are scenarios that show
# one, with operations of others between theirs.
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

signatures=12
files=${2:-60}
build=$(realpath "$1")
tool=$build/tlbdiff-zoo
corpus=$(realpath "$here/../corpus/fuzz-iommu")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TLBDIFF_ZOO=section-index,index-zero,mask-ignored,lost-notdirty,code-first-byte,romd-written,no-notifier-store
TLBDIFF_ZOO+=,flush-keeps-victim,page1-first,rmw-reads-io,failed-physaddr,watch-8-bytes,entry-not-copied

# groups FILE: what triage --files has printed as lines "signature path"
groups() { awk '/^[^ ]+\/[^ ]+$/ { s = $1 } /^    / { print s, $1 }' "$1"; }

# The seeds show many faults: a file for each of the first signatures.
"$tool" triage -o base "$corpus/seeds" > seeds.out || true
mapfile -t bases < <(find base -name '*.tlb' | sort | head -n "$signatures")
report "$signatures signatures among the seeds" "$([ "${#bases[@]}" = "$signatures" ]; echo $?)" "${#bases[@]}"

# Some candidates lose their fault, or show another one first: not taken.
mkdir candidates crashes
"$here/crash-files.py" candidates $((2 * files)) "$corpus/seeds" "${bases[@]}"
"$tool" triage --files candidates > candidates.out || true
sed -n 's/^# signature: //p' "${bases[@]}" | sort > wanted
groups candidates.out | sort > found
# as many of each as there are, one of each in turn
join wanted found | awk '{ print ++n[$1], $1, $2 }' | sort -n | sed -n "1,${files}p" | cut -d ' ' -f 2- > taken
cut -d ' ' -f 2 taken | xargs cp -t crashes
report "$files crash files" "$([ "$(find crashes -type f | wc -l)" = "$files" ]; echo $?)"

start=$(date +%s%N)
"$tool" triage --files -o smallest crashes > out && status=0 || status=$?
took=$((($(date +%s%N) - start) / 10000000))
printf '   %d files in %d.%02d s\n' "$files" $((took / 100)) $((took % 100))
report 'the exit status is 1' "$([ "$status" = 1 ]; echo $?)" "$status"

found_groups() { tail -n 1 out | grep -q "^$files files: $signatures signatures, "; }
same_files() {
  cut -d ' ' -f 1 taken | sort | uniq -c > a
  groups out | cut -d ' ' -f 1 | sort | uniq -c > b
  cmp a b
}
one_file_each() { [ "$(find smallest -name '*.tlb' | wc -l)" = "$signatures" ]; }
smallest_show_them() {
  "$tool" triage smallest > again || true
  grep -E '^[^ ]+/[^ ]+$' again | sort | cmp - wanted
}
# A file of those without the faults is none that diverges.
without_faults() {
  TLBDIFF_ZOO='' "$tool" triage smallest > out && grep -q "0 signatures.*$signatures without any" out
}
check "$signatures groups" found_groups
check 'each file is in its group' same_files
check 'a file for each group' one_file_each
check 'these have the same signatures' smallest_show_them
check 'without the faults all agree' without_faults

# What is known: a comment in a file of a directory that is given.
known_by_comment() {
  mkdir known
  cp "${bases[0]}" known/fixed.tlb
  "$tool" triage --known=known "${bases[0]}" > out || true
  grep -q '^  known: known/fixed.tlb$' out && tail -n 1 out | grep -q '^1 file: 1 signature, 1 of them known'
}
# The regressions say what their faults look like without the fixes.
known_regression() { { TLBDIFF_ZOO=$1 "$tool" triage "$corpus/regressions/$2.tlb" || true; } | grep -q "^  known: .*/$2.tlb\$"; }
check 'a signature is known' known_by_comment
check 'fixes/0001 is known' known_regression set-dirty-any-page dirty-other-mmu-index
check 'fixes/0002 is known' known_regression entry-not-copied io-flushed-in-access
check 'fixes/0006 is known' known_regression range-in-large-page flush-range-large-page
exit "$failed"
