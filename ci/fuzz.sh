#!/bin/bash
# Sets up what is missing, builds, fuzzes, and prints a summary.
#   fuzz.sh [--limits] [SECONDS]       default: 60
# --limits: operations that meet a documented limit are left out, and counted: of a
# tree that translates when a TLB entry is filled, and of one that defers that, that an
# IOMMU answers for less than a page (reference-model/limits.h).
# From the environment: TARGET, what is fuzzed: iommu (default), wgchecker ...,
# as in build/fuzz-TARGET; BASE, the release of QEMU to test (as for build.sh), or
# QEMU_TREE, a QEMU tree to test instead; FLAVOUR=races, with TARGET=threads, for
# threads that run freely, and ThreadSanitizer to look for data races (default: san);
# BUILD, the build directory (default: build, and what of BASE and FLAVOUR is given,
# as in build-10.0); SEED, and RUNS, the number of scenarios, for a run that can
# be repeated; TLBDIFF_ZOO, planted faults, to see them found: the programs that have
# them run, and what they find is kept apart.
#
# A divergence ends nothing: of each new signature a scenario is kept, in
# BUILD/found/fuzz-TARGET, and then it is set aside and counted; a scenario goes on
# without the operation that shows it. What ends the process (a sanitizer's finding, a
# scenario that does not end) is kept as well; then the fuzzer begins anew, and first
# runs scenarios in another process. The next campaign of the same BUILD first looks
# again at what is kept: what no longer shows is mended.
# At the end comes a table of all that is kept, which names what is known
# (patches/faults.ini). Nothing in it is accepted, known or not.
# Exit status: 0 nothing diverged, 1 something did, 2 it could not run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=ci/campaign-lib.sh
. "$here/campaign-lib.sh"
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"
if [ "${1:-}" = --limits ]; then
  export TLBDIFF_LIMITS=1
  shift
fi
flavour=${FLAVOUR:-san}
build=${BUILD:-$root/build${BASE:+-$BASE}${FLAVOUR:+-$FLAVOUR}}
target=fuzz-${TARGET:-iommu}
seconds=${1:-60}
max_kept=100            # signatures; a tree with more has to be mended first
max_deaths=20           # of the fuzzer's process
max_same=3              # of these, with a signature that is set aside
overtime=20             # seconds, in which leaks are looked for

die() { echo "fuzz: $*" >&2; exit 2; }

