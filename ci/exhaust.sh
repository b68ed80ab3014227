#!/bin/bash
# Every state of the small worlds of harness/exhaust/worlds.
#   exhaust.sh [BUILD [WORLD...]]      default: build, all of them
#   exhaust.sh --zoo [BUILD [WORLD...]]    which planted faults are visible in them:
#                                      a table; BUILD has to be a default build
# From the environment: BASE, as for build.sh; LIMIT, seconds that each world may
# take (default: 3600), after which the search goes on in the next run: what it
# has is in BUILD/exhaust; DEPTH, steps at most with --zoo (default: 5). A plain
# build ("ci/build.sh build-plain plain") is faster. Exits with 1 if anything diverges.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
zoo=
if [ "${1:-}" = --zoo ]; then
  zoo=-zoo
  shift
fi
build=${1:-$root/build${BASE:+-$BASE}}
[ $# = 0 ] || shift
[ $# != 0 ] || set -- "$root"/harness/exhaust/worlds/*.world
tool=$build/tlbdiff$zoo
state=$build/exhaust

die() { echo "exhaust: $*" >&2; exit 2; }

GOALS=tlbdiff$zoo "$here/build.sh" "$build" || exit 2
mkdir -p "$state" || exit 2

# The scenario of what diverges stays in BUILD/exhaust. An interrupt ends the world
# that runs, and there is no next one.
worlds() {
  local world name status=0 worst=0 stop=
  trap 'stop=1' INT TERM
  for world; do
    [ -z "$stop" ] || break
    name=$(basename "$world" .world)
    status=0
    timeout --foreground -s INT "${LIMIT:-3600}" "$tool" exhaust \
      --state="$state/$name.state" --output="$state/$name.tlb" "$world" || status=$?
    # of time: the tool has said so
    [ "$status" != 124 ] || status=0
    [ "$status" -le "$worst" ] || worst=$status
  done
  return "$worst"
}

# For each fault the worlds that show it, with the operations of the shortest
# scenario: 'one-page(2)'. As far as DEPTH, and not a time, so that the table is
# the same on each machine.
faults() {
  local fault world name found status
  for fault in $(TLBDIFF_ZOO=list "$tool" | cut -d ' ' -f 1); do
    found=
    for world; do
      name=$(basename "$world" .world)
      status=0
      TLBDIFF_ZOO=$fault "$tool" exhaust --depth="${DEPTH:-5}" \
        --output="$state/zoo.tlb" "$world" > "$state/zoo.log" 2>&1 || status=$?
      case $status in
        0) ;;
        1) found+=" $name($(sed -n 's/.*: a divergence after \([0-9]*\) .*/\1/p' "$state/zoo.log"))" ;;
        *) die "$fault: $world: $(tail -n 1 "$state/zoo.log")" ;;
      esac
    done
    printf '%-28s%s\n' "$fault" "${found:- -}"
  done
}

if [ -n "$zoo" ]; then
  faults "$@"
else
  worlds "$@"
fi
