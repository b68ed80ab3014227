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
# be repeated; JOBS, how many processes fuzz (default: one for each core, but with RUNS,
# or of threads that run freely, one); TLBDIFF_ZOO, planted faults, to see them found:
# the programs that have them run, and what they find is kept apart; PLAIN, a build
# directory without sanitizers, of the same QEMU (default: BUILD/plain).
#
# Of several processes, the first has sanitizers. The others have none if PLAIN is given
# or the campaign takes ten minutes or more: they run several times as many scenarios,
# and what is new among these comes to the first one, too, as they share a corpus.
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
jobs=${JOBS:-}
long=600                # seconds; of less, a build without sanitizers would take most
max_kept=100            # signatures; a tree with more has to be mended first
max_deaths=20           # of each of the fuzzer's processes
max_same=3              # of these, with a signature that is set aside
overtime=20             # seconds, in which leaks are looked for

die() { echo "fuzz: $*" >&2; exit 2; }

[[ $# -le 1 && $seconds =~ ^[1-9][0-9]*$ ]] || die "usage: fuzz.sh [--limits] [SECONDS]"
[[ ${RUNS:-1} =~ ^[1-9][0-9]*$ ]] || die "RUNS=$RUNS: expected a number of scenarios"
[[ ${jobs:-1} =~ ^[1-9][0-9]{0,2}$ ]] || die "JOBS=$jobs: expected a number of processes, 1 to 999"
[ -n "$jobs" ] || if [ -n "${RUNS:-}" ] || [ "$flavour" = races ]; then jobs=1; else jobs=$(nproc); fi
[ -z "${PLAIN:-}" ] || [ -x "$PLAIN/$target" ] || die "PLAIN=$PLAIN: no $target in it: build it with ci/build.sh $PLAIN plain"
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
fuzzers=("$fuzz")       # of each process
plain=${PLAIN:-}
if [ "$jobs" -gt 1 ]; then
  if [ -z "$plain$zoo" ] && [ "$flavour" = san ] && [ "$seconds" -ge "$long" ]; then
    plain=$build/plain
    QEMU_OF=$build GOALS=$target "$here/build.sh" "$plain" plain
  fi
  for ((i = 1; i < jobs; i++)); do
    fuzzers+=("${plain:-$build}/$target$zoo")
  done
fi
corpus=$build/corpus/$target$zoo
found=$build/found/$target$zoo        # a directory for each target, as of the corpus
log=$build/$target$zoo.log
samples=$build/$target$zoo.samples
seen=$build/$target$zoo.seen
mkdir -p "$corpus" "$found" || die "$build: cannot make directories in it"
: > "$samples"
: > "$seen"

# Sums over the runs of each process of the fuzzer that have ended; and where it is.
scenarios=() operations=() pids=() logs=()
ended_early=0 deaths=0 alone=()
declare -A same
interrupted=0 late=0 enough=0
stop() { [ "${#pids[@]}" = 0 ] || kill "${pids[@]}" 2> /dev/null || true; }
trap stop EXIT
trap 'interrupted=1; stop' INT TERM

# How many scenarios and operations the log $1 of a run tells of, and how many
# ended early. One that was interrupted ends with a line of status, not with the
# final numbers.
counts() {
  awk '/^status: / { n = $2; ops = $3 }
       /^stat::scenarios: / { n = $2 }
       /^stat::operations: / { ops = $2 }
       /^stat::ended_early: / { early = $2 }
       END { print n + 0, ops + 0, early + 0 }' "$1"
}

# of_all NAME: sets n and ops to what all processes have done so far
of_all() {
  local i run_n run_ops early
  n=0 ops=0
  for i in "${!fuzzers[@]}"; do
    run_n=0 run_ops=0
    [ -z "${pids[i]:-}" ] || read -r run_n run_ops early < <(counts "${logs[i]}.run")
    n=$((n + scenarios[i] + run_n))
    ops=$((ops + operations[i] + run_ops))
  done
}

# How far it is: noted for the page of report.sh, and shown on a terminal.
show_status() {
  local n ops cov elapsed=$((SECONDS - started)) kept
  of_all
  cov=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "${logs[0]}.run" | tail -n 1)
  kept=$(kept | wc -l)
  echo "$elapsed $n $ops ${cov:-0} $kept" >> "$samples"
  # a tree that is as broken as that says no more for being fuzzed longer
  [ "$kept" -lt "$max_kept" ] || end
  [ -t 1 ] || return 0
  printf '\r%3d of %d s  %d scenarios  %d operations  %d edges  %d signatures ' \
    "$elapsed" "$seconds" "$n" "$ops" "${cov:-0}" "$kept"
}

# All of them are to stop, and none to begin anew.
end() {
  enough=1
  stop
}

# A process ended with the scenario $1. Returns 1 if this is the end.
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
    [ "${same[$signature]}" -le $((max_same * jobs)) ] || return 1
  fi
  [ "$deaths" -lt $((max_deaths * jobs)) ]
}

