#!/bin/bash
# The other bases: their series apply and are in QEMU's style; and the table of
# bases.sh, with stand-ins for what builds and tests.
#   test-bases.sh BUILD
# Of a base whose source cannot be had, that is said, and only the style of its
# series is checked, with the tree of BUILD.
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
# shellcheck source=ci/versions.sh
. "$here/versions.sh"
unset QEMU_TREE TLBDIFF_EXTRA_PATCHES
build=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# --- their series ------------------------------------------------------------

# The tree is kept: the next time there is nothing to do.
series_of() {
  local out=$build/bases/$1
  mkdir -p "$out"
  if "$here/qemu-source.sh" "$out" '' "$1" > "$work/log" 2>&1 && [ "$(base_of "$out")" = "$1" ]; then
    "$here/series-check.sh" style "$out/src"
  elif ! grep -q ': no source of QEMU ' "$work/log"; then
    tail -n 1 "$work/log"
    return 1
  else
    echo "base $1 is left out, but for its style: $(tail -n 1 "$work/log")"
    "$here/series-check.sh" style "$build/qemu/src" "qemu-$1"
  fi
}
for base in $QEMU_BASES; do
  [ "$base" = "$(base_of "$build/qemu")" ] || check "the series of base $base" series_of "$base"
done

# meson wants a list of its own.
same_list() {
  local choices
  choices=$(sed -n "s/^option('base'.* choices: \[\(.*\)\], value: '\(.*\)',\$/\2 first of \1/p" "$here/../meson_options.txt")
  [ "$choices" = "${QEMU_BASES%% *} first of '${QEMU_BASES// /"', '"}'" ] || { echo "meson_options.txt: $choices"; return 1; }
}
check 'meson_options.txt has the bases of versions.sh' same_list

# --- bases.sh ----------------------------------------------------------------

# The script beside stand-ins for the scripts that it calls.
mkdir -p "$work/root/ci"
cp "$here/bases.sh" "$work/root/ci"
cat > "$work/root/ci/versions.sh" << 'VERSIONS'
QEMU_BASES='3.0 2.0 1.0'
use_base() { [[ " $QEMU_BASES " == *" $1 "* ]] && QEMU_VERSION=$1.7; }
base_of() { cat "$1/base"; }
VERSIONS
# Base 1.0 is not to be had: 2.0 is taken.
cat > "$work/root/ci/qemu-source.sh" << 'SOURCE'
#!/bin/bash
mkdir -p "$1"
echo "${3/1.0/2.0}" > "$1/base"
[ "$3" != 1.0 ] || echo 'no network'
SOURCE
# Prints what it is told to for the base.
cat > "$work/root/ci/test.sh" << 'TEST'
#!/bin/bash
echo "$BASE in $BUILD"
sed -n "s/^$BASE: //p" "$(dirname "$0")/results"
TEST
chmod +x "$work/root/ci"/*.sh

# table STATUS LINES [BASE...]: bases.sh prints these lines, blanks aside, below
# its head, and ends so
table() {
  local wanted=$1 lines=$2 status=0
  shift 2
  "$work/root/ci/bases.sh" "$@" > "$work/out" 2> "$work/err" || status=$?
  sed -i -E 's/ +/ /g; s/ $//; s/ [0-9]+ s/ TIME/' "$work/out"
  if [ "$status" != "$wanted" ] || [ -s "$work/err" ] \
    || [ "$(cat "$work/out")" != "base QEMU passed failed time"$'\n'"$lines" ]; then
    echo "status $status"
    cat "$work/out" "$work/err"
    return 1
  fi
}
printf '%s\n' '3.0: 12 passed, 0 failed' '2.0: 10 passed, 2 failed' > "$work/root/ci/results"
check 'all pass' table 0 '3.0 3.0.7 12 0 TIME' 3.0
check 'the log is kept' grep -qx "3.0 in $work/root/build-3.0" "$work/root/build-3.0/bases.log"
check 'some fail' table 1 "3.0 3.0.7 12 0 TIME
2.0 2.0.7 10 2 TIME see $work/root/build-2.0/bases.log" 3.0 2.0
check 'one is not there' table 1 "3.0 3.0.7 12 0 TIME
2.0 2.0.7 10 2 TIME see $work/root/build-2.0/bases.log
1.0 1.0.7 - - - cannot be had: no network"
check 'the others pass' table 0 "3.0 3.0.7 12 0 TIME
1.0 1.0.7 - - - cannot be had: no network" 3.0 1.0
check 'none is there' table 2 '1.0 1.0.7 - - - cannot be had: no network' 1.0
echo '3.0: build: does not compile' > "$work/root/ci/results"
check 'one does not build' table 1 '3.0 3.0.7 - - TIME cannot be tested: build: does not compile' 3.0

no_such_base() {
  local status=0
  "$work/root/ci/bases.sh" 4.0 > "$work/out" 2> "$work/err" || status=$?
  [ "$status" = 2 ] && [ ! -s "$work/out" ] && one_line "$(cat "$work/err")" \
    && grep -q '4.0: no such base: use some of: 3.0 2.0 1.0' "$work/err"
}
check 'no such base' no_such_base

exit "$failed"
