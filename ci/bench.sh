#!/bin/bash
# Builds without sanitizers, and measures what the comparison costs, on the
# seeds: as tables, as a page, and against the baseline beside this script.
#   bench.sh [SECONDS]              default: 30
#   bench.sh --record [SECONDS]     make a new baseline instead
# From the environment: BUILD, the build directory (default: build-plain).
# Exit status: 0 no ratio is worse, 1 one is, 2 it could not run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
build=${BUILD:-$root/build-plain}
baseline=$here/bench-baseline.json

die() { echo "bench: $*" >&2; exit 2; }

record=
if [ "${1:-}" = --record ]; then
  record=1
  shift
fi
seconds=${1:-30}
[[ $# -le 1 && $seconds =~ ^[1-9][0-9]*$ ]] || die "usage: bench.sh [--record] [SECONDS]"
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
