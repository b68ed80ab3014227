#!/bin/bash
# The search of bisect.sh, with replays that are made up: which patch is named,
# what is said of steps that show nothing, and that results are kept.
# (bisect-faults.sh measures it with QEMU.)
#   test-bisect.sh BUILD
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

build=$(realpath "$1")
scenario=$here/../corpus/fuzz-iommu/seeds/c01-flag.tlb
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A build directory of its own: what is tested is in it, and what is kept, too.
mkdir -p "$work/build/meson-info" "$work/patches/qemu-10.2"
ln -s "$build/tlbdiff" "$work/build/tlbdiff"
for name in one two three four five six; do
  echo "a patch: $name" > "$work/patches/qemu-10.2/$name.patch"
done
printf '# comment\none.patch\ntwo.patch  # why\n\nthree.patch\nfour.patch\nfive.patch\nsix.patch' > "$work/patches/qemu-10.2/series"
options() { printf '[{"name":"flavour","value":"san"},{"name":"qemu","value":"%s"}]' "$1" > "$work/build/meson-info/intro-buildoptions.json"; }
options ''

# In place of building and replaying step $1: line $1 + 1 of outcomes says it.
cat > "$work/try" << 'END'
#!/bin/bash
echo "$1" >> "${0%/*}/tried"
said() { printf 'DIVERGENCE %s\nat operation 2 of 3: load\n  %s\n' "$1" "$2"; exit 1; }
case $(sed -n "$(($1 + 1))p" "${0%/*}/outcomes") in
agrees) exit 0 ;;
fault) said 'C3 target: a rule' "assertion at cputlb.c:$((1000 + $1)): x" ;;
other) said 'C2 deferral: a rule' 'asked in the fill' ;;
page) said 'C3 target: a rule' 'the IOMMU was asked about 0x1000, which is wrong' ;;
address) said 'C3 target: a rule' 'the IOMMU was asked about 0x1010, which is wrong' ;;
crash) echo 'SUMMARY: AddressSanitizer: heap-use-after-free /x/cputlb.c:77:2 in do_st'; exit 1 ;;
hangs) exit 124 ;;
breaks) exit 3 ;;
esac
END
chmod +x "$work/try"

bisect() {
  TLBDIFF_PATCHES=$work/patches TLBDIFF_BISECT_TRY=$work/try "$here/bisect.sh" "$work/build" "$scenario" "$@"
}

# finds OUTCOMES LINE...: with the outcomes of step 0 on, these lines are printed
finds() {
  local outcomes=$1 line
  shift
  rm -rf "$work/build/bisect" "$work/tried"
  tr ' ' '\n' <<< "$outcomes" > "$work/outcomes"
  mkdir -p "$work/build/bisect"
  : > "$work/build/bisect/log"
  bisect > "$work/output" 2> "$work/error" || { cat "$work/error"; return 1; }
  for line; do
    grep -q -e "$line" "$work/output" || { cat "$work/output"; return 1; }
  done
}
check 'the first patch' finds 'agrees fault fault fault fault fault fault' '^first with: one.patch' '^agrees with: unmodified'
check 'one in the middle' finds 'agrees agrees agrees agrees fault fault fault' '^first with: four.patch' '^agrees with: three.patch'
check 'the last one' finds 'agrees agrees agrees agrees agrees agrees fault' '^first with: six.patch' '^agrees with: five.patch'
check 'a crash' finds 'agrees agrees crash crash crash crash crash' '^first with: two.patch' 'AddressSanitizer: heap-use-after-free in do_st'
check 'asked about a page, then about an address' finds 'agrees agrees page page address address address' '^first with: two.patch' 'was asked about 0x\.\.\., which'
check 'the release has it' finds 'fault fault fault fault fault fault fault' '^first with: unmodified QEMU'
check 'corrected, and back again' finds 'fault fault agrees agrees agrees fault fault' '^first with: five.patch' '^agrees with: four.patch'
check 'others in between' finds 'agrees agrees agrees agrees other fault fault' '^first with: five.patch' \
  '^not to be seen with: four.patch: diverges C2,'
check 'one that does not build' finds 'agrees agrees agrees agrees breaks fault fault' '^first with: five.patch' \
  '^not to be seen with: four.patch: fails to build'
check 'one that hangs' finds 'agrees agrees agrees agrees hangs fault fault' '^first with: five.patch' \
  '^not to be seen with: four.patch: diverges does not end'

agreement() {
  local status=0
  rm -rf "$work/build/bisect"
  printf 'agrees\n%.0s' 0 1 2 3 4 5 6 > "$work/outcomes"
  bisect > "$work/output" || status=$?
  [ "$status" = 1 ] && grep -q 'six.patch, which is all: agrees' "$work/output"
}
check 'no divergence' agreement

broken() {
  local status=0
  rm -rf "$work/build/bisect"
  mkdir -p "$work/build/bisect"
  echo 'cputlb.c:9:1: error: expected a semicolon' > "$work/build/bisect/log"
  printf 'breaks\n%.0s' 0 1 2 3 4 5 6 > "$work/outcomes"
  bisect > "$work/output" 2> "$work/error" || status=$?
  [ "$status" = 2 ] && one_line "$(cat "$work/error")" \
    && grep -q 'six.patch: fails to build: cputlb.c:9:1: error: expected a semicolon: see ' "$work/error"
}
check 'it does not build' broken

# A result is not asked for twice, unless its patch has changed.
kept() {
  finds 'agrees agrees agrees agrees fault fault fault'
  : > "$work/tried"
  bisect > "$work/output"
  [ ! -s "$work/tried" ]
  echo more >> "$work/patches/qemu-10.2/six.patch"
  bisect > "$work/output"
  [ "$(cat "$work/tried")" = 6 ]
  grep -q '^first with: four.patch' "$work/output"
}
check 'results are kept' kept

git_tree() { git -C "$work/qemu" -c user.name=x -c user.email=x@example.org "$@"; }
commits() {
  local name
  mkdir -p "$work/qemu"
  git_tree init -q
  for name in release one two three; do
    echo "$name" > "$work/qemu/file"
    git_tree add file
    git_tree commit -q -m "change $name"
  done
  options "$work/qemu"
  printf 'agrees\nagrees\nfault\nfault\n' > "$work/outcomes"
  bisect HEAD~3.. > "$work/output" && grep -q '^first with: [0-9a-f]* change two' "$work/output" \
    && grep -q '^agrees with: [0-9a-f]* change one' "$work/output"
}
check 'commits of a git tree' commits

bad() { refused "$1" "$2" "$here/bisect.sh" "${@:3}"; }
bad 'no file' 'usage:' "$work/build"
bad 'missing file' 'none: no such file' "$work/build" "$work/none"
bad 'a git tree without a range' 'give the range' "$work/build" "$scenario"
bad 'an empty range' 'no commits in it' "$work/build" "$scenario" HEAD..HEAD
options ''
bad 'a range of patches' 'is for one with -Dqemu' "$work/build" "$scenario" HEAD~1..

exit "$failed"