[[ $# -le 1 && $seconds =~ ^[1-9][0-9]*$ ]] || die "usage: fuzz.sh [--limits] [SECONDS]"
[[ ${RUNS:-1} =~ ^[1-9][0-9]*$ ]] || die "RUNS=$RUNS: expected a number of scenarios"
[ -f "$root/fuzz-targets/$target.c" ] || die "TARGET=${TARGET:-}: no such target: see fuzz-targets/"
[ "$flavour" != races ] || [ "$target" = fuzz-threads ] \
  || die "FLAVOUR=races: of one thread there are no races: give TARGET=threads"
# A tree of somebody's is changed and tried again: not all is linked each time.
if [ -n "${QEMU_TREE:-}" ] || [ -f "$build/qemu/tree" ]; then
  goals="$target $target-cov tlbdiff${TLBDIFF_ZOO:+ $target-zoo tlbdiff-zoo}"
fi
[ "$flavour" = san ] || goals="$target tlbdiff"
mkdir -p "$build" || die "$build: cannot make this directory"
exec 8> "$build/$target.lock"
flock -n 8 || die "$build: another campaign of $target uses it: give this one a build directory of its own, as BUILD=DIR"
GOALS=${goals:-} "$here/build.sh" "$build" "$flavour"

seeds=("$root/corpus/$target/seeds")
for kind in regressions found; do    # found: what corpus.sh keeps
  [ ! -d "$root/corpus/$target/$kind" ] || seeds+=("$root/corpus/$target/$kind")
done
zoo=${TLBDIFF_ZOO:+-zoo}
fuzz=$build/$target$zoo
tool=$build/tlbdiff$zoo
[[ -x $fuzz && -x $tool ]] || die "TLBDIFF_ZOO=$TLBDIFF_ZOO: this build has no $fuzz or $tool"
corpus=$build/corpus/$target$zoo
found=$build/found/$target$zoo        # a directory for each target, as of the corpus
log=$build/$target$zoo.log
samples=$build/$target$zoo.samples
seen=$build/$target$zoo.seen
mkdir -p "$corpus" "$found" || die "$build: cannot make directories in it"
: > "$log"
: > "$samples"
: > "$seen"

# Sums over the runs of the fuzzer.
scenarios=0 operations=0 ended_early=0 deaths=0 alone=()
declare -A same
pid=
interrupted=0
stop() { [ -z "$pid" ] || kill "$pid" 2> /dev/null || true; }
trap stop EXIT
trap 'interrupted=1; stop' INT TERM

# How many scenarios and operations the log of this run tells of, and how many
# ended early. One that was interrupted ends with a line of status, not with the
# final numbers.
counts() {
  awk '/^status: / { n = $2; ops = $3 }
       /^stat::scenarios: / { n = $2 }
       /^stat::operations: / { ops = $2 }
       /^stat::ended_early: / { early = $2 }
       END { print n + 0, ops + 0, early + 0 }' "$log.run"
}

# How far it is: noted for the page of report.sh, and shown on a terminal.
show_status() {
  local n ops cov early elapsed=$((SECONDS - started)) kept
  read -r n ops early < <(counts)
  cov=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "$log.run" | tail -n 1)
  kept=$(kept | wc -l)
  echo "$elapsed $((scenarios + n)) $((operations + ops)) ${cov:-0} $kept" >> "$samples"
  # a tree that is as broken as that says no more for being fuzzed longer
  if [ "$kept" -ge "$max_kept" ]; then
    stop
  fi
  [ -t 1 ] || return 0
  printf '\r%3d of %d s  %d scenarios  %d operations  %d edges  %d signatures ' \
    "$elapsed" "$seconds" $((scenarios + n)) $((operations + ops)) \
    "${cov:-0}" "$kept"
}

# The process ended with the scenario $1. Returns 1 if this is the end.
died() {
  local signature
  deaths=$((deaths + 1))
  signature=$(keep_crash "$1")
  if [ -z "$signature" ]; then
    alone+=("$1")
  else
    rm -f "$1"
    echo "1 $signature" >> "$seen"
    same[$signature]=$((${same[$signature]:-0} + 1))
    [ "${same[$signature]}" -le "$max_same" ] || return 1
  fi
  [ "$deaths" -lt "$max_deaths" ]
}

# Runs the fuzzer for the time that is left. Leaks are looked for at its end.
run_once() {
  local left=$((seconds - (SECONDS - started))) status=0 late=0 artifact n ops early runs=()
  [ -z "${RUNS:-}" ] || runs=(-runs=$((RUNS > scenarios ? RUNS - scenarios : 1)))
  TLBDIFF_STATUS=1 TLBDIFF_SET_ASIDE=$found "$fuzz" "${fuzz_flags[@]}" -max_total_time="$left" \
    "${runs[@]}" -print_final_stats=1 -artifact_prefix="$found/" \
    ${SEED:+-seed="$SEED"} "$corpus" "${seeds[@]}" > "$log.run" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2> /dev/null; do
    sleep 1
    show_status
    # libFuzzer asks for the time only once it has read all that it is given
    if [ -z "${RUNS:-}" ] && [ "$late" = 0 ] && [ $((SECONDS - started)) -ge $((seconds + overtime)) ]; then
      late=1
      stop
    fi
  done
  wait "$pid" || status=$?
  pid=
  [ "$late" = 0 ] || status=0
  cat "$log.run" >> "$log"
  read -r n ops early < <(counts)
  scenarios=$((scenarios + n))
  operations=$((operations + ops))
  ended_early=$((ended_early + early))
  count_seen "$log.run"
  [ "$interrupted$late" = 00 ] || return 1
  [ "$(kept | wc -l)" -lt "$max_kept" ] || return 1
  [ "$status" != 0 ] || return 0
  artifact=$(sed -n 's/.*Test unit written to //p' "$log.run" | tail -n 1)
  [ -n "$artifact" ] || die "$(grep -m 1 "^tlbdiff: " "$log.run" || echo "the fuzzer stopped with status $status: see $log")"
  died "$artifact"
}

look_again || die "cannot look again at what is kept: see above"
started=$SECONDS
while [ $((SECONDS - started)) -lt "$seconds" ] && [ "$scenarios" -lt "${RUNS:-$((scenarios + 1))}" ]; do
  run_once || break
done
elapsed=$((SECONDS - started))
elapsed=$((elapsed > 0 ? elapsed : 1))
[ ! -t 1 ] || printf '\r\033[K'
[ "$interrupted" = 0 ] || echo "interrupted"

version=$("$tool" --version)
echo "tested: $(sed -n 2,3p <<< "$version" | paste -s -d ' ')"
echo "fuzzed ${elapsed} s: $scenarios scenarios, $operations operations, $((operations / elapsed)) operations/s, $((scenarios / elapsed)) scenarios/s"
limits_left_out "$log"
sections_left_open "$log"
no_news "$log"
device=$(sed -n "s/^${TARGET:-iommu}: //p" <<< "$version")
[ -z "$device" ] || echo "device under test: $device"
if [ "$(kept | wc -l)" = 0 ] && [ "${#alone[@]}" = 0 ]; then
  [ "$flavour" != san ] || TARGET=${TARGET:-iommu} "$here/coverage.sh" "$build" "$corpus" "${seeds[@]}" || die "no coverage: see above"
  echo "no divergences"
  exit 0
fi
[ "$interrupted" = 1 ] || shorten
echo "set aside, so that the campaign could go on:"
print_table || die "cannot make the table: see above"
[ "$ended_early" = 0 ] || echo "$ended_early scenario$(plural "$ended_early") ended early: too much in them was set aside"
[ "$deaths" = 0 ] || echo "the fuzzer's process died $deaths time$(plural "$deaths"), and began anew"
[ "${#alone[@]}" = 0 ] || printf 'it dies of this, but not of it alone: %s\n' "${alone[@]}"
[ "$(kept | wc -l)" -lt "$max_kept" ] || echo "stopped: these are too many signatures to go on"
for signature in "${!same[@]}"; do
  [ "${same[$signature]}" -le "$max_same" ] || echo "stopped: it died again and again: $signature"
done
echo "to see one again: ${TLBDIFF_ZOO:+TLBDIFF_ZOO=$TLBDIFF_ZOO }$tool replay${TLBDIFF_LIMITS:+ --limits} FILE"
exit 1
