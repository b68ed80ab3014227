#!/bin/bash
# series.sh on commits that are made up: in place of building one, a fault of
# the bug zoo is chosen, and the fuzzer finds what it is told to. What the table
# says, what is kept, and that the git tree is not touched.
#   test-series.sh BUILD
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

zoo=$(realpath "$1")/tlbdiff-zoo
seeds=$(realpath "$here/../corpus/fuzz-iommu/seeds")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/try" "$work/qemu"

git_tree() { git -C "$work/qemu" -c user.name=x -c user.email=x@example.org "$@"; }

# commit FILL SUBJECT: what tlb_set_page_full() says; `file` has the subject
commit() {
  mkdir -p "$work/qemu/accel/tcg"
  printf 'void tlb_set_page_full(\n    %s;\n}\n' "$1" > "$work/qemu/accel/tcg/cputlb.c"
  echo "$2" > "$work/qemu/file"
  echo 10.2.2 > "$work/qemu/VERSION"
  git_tree add -A
  git_tree commit -q -m "$2"
}

git_tree init -q
mkdir -p "$work/qemu/subprojects/fetched"
echo /fetched > "$work/qemu/subprojects/.gitignore"
echo by meson > "$work/qemu/subprojects/fetched/README"
commit TLB_IOMMU release
commit eager 'none: eager'
commit TLB_IOMMU 'none: deferred'
commit TLB_IOMMU 'breaks: a typing error'
commit TLB_IOMMU 'flush-keeps-victim: wrong'
commit TLB_IOMMU 'flush-keeps-victim: still wrong'
commit TLB_IOMMU 'none: corrected'
tip=$(git_tree rev-parse HEAD) branch=$(git_tree symbolic-ref HEAD)

