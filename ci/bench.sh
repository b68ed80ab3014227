#!/bin/bash
# Builds without sanitizers, and measures what the comparison costs, on the
# seeds: as tables, as a page, and against the baseline beside this script.
#   bench.sh [SECONDS]              default: 30
#   bench.sh --record [SECONDS]     make a new baseline instead
# Or how strong the fuzzer is: how many planted faults of the CPU's TLB, and of
# QEMU's history, it finds in a minute of one processor, beginning with a single load:
#   bench.sh --unaided BEFORE [SECONDS]
# BEFORE: a build directory of another state of this repository, which hunts the same
# on the same machine; SECONDS: for each fault (default: 5)
# From the environment: BUILD, the build directory (default: build-plain; with
# --unaided: build).
# Exit status: 0 nothing is worse, 1 something is, 2 it could not run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
baseline=$here/bench-baseline.json
enough=90               # percent of the faults before: less is not by chance

die() { echo "bench: $*" >&2; exit 2; }

usage() { die "usage: bench.sh [--record] [SECONDS] | --unaided BEFORE [SECONDS]"; }

# hunt BUILD [--history]: what its zoo says of all that its fuzzer has found
hunt() {
  local status=0
  "$1/tlbdiff" zoo --unaided --target=iommu "${@:2}" --runs=1 --seconds="$seconds" --state="$work/results" \
    > "$work/table" 2> "$work/err" || status=$?
  rm -f "$work/results"
  [ "$status" != 2 ] || die "$1: $(head -n 1 "$work/err")"
  sed -n 's/^found  *\([0-9].* of one processor\)$/\1/p' "$work/table" | grep . \
    || die "$1: its zoo does not say what is found in a minute of one processor"
}

# unaided BEFORE BUILD: one after the other; returns 1 if it finds fewer now
unaided() {
  local zoo before now worse=0
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  for zoo in '' --history; do
    before=$(hunt "$1" ${zoo:+"$zoo"})
    now=$(hunt "$2" ${zoo:+"$zoo"})
    printf '%s\n' "${zoo:+history, }before: $before" "${zoo:+history, }now:    $now"
    awk -v enough="$enough" '{ rate[NR] = $(NF - 5) }
      END { percent = rate[1] > 0 ? 100 * rate[2] / rate[1] : 100
            printf "  %.0f %% of the faults that were found in a minute before\n", percent
            exit percent < enough }' <<< "$before"$'\n'"$now" || worse=1
  done
  return "$worse"
}

case ${1:-} in
--unaided)
  [[ $# = [23] && ${3:-5} =~ ^[1-9][0-9]*$ ]] || usage
  seconds=${3:-5}
  [ -x "$2/tlbdiff" ] || die "$2: no build directory: there is no tlbdiff in it"
  "$here/build.sh" "${BUILD:-$root/build}"
  status=0
  unaided "$2" "${BUILD:-$root/build}" || status=$?
  exit "$status" ;;
esac

build=${BUILD:-$root/build-plain}
record=
if [ "${1:-}" = --record ]; then
  record=1
  shift
fi
seconds=${1:-30}
[[ $# -le 1 && $seconds =~ ^[1-9][0-9]*$ ]] || usage
"$here/build.sh" "$build" plain

# Named as from the root, so that messages are the same everywhere.
cd "$root"
measure=("$build/tlbdiff" bench --seconds="$seconds" --html="$build/bench.html")
if [ -n "$record" ]; then
  # a run that fails leaves the old one
  "${measure[@]}" --json corpus/fuzz-iommu/seeds > "$build/bench.json"
  cp "$build/bench.json" "$baseline"
  echo "bench: ${baseline#"$root/"} is of this machine now; the page: $build/bench.html"
else
  status=0
  "${measure[@]}" --check="${baseline#"$root/"}" corpus/fuzz-iommu/seeds || status=$?
  [ "$status" = 2 ] || echo "the page: $build/bench.html"
  exit "$status"
fi
