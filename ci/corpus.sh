#!/bin/bash
# Keeps a working corpus: scenarios in canonical text, each named after the
# SHA-1 of its bytes, so that the same scenarios are the same files everywhere.
#   corpus.sh minimize [DIR]        as few and small files as show all features
#   corpus.sh merge DIR FROM...     add what of FROM brings features
#   corpus.sh add FILE...           add these, if they agree
#   corpus.sh stats [DIR]           how much there is
# From the environment: TARGET, BASE and BUILD, as for fuzz.sh; CORPUS, the default of
# DIR and where `add` adds to (default: corpus/fuzz-TARGET/found, which fuzz.sh
# reads and git does not). FROM: files in either form, or directories, such as
# what fuzz.sh has found, build/corpus/fuzz-TARGET.
#
# Features are libFuzzer's: the counters of code, and the pairs of operations of
# harness/run/feature.h. What is chosen runs a second time, and nothing may be
# missing. seeds/ and regressions/ are never written to. Files come before others
# go, each at once: whenever it is interrupted, nothing is lost.
# A scenario that diverges is no part of a corpus: it goes to BUILD/found/fuzz-TARGET.
# DIR is flat, and AFL++ takes it as it is:
#   afl-cmin -i corpus/fuzz-iommu/found -o smaller -m none -- PROGRAM -
# Exit status: 0 done, 1 done, but something diverges (add: nothing done),
# 2 it could not be, and DIR is as it was.
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"
target=${TARGET:-iommu}
build=${BUILD:-$root/build${BASE:+-$BASE}}
fuzz=$build/fuzz-$target
tool=$build/tlbdiff

die() { echo "corpus: $*" >&2; exit 2; }
usage() { die 'usage: corpus.sh minimize|stats [DIR] | merge DIR FROM... | add FILE...'; }
progress() { [ ! -t 2 ] || printf '\r\033[K%s' "$*" >&2; }
choose() { /usr/bin/python3 "$here/corpus.py" "$@"; }

# canonical LIST FROM...: all of them in $work/all; LIST: "NAME  FILE" of each
canonical() {
  local list=$1
  shift
  "$tool" show --target="$target" --into="$work/all" "$@" > "$list" || exit 2
}

# measure CONTROL DIR: which features each file in DIR has. Not -merge=1: that
# notes of each only what is new after those before it.
measure() {
  local control=$1 total status=0
  total=$(find "$2" -type f | wc -l)
  rm -rf "$control" "$work/out"
  mkdir "$work/out"
  set -m        # a process group, since it starts others
  ASAN_OPTIONS=symbolize=0 UBSAN_OPTIONS=symbolize=0 "$fuzz" -set_cover_merge=1 -merge_control_file="$control" \
    "${fuzz_flags[@]}" -artifact_prefix="$work/out/" "$work/out" "$2" \
    > "$work/log" 2>&1 &
  pid=$!
  set +m
  while [ -t 2 ] && kill -0 "$pid" 2> /dev/null; do
    progress "$(grep -c '^FT' "$control" 2> /dev/null || true) of $total scenarios"
    sleep 0.3
  done
  wait "$pid" || status=$?
  pid=
  progress ''
  [ "$status" = 0 ] || die "$fuzz: stopped with status $status: $(grep -m 1 ERROR "$work/log" || tail -n 1 "$work/log")"
}

# What of $work/all does not come to its end, with the file it came from.
diverging() {
  choose crashed "$work/control" > "$work/crashed"
  grep -hFf "$work/crashed" "$work"/list* | sort -u | sed 's/^[^ ]*  //' > "$work/crashed.files" || true
  [ -s "$work/crashed.files" ]
}

# Keeps a copy of those in BUILD/found/fuzz-TARGET.
set_aside() {
  local name file found=$build/found/fuzz-$target
  diverging || return 0
  outcome=1
  mkdir -p "$found"
  while read -r name; do
    cp "$work/all/$name" "$found/crash-${name%.tlb}"
    echo "diverges, not kept: $build/tlbdiff replay $found/crash-${name%.tlb}"
  done < "$work/crashed"
}

# Runs what $work/keep names once more, and takes back what had a feature that
# is missing now.
check() {
  local round=0 before
  while :; do
    rm -rf "$work/new"
    mkdir "$work/new"
    (cd "$work/all" && xargs -r -a "$work/keep" ln -t "$work/new")
    measure "$work/control.new" "$work/new"
    [ -z "$(choose crashed "$work/control.new")" ] || die "what agreed diverges the second time: nothing was changed"
    choose lost "$work/control" "$work/control.new" > "$work/lost"
    [ "$(head -n 1 "$work/lost")" != 0 ] || return 0
    before=$(wc -l < "$work/keep")
    tail -n +2 "$work/lost" | sort -u - "$work/keep" > "$work/more"
    mv "$work/more" "$work/keep"
    if [ "$(wc -l < "$work/keep")" = "$before" ]; then
      echo "$(head -n 1 "$work/lost") features do not come each time; all that had them is kept"
      return 0
    fi
    round=$((round + 1))
    [ "$round" -lt 5 ] || die "each time other features are missing: nothing was changed"
  done
}