# In place of the build: chooses the fault that the commit's subject begins with.
cat > "$work/try/build" << 'END'
#!/bin/bash
try=${0%/*} src=$PWD/build/series/build/qemu/src
echo "$1" >> "$try/built"
[ "$(cat "$src/subprojects/fetched/README")" = 'by meson' ] || { echo 'error: no subproject'; exit 1; }
sed 's/:.*//' "$src/file" > "$try/fault"
[ ! -e "$try/interrupt" ] || { kill -TERM "$PPID"; sleep 1; }
! grep -qx breaks "$try/fault" || { echo "x.c:1:2: error: expected ';'"; exit 1; }
END
# (Of a fault, what it says of the seeds is the same for each commit.)
cat > "$work/try/tlbdiff" << END
#!/bin/bash
fault=\$(sed '/none/d' "$work/try/fault")
run() { \${fault:+env TLBDIFF_ZOO=\$fault} "$zoo" "\$@"; }
[ "\$1 \$2" = 'triage --files' ] || { run "\$@"; exit; }
said=$work/try/said-\$fault
if [ ! -e "\$said.status" ]; then
  run "\$@" > "\$said"
  echo \$? > "\$said.status"
fi
cat "\$said"
exit "\$(cat "\$said.status")"
END
# The fuzzer: it finds a seed, which is longer than it need be.
cat > "$work/try/fuzz-iommu" << END
#!/bin/bash
try=$work/try
printf '%s\n' "\$@" > "\$try/arguments"
ls "\${@: -1}" > "\$try/read"
echo 'stat::scenarios: 1234'
! grep -q none "\$try/fault" || exit 0
for word; do prefix=\${word#-artifact_prefix=}; [ "\$prefix" = "\$word" ] || break; done
"$zoo" encode "$seeds/c14-flush-victim.tlb" -o "\${prefix}crash-1"
echo "Test unit written to \${prefix}crash-1"
exit 77
END
chmod +x "$work"/try/*
cd "$work"

# run STATUS RANGE: what it prints is in `output`
run() {
  local status=0
  TLBDIFF_SERIES_TRY=$work/try FUZZ_SECONDS=3 BUILD=$work/build "$here/series.sh" "$work/qemu" "$2" > output 2> error || status=$?
  [ "$status" = "$1" ] || { cat output error; return 1; }
}
says() { grep -q -e "$1" output || { cat output; return 1; }; }

total=$(find "$seeds" "$seeds/../regressions" -name '*.tlb' | wc -l)
fine() {
  run 0 HEAD~6..HEAD~4 && says "^[0-9a-f]* *ok\* *$total of $total *1234 agree *none: eager\$" \
    && says "^[0-9a-f]* *ok *$total of $total *1234 agree *none: deferred\$" && says '^\* before deferred'
}
check 'commits that are fine' fine

faults() {
  run 1 HEAD~6..HEAD && says '^[0-9a-f]* *fails *- *- *breaks: a typing error$' \
    && says "^    build: x.c:1:2: error: expected ';'\$" \
    && says "^[0-9a-f]* *ok *[0-9]* of $total *diverges *flush-keeps-victim: wrong\$" \
    && says "^    [1-9][0-9]* of these seeds agree with $(git_tree rev-parse --short HEAD~4)\$" \
    && [ "$(grep -c 'of these seeds agree' output)" = 1 ] \
    && says '^    seeds: C14/flush-page/.*: [1-9][0-9]*, such as corpus/fuzz-iommu/seeds/c14-flush-victim.tlb$' \
    && says '^    fuzz: C14/flush-page/.*: .*/build/series/found/[0-9a-f]*-C14-flush-page-.*\.tlb$' \
    && says "^[0-9a-f]* *ok *$total of $total *1234 agree *none: corrected\$"
}
check 'commits with faults, and after them' faults

operations() { grep -c '^[a-z].* cpu=' "$1"; }
finding() {
  local file status=0
  file=$(sed -n 's/^    fuzz: .*: //p' output | head -n 1)
  [ "$(operations "$file")" -lt "$(operations "$seeds/c14-flush-victim.tlb")" ]
  "$zoo" replay "$file" > /dev/null
  TLBDIFF_ZOO=flush-keeps-victim "$zoo" replay "$file" > /dev/null || status=$?
  [ "$status" = 1 ]
}
check 'the finding is kept, cut down' finding
check 'the fuzzer reads what agrees' test "$(wc -l < try/read)" = "$total"
check 'the fuzzer has the time given' grep -qx -e -max_total_time=3 try/arguments

kept() {
  cp output before
  : > try/built
  run 1 HEAD~6..HEAD && cmp output before && [ ! -s try/built ]
}
check 'results are kept' kept

more() {
  : > try/built
  commit TLB_IOMMU 'none: one more'
  run 0 HEAD~2.. && [ "$(cat try/built)" = "$(git_tree rev-parse HEAD)" ]
}
check 'one more commit: only that is built' more

interrupted() {
  commit TLB_IOMMU 'none: interrupted'
  touch try/interrupt
  run 2 HEAD~2..
  one_line "$(cat error)"
  grep -q 'run it again to go on' error
  rm try/interrupt
  : > try/built
  run 0 HEAD~2.. && [ "$(cat try/built)" = "$(git_tree rev-parse HEAD)" ]
}
check 'an interruption' interrupted

untouched() {
  [ -z "$(git_tree status --porcelain)" ] && [ "$(git_tree rev-parse HEAD~2)" = "$tip" ] \
    && [ "$(git_tree symbolic-ref HEAD)" = "$branch" ] && [ ! -e qemu/.git/worktrees ]
}
check 'the git tree is not touched' untouched

# --- by mail -----------------------------------------------------------------

# One base that the patches do not fit, and one that they do; they come as an
# archive has them: in no order, with replies, and with an earlier version.
git clone -q qemu fits
git -C fits checkout -q -b base HEAD~6
cp -a qemu/subprojects/fetched fits/subprojects/
git clone -q fits other 2> log
echo something else > other/file
git -C other -c user.name=x -c user.email=x@example.org commit -q -a -m other
git_tree format-patch -q --cover-letter -v 2 -o "$work/mails" HEAD~6..HEAD~3
git_tree format-patch -q -v 1 -o "$work/old" HEAD~6..HEAD~4
reply() { printf '%s\n' 'From x Thu Jan  1 00:00:00 1970' 'Subject: Re: [PATCH v2 2/3] wrong' '' '--- a/file' '+++ b/file' No. ''; }
{ cat mails/*0003*; reply; cat mails/*0000* mails/*0001* mails/*0002* old/*; } > series.mbox
{ cat mails/*0000* mails/*0001* mails/*0003*; } > gap.mbox
cat mails/*0000* > cover.mbox

by_mail() {
  local status=0
  TLBDIFF_SERIES_TRY=$work/try FUZZ_SECONDS=3 BUILD=$work/build "$here/series.sh" --mbox "$@" > output 2> error || status=$?
  [ "$status" = 1 ] || { cat output error; return 1; }
}
mails() {
  by_mail series.mbox --base other --base fits && says '^3 patches of version 2, in 7 mails, applied to fits: QEMU 10.2.2$' \
    && says '^[0-9a-f]* *fails *- *- *breaks: a typing error$' \
    && says "^[0-9a-f]* *ok *[0-9]* of $total *diverges *flush-keeps-victim: wrong\$" \
    && says '^[0-9a-f]* *ok .* flush-keeps-victim: still wrong$' && [ "$(grep -c '^[0-9a-f]\{7,\} ' output)" = 3 ]
}
check 'a series by mail' mails
again() {
  cp output before
  : > try/built
  by_mail series.mbox --base fits && cmp output before && [ ! -s try/built ]
}
check 'the same by mail again: results are kept' again
check 'the base is not touched' test "$(git -C fits status --porcelain; git -C fits rev-parse base)" = "$(git_tree rev-parse HEAD~6)"

bad_mail() { refused "$1" "$2" env BUILD="$work/build" "$here/series.sh" --mbox "${@:3}"; }
bad_mail 'mails that do not apply' 'other: patch 1 of 3: file:1): give the git tree' series.mbox --base other
bad_mail 'a patch that is missing' 'gap.mbox: patch 2 of 3 is not in it' gap.mbox
bad_mail 'no patch' 'cover.mbox: no patch in its 1 mails' cover.mbox
bad_mail 'no mail' 'file: no mail in it' other/file
bad_mail 'no mbox' 'none: No such file' none
bad_mail 'no such base' 'base 9.9: no such directory, and none of the bases' series.mbox --base 9.9
bad_mail 'a base without commits' 'try: not a git tree' series.mbox --base try
bad_mail 'no base given' 'usage:' series.mbox --base

bad() { refused "$1" "$2" env BUILD="$work/build" "$here/series.sh" "${@:3}"; }
bad 'no range' 'usage:' qemu
bad 'no such directory' 'none: no such directory' none HEAD~1..
bad 'no git tree' 'not a git tree' try HEAD~1..
bad 'an empty range' 'no commits in it' qemu HEAD..HEAD
bad 'the first commit of all' 'give a later one' qemu HEAD
FUZZ_SECONDS=0 bad 'no time' 'FUZZ_SECONDS=0' qemu HEAD~1..
TARGET=none bad 'no target' 'TARGET=none' qemu HEAD~1..

exit "$failed"
