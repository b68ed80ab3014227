#!/bin/bash
# Every state of the small worlds of harness/exhaust/worlds.
#   exhaust.sh [BUILD [WORLD...]]      default: build, all of them
#   exhaust.sh --zoo [BUILD [WORLD...]]    which planted faults are visible in them:
#                                      a table, harness/exhaust/zoo.txt for all of
#                                      them, with harness/exhaust/zoo-reasons.txt;
#                                      BUILD has to be a default build
# From the environment: BASE, as for build.sh; LIMIT, seconds that each world may
# take (default: 3600), after which the search goes on in the next run: what it
# has is in BUILD/exhaust; DEPTH, steps at most with --zoo (default: 5). What --zoo
# has of a fault is kept there as well, as long as the program and the world are
# the same. A plain build ("ci/build.sh build-plain plain") is faster without --zoo.
# Exits with 1 if anything diverges.
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
depth=${DEPTH:-5}

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

# The faults that can have shown in world $1: the program comes to their sites when
# none is planted; of the world of a device, those of the device. Their names, into
# file $2.
reached() {
  local target
  TLBDIFF_ZOO_REACHED=$2.all "$tool" exhaust --depth="$depth" "$1" > "$2.log" 2>&1 \
    || die "$1: $(tail -n 1 "$2.log")"
  target=$(sed -n '1s/tlbdiff 1 //p' "$1")
  [ "$target" != iommu ] || target=
  planted | grep "^${target:+$target-}" | grep -Fxf "$2.all" > "$2" || true
}

# The names of all faults but those that only threads show: a world has one thread.
planted() {
  TLBDIFF_ZOO=list "$tool" | cut -d ' ' -f 1 | grep -vFxf \
    <(sed -n '/define THREAD_FAULTS/,/define ZOO_DECLARE/s/.* X([A-Z0-9_]*, "\([^"]*\)".*/\1/p' \
      "$root/patches/qemu-10.2/bug-zoo/zoo.h")
}

# With fault $2 in world $1, "FAULT STEPS", the operations of the shortest scenario
# that shows it, or 0. What breaks C21 is not the same each time: two states that are
# taken for one are not, in one process that goes on, and STEPS is "check".
hunt() {
  local status=0 check=()
  [ "$(TLBDIFF_ZOO=list "$tool" | sed -n "s/^$2 \([^ ]*\) .*/\1/p")" != C21 ] \
    || check=(--check=1 --jobs=1)
  TLBDIFF_ZOO=$2 timeout --foreground "${LIMIT:-3600}" "$tool" exhaust --depth="$depth" \
    "${check[@]}" --output="$state/zoo.tlb" "$1" > "$state/zoo.log" 2>&1 || status=$?
  case $status in
    0) echo "$2 0" ;;
    1) echo "$2 $(sed -n 's/.*: a divergence after \([0-9]*\) .*/\1/p
                          s/.*: two states have one fingerprint.*/check/p' "$state/zoo.log")" ;;
    *) die "$2: $1: $(tail -n 1 "$state/zoo.log")" ;;
  esac
}

# Of each world a file of such lines. As far as DEPTH, and not a time, so that they
# are the same on each machine.
faults() {
  local world name fault file files=()
  for world; do
    name=$(basename "$world" .world)
    file=$state/$name.$depth.zoo
    files+=("$file")
    [[ $file -nt $tool && $file -nt $world ]] || : > "$file"
    reached "$world" "$state/$name.reached"
    while read -r fault; do
      grep -q "^$fault " "$file" || hunt "$world" "$fault" >> "$file"
    done < "$state/$name.reached"
  done
  table "${files[@]}"
}

# Where a fault is visible in no world, why that is so.
table() {
  echo "# Which planted faults are visible in which world, written by ci/exhaust.sh --zoo: in"
  echo "# brackets the operations of the shortest scenario, or that --check shows it; behind"
  echo "# 'not' where the program comes to the site of a fault, and in $depth steps what it does"
  echo "# there agrees; and why, if no world shows it. The faults of threads are not here: in"
  echo "# a world one step is done after the other. Of:"
  echo "# $(basename -a -s ".$depth.zoo" "$@" | tr '\n' ' ' | fold -s -w 80 | sed 's/ $//' | sed '2,$s/^/# /')"
  planted | awk -v depth="$depth" '
    FILENAME ~ /zoo-reasons.txt$/ {
      if (!/^#/) {
        fault = $1
        sub("^[^ ]* *", "")
        reason[fault] = $0
      }
      next
    }
    FILENAME != "-" {
      name = FILENAME
      sub(".*/", "", name)
      sub("[.]" depth "[.]zoo$", "", name)
      if ($2) seen[$1] = seen[$1] " " name "(" $2 ")"
      else silent[$1] = silent[$1] " " name
      next
    }
    {
      printf "%-26s%s%s%s\n", $1, $1 in seen ? seen[$1] : " -",
             $1 in silent ? "; not" silent[$1] : "",
             !($1 in seen) && $1 in reason ? ": " reason[$1] : ""
    }' "$root/harness/exhaust/zoo-reasons.txt" "$@" -
}

if [ -n "$zoo" ]; then
  faults "$@"
else
  worlds "$@"
fi