# What $work/keep names comes into $dir, and what LIST names besides goes.
replace() {
  local name file
  rm -rf "$dir/.new"
  mkdir "$dir/.new"
  while read -r name; do
    [ -e "$dir/$name" ] || cp "$work/all/$name" "$dir/.new/"
  done < "$work/keep"
  # from here on, nothing of it may stop halfway
  trap '' INT TERM HUP
  find "$dir/.new" -type f -exec mv -t "$dir" {} +
  rmdir "$dir/.new"
  while read -r name file; do
    if [ "${file##*/}" != "$name" ] || ! grep -qxF "$name" "$work/keep"; then
      rm "$file"
    fi
  done < "$1"
}

count() { wc -l < "$1"; }
scenarios() { echo "$1 scenario$([ "$1" = 1 ] || echo s)"; }

minimize() {
  canonical "$work/list" "$dir"
  : > "$work/base"
  measure "$work/control" "$work/all"
  set_aside
  choose choose "$work/control" "$work/base" > "$work/keep"
  check
  replace "$work/list"
  echo "$dir: $(scenarios "$(count "$work/keep")") of $(count "$work/list"), $(choose features "$work/control") features"
}

merge() {
  : > "$work/list"
  : > "$work/base"
  if [ -n "$(files)" ]; then
    canonical "$work/list" "$dir"
    find "$work/all" -type f -printf '%f\n' | sort > "$work/base"
  fi
  canonical "$work/list.from" "$@"
  measure "$work/control" "$work/all"
  set_aside
  choose choose "$work/control" "$work/base" > "$work/keep"
  check
  replace "$work/list"
  echo "$dir: $(scenarios "$(count "$work/keep")"), $(comm -13 "$work/base" <(sort "$work/keep") | wc -l) of them new, $(choose features "$work/control") features"
}

add() {
  canonical "$work/list" "$@"
  measure "$work/control" "$work/all"
  if diverging; then
    sed "s|.*|corpus: &: diverges, nothing was added: see $tool replay &|" "$work/crashed.files" >&2
    exit 1
  fi
  find "$work/all" -type f -printf '%f\n' | sort > "$work/keep"
  replace /dev/null
  echo "$dir: $(scenarios "$(files | wc -l)")"
}

stats() {
  local counters edges pairs features operations
  canonical "$work/list" "$dir"
  measure "$work/control" "$work/all"
  # none in a plain build
  counters=$(sed -n 's/^INFO: Loaded.*(\([0-9]*\) inline 8-bit counters).*/\1/p' "$work/log" | head -n 1)
  read -r edges pairs features < <(choose stats "$work/control" "${counters:-0}")
  operations=$(find "$work/all" -type f -exec tail -q -n +3 {} + | wc -l)
  printf '%s: %s, %d bytes, %d operations, %d features: %d edges, %d pairs of operations\n' "$dir" \
    "$(scenarios "$(files | wc -l)")" "$(files | tr '\n' '\0' | xargs -0 cat | wc -c)" "$operations" "$features" "$edges" "$pairs"
  ! diverging || { outcome=1; sed 's/^/diverges: /' "$work/crashed.files"; }
  [ "$outcome" = 1 ] || "$tool" report --coverage "$dir" || true
}

# The files of $dir that the tool reads; none if it is not there yet.
files() { [ ! -d "$dir" ] || find "$dir" -maxdepth 1 -type f ! -name '.*'; }

# Nothing may be lost that is not a corpus.
check_dir() {
  local other
  case $dir/ in
  "$root"/corpus/*/seeds/* | "$root"/corpus/*/regressions/*)
    die "$dir: seeds and regressions are kept by hand: give a directory of your own" ;;
  esac
  other=$(files | sed 's|.*/||' | grep -Evm 1 '^[0-9a-f]{40}$|\.tlb$|^id:' || true)
  [ -z "$other" ] || die "$dir: is this a corpus? '$other' is not named as fuzzers name theirs, nor *.tlb"
}

[ $# -ge 1 ] || usage
command=$1
dir=${CORPUS:-$root/corpus/fuzz-$target/found}
shift
case $command in
minimize | stats)
  [ $# -le 1 ] || usage
  dir=${1:-$dir}
  [ -d "$dir" ] || die "$dir: no such directory" ;;
merge)
  [ $# -ge 2 ] || usage
  dir=$1
  shift ;;
add) [ $# -ge 1 ] || usage ;;
*) usage ;;
esac
[[ -x $fuzz && -x $tool ]] || die "$fuzz: no such program: run ci/build.sh, or set BUILD, and TARGET to one of fuzz-targets/"
dir=$(realpath -m "$dir")
outcome=0 pid=
work=$(mktemp -d)
trap '[ -z "$pid" ] || kill -- "-$pid" 2> /dev/null || true; rm -rf "$work"' EXIT
trap 'progress ""; die "interrupted: nothing was changed"' INT TERM HUP
if [ "$command" != stats ]; then
  check_dir
  mkdir -p "$dir"
  # two of them would take files from each other
  exec 9< "$dir"
  flock -n 9 || die "$dir: another corpus.sh is at work on it"
fi
"$command" "$@"
exit "$outcome"
