# shellcheck shell=bash
# A series of changes to QEMU, step by step: the commits of a range, the tree of
# one, a build of it, a replay, and results that are kept. For bisect.sh and
# series.sh, which source this and set
#   here, root   ci/, and the source directory of tlbdiff
#   work         a directory of theirs: build/ and results are made in it
#   src          the tree that is changed from step to step: build/qemu/src, as in
#                other builds, so that ccache finds the objects of those
#   flavour      what is built, as of meson_options.txt
# shellcheck disable=SC2154
ulimit -c 0
unset QEMU_TREE         # not for any build that these make
export TLBDIFF_STEP=1   # for qemu-build.sh

die() { [ ! -t 2 ] || printf '\r\033[K' >&2; echo "$(basename "$0" .sh): $*" >&2; exit 2; }
progress() { [ ! -t 2 ] || printf '\r\033[K%s ' "$*" >&2; }
trap 'die "interrupted: run it again to go on"' INT TERM HUP

# Makes `work` what nobody else uses.
open_work() {
  mkdir -p "$work" || die "$work: cannot make this directory"
  exec 9> "$work/lock"
  flock -n 9 || die "$work: another run uses it"
  touch "$work/results"
}

# --- results that are kept ---------------------------------------------------

# What a result depends on, besides the step and the scenarios.
harness_id() {
  find "$root/harness" "$root/reference-model" "$root/fuzz-targets" "$root/meson.build" \
    '(' -name '*.[ch]' -o -name meson.build ')' -print0 | sort -z | xargs -0 cat | sha256sum | cut -c 1-40
}

# A name for what depends on all the words given.
key() { sha256sum <<< "$*" | cut -c 1-40; }

# Prints what was kept for these words, or nothing; keep RESULT WORD...
recall() { sed -n "s/^$(key "$@") //p" "$work/results" | tail -n 1; }
keep() { echo "$(key "${@:2}") $1" >> "$work/results"; }

# --- commits -----------------------------------------------------------------

# Sets ids and names: the commits of range $2 of the git tree $1, in order, and
# before them, at 0, the one that the first of them follows.
read_range() {
  local commit first
  git -C "$1" rev-parse --git-dir > /dev/null 2>&1 || die "$1: not a git tree: there are no commits to choose from"
  mapfile -t ids < <(git -C "$1" rev-list --reverse --first-parent "$2" -- 2> /dev/null)
  [ "${#ids[@]}" != 0 ] || die "$2: no commits in it: give a range such as v10.2.2..HEAD"
  first=$(git -C "$1" rev-parse -q --verify "${ids[0]}^") || die "$2: begins with the first commit of all: give a later one"
  ids=("$first" "${ids[@]}") names=()
  for commit in "${ids[@]}"; do
    names+=("$(git -C "$1" log -1 --format='%h %s' "$commit")")
  done
}

# Makes `src` what commit $2 of the git tree $1 has: in a clone, so that nothing
# in $1 is touched. What meson has put beside the commits (meson subprojects
# download) in $1, or $3, is copied, for without it QEMU does not configure.
check_out() {
  local dir name from=${3:-$1}
  if [ "$(git -C "$src" config remote.origin.url 2> /dev/null)" != "$1" ]; then
    rm -rf "$src"
    mkdir -p "$(dirname "$src")"
    git clone -q --shared --no-checkout "$1" "$src" 2> "$work/log" || die "$src: $(tail -n 1 "$work/log")"
  fi
  git -C "$src" checkout -q --force --detach "$2" 2> "$work/log" || die "$src: $(tail -n 1 "$work/log")"
  for dir in "$from"/subprojects/*/; do
    name=$(basename "$dir")
    [ -e "$src/subprojects/$name" ] || ! git -C "$from" check-ignore -q "subprojects/$name/" \
      || cp -a "$dir" "$src/subprojects/" || die "$src/subprojects: cannot write to it"
  done
}

# --- the build ---------------------------------------------------------------

# set_up ARGUMENT...: the build, with the tree as it is now; arguments of meson
# setup. One that is there is configured anew: a step may have what another has
# not.
set_up() {
  local again=()
  mkdir -p "$work/build"
  [ ! -f "$work/build/build.ninja" ] || again=(--reconfigure)
  progress "configuring QEMU"
  CC=$(compiler) meson setup "${again[@]}" "-Dflavour=$flavour" "$@" "$work/build" "$root" > "$work/log" 2>&1
}

# What differs from step to step is often headers: but few of them.
compiler() { if command -v ccache > /dev/null; then echo 'ccache clang'; else echo clang; fi; }

# build TARGET...
build() { ninja -C "$work/build" "$@" > "$work/log" 2>&1; }

# The line that says why one of these two failed.
why_not() {
  { grep -m 1 -E '^qemu-[a-z]*: |(error|ERROR): |undefined (reference|symbol)' "$work/log" \
    || grep -m 1 FAILED "$work/log" || tail -n 1 "$work/log"; } | cut -c 1-120
}

# --- a replay ----------------------------------------------------------------

# Does the tree ask IOMMUs when it fills a TLB, as before the patch that defers
# translation? Then it is compared with a model that does so.
is_eager() { [[ $("$here/qemu-traits.sh" "$src") == *'QEMU_EAGER 1'* ]]; }

# seconds, command: QEMU takes the signals that would stop it.
limited() { timeout --foreground -k 5 "$@"; }