# begin N: process N fuzzes for the time that is left, if there is any. Leaks are
# looked for at its end.
begin() {
  local left=$((seconds - (SECONDS - started))) flags=()
  [ "$left" -gt 0 ] && [ "$enough" = 0 ] || return 0
  if [ -n "${RUNS:-}" ]; then
    [ "${scenarios[$1]}" -lt "$RUNS" ] || return 0
    flags=(-runs=$((RUNS - scenarios[$1])))
  fi
  TLBDIFF_STATUS=1 TLBDIFF_SET_ASIDE=$found "${fuzzers[$1]}" "${fuzz_flags[@]}" -max_total_time="$left" \
    "${flags[@]}" -print_final_stats=1 -artifact_prefix="$found/" \
    ${SEED:+-seed=$((SEED + $1))} "$corpus" "${seeds[@]}" > "${logs[$1]}.run" 2>&1 &
  pids[$1]=$!
}

# ended N: process N has ended: begins anew what died of something
ended() {
  local status=0 artifact n ops early run=${logs[$1]}.run
  wait "${pids[$1]}" || status=$?
  unset "pids[$1]"
  cat "$run" >> "${logs[$1]}"
  read -r n ops early < <(counts "$run")
  scenarios[$1]=$((scenarios[$1] + n))
  operations[$1]=$((operations[$1] + ops))
  ended_early=$((ended_early + early))
  count_seen "$run"
  [ "$interrupted$late$enough" = 000 ] || return 0
  artifact=$(sed -n 's/.*Test unit written to //p' "$run" | tail -n 1)
  # (Where ThreadSanitizer itself fails, the status is 0, too.)
  if [ "$status" = 0 ] && [ -z "$artifact" ] && grep -q '^Done ' "$run"; then return; fi
  [ -n "$artifact" ] || die "$(grep -m 1 "^tlbdiff: " "$run" || echo "the fuzzer stopped with status $status: see ${logs[$1]}")"
  if died "$artifact"; then begin "$1"; else end; fi
}

look_again || die "cannot look again at what is kept: see above"
started=$SECONDS
for i in "${!fuzzers[@]}"; do
  scenarios[i]=0 operations[i]=0 logs[i]=$log.$((i + 1))
  : > "${logs[i]}"
  : > "${logs[i]}.run"
  begin "$i"
done
while [ "${#pids[@]}" != 0 ]; do
  sleep 1
  show_status
  # libFuzzer asks for the time only once it has read all that it is given
  if [ -z "${RUNS:-}" ] && [ "$late" = 0 ] && [ $((SECONDS - started)) -ge $((seconds + overtime)) ]; then
    late=1
    stop
  fi
  for i in "${!pids[@]}"; do
    kill -0 "${pids[i]}" 2> /dev/null || ended "$i"
  done
done
cat "${logs[@]}" > "$log"
of_all
elapsed=$((SECONDS - started))
elapsed=$((elapsed > 0 ? elapsed : 1))
[ ! -t 1 ] || printf '\r\033[K'
[ "$interrupted" = 0 ] || echo "interrupted"

in_processes=
if [ "$jobs" -gt 1 ]; then
  in_processes=", in $jobs processes${plain:+, $((jobs - 1)) without sanitizers}"
fi
version=$("$tool" --version)
echo "tested: $(sed -n 2,3p <<< "$version" | paste -s -d ' ')"
echo "fuzzed ${elapsed} s: $n scenarios, $ops operations, $((ops / elapsed)) operations/s, $((n / elapsed)) scenarios/s$in_processes"
limits_left_out "$log"
sections_left_open "$log"
no_news "${logs[@]}"
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
  [ "${same[$signature]}" -le $((max_same * jobs)) ] || echo "stopped: it died again and again: $signature"
done
echo "to see one again: ${TLBDIFF_ZOO:+TLBDIFF_ZOO=$TLBDIFF_ZOO }$tool replay${TLBDIFF_LIMITS:+ --limits} FILE"
exit 1
