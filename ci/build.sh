#!/bin/bash
# Sets up what is missing and builds everything.
#   build.sh [BUILD [FLAVOUR [OPTION...]]]      default: build san
# OPTION: as for meson setup, such as -Dengine=afl; only for a new BUILD.
# From the environment: BASE, the release of QEMU to test, one of QEMU_BASES in
# versions.sh (default: its first), or QEMU_TREE, a tree to test instead, each in a
# BUILD of its own, which tests nothing else from then on; QEMU_OF, a build directory whose QEMU is linked where a new BUILD would
# make its own: the same source and, for the same flavour, the same objects; GOALS,
# what to build of all (default: everything).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=ci/versions.sh
. "$here/versions.sh"
build=${1:-$root/build${BASE:+-$BASE}}
base=${BASE:-${QEMU_BASES%% *}}
flavour=${2:-san}

# The line that says why, out of the log $1; $2 says what failed.
explain() {
  # meson keeps what a command of its set-up said in a log of its own
  grep -m 1 -E '^qemu-[a-z]*: ' <(cat "$1" "$build/meson-logs/meson-log.txt" 2> /dev/null) >&2 \
    || grep -E 'error|ERROR|FAILED' "$1" | head -n 20 >&2 || true
  echo "build: $2: see $1" >&2
  exit 2
}

# What BUILD was set up with is not to change.
die() { echo "build: $*" >&2; exit 2; }
[ -z "${BASE:-}" ] || [ -z "${QEMU_TREE:-}" ] || die "BASE=$BASE and QEMU_TREE=$QEMU_TREE: give one of them: a tree is tested as it is"
[[ " ${*:3}" != *' -Dqemu='* ]] || die "${*:3}: give the tree as QEMU_TREE"
"$here/setup.sh" || exit 2
mkdir -p "$build" || exit 2
if [ ! -f "$build/build.ninja" ]; then
  if [ -n "${QEMU_OF:-}" ] && [ ! -e "$build/qemu" ]; then
    ln -sfnr "$QEMU_OF/qemu" "$build/qemu" || exit 2
  fi
  # of a set-up that failed
  [ -L "$build/qemu" ] || rm -f "$build/qemu/tree"
fi
[ -z "${BASE:-}" ] || [ ! -f "$build/qemu/tree" ] \
  || die "$build: tests $(head -n 1 "$build/qemu/tree"): give BASE=$BASE a build directory of its own, as BUILD=DIR"
if [ -f "$build/qemu/base" ]; then
  asked=$(cut -d ' ' -f 1 "$build/qemu/base")
  [ "$asked" = "${BASE:-$asked}" ] || die "$build: was set up with base $asked: give BASE=$BASE a BUILD of its own"
  base=$asked
fi
# First, and not only by meson, since meson would hide its progress; and each time,
# for the tree in the environment may be another than BUILD's.
src=$("$here/qemu-source.sh" "$build/qemu" "${QEMU_TREE:-}" "$base") || exit 2
if [ ! -f "$build/build.ninja" ]; then
  echo "build: configuring QEMU" >&2
  CC="ccache clang" meson setup -Dflavour="$flavour" -Dbase="$base" \
    ${QEMU_TREE:+-Dqemu="$(realpath "$QEMU_TREE")"} "${@:3}" "$build" "$root" > "$build/setup.log" 2>&1 \
    || explain "$build/setup.log" "$build: meson setup failed"
elif ! cmp -s "$build/qemu/$flavour/devices.txt" <("$here/qemu-devices.py" "$src"); then
  echo "build: configuring QEMU, for its checker devices" >&2
  meson setup --reconfigure "$build" "$root" > "$build/setup.log" 2>&1 \
    || explain "$build/setup.log" "$build: meson setup failed"
fi
# What another clone has compiled is not compiled again: paths below this directory
# are hashed as relative ones, and of the allowlist only the content.
build=$(realpath "$build")
export CCACHE_BASEDIR=$root CCACHE_EXTRAFILES=$build/qemu/$flavour/allowlist.txt
export CCACHE_IGNOREOPTIONS='-fsanitize-coverage-allowlist=*'
echo "build: compiling (the first time: QEMU, some minutes)" >&2
# shellcheck disable=SC2086  # a list
ninja -C "$build" ${GOALS:-} > "$build/ninja.log" 2>&1 \
  || explain "$build/ninja.log" "$build: does not compile"
