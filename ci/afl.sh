#!/bin/bash
# Sets up what is missing, builds, and fuzzes with AFL++: a main instance, a
# secondary for each further core (the first of them with CMPLOG), and libFuzzer as
# one more member; what one of them finds, the others get.
#   afl.sh [SECONDS]           default: 60
# From the environment: TARGET, as for fuzz.sh; BUILD, the build directory for
# AFL++ (default: build-afl), and LIBFUZZER_BUILD, that of ci/fuzz.sh (default:
# build), whose QEMU a new BUILD links; QEMU_TREE, a QEMU tree to test instead of the pinned one, in two of its own; SEED, for random
# numbers that are the same each time; INSTANCES of AFL++ (default: one a core, at
# least two). Goes on where the last run of the same BUILD and TARGET ended.
# Exit status: 0 nothing found, 1 a divergence, 2 it could not run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"
build=${BUILD:-$root/build-afl}
libfuzzer=${LIBFUZZER_BUILD:-$root/build}
name=${TARGET:-iommu}
target=fuzz-$name
seconds=${1:-60}
instances=${INSTANCES:-$(nproc)}

die() { echo "afl: $*" >&2; exit 2; }

[[ $# -le 1 && $seconds =~ ^[1-9][0-9]*$ ]] || die "usage: afl.sh [SECONDS]"
[[ $instances =~ ^[1-9][0-9]*$ ]] || die "INSTANCES=$instances: expected a number of at least 1"
[ -f "$root/fuzz-targets/$target.c" ] || die "TARGET=$name: no such target: see fuzz-targets/"
[ -n "${INSTANCES:-}" ] || [ "$instances" -ge 2 ] || instances=2
GOALS="$target $target-cov tlbdiff" "$here/build.sh" "$libfuzzer"
QEMU_OF=$libfuzzer GOALS="$target $target-cmplog fuzz-targets/tlbdiff-mutator.so" "$here/build.sh" "$build" san -Dengine=afl

work=$build/afl/$target
shared=$work/libfuzzer/queue    # of libFuzzer, to which AFL++'s finds are added
seeds=$work.seeds
mkdir -p "$shared" || die "$build: cannot make directories in it"

# The corpus in binary form, in which a mutation stays local.
encode_seeds() {
  rm -rf "$seeds"
  # shellcheck disable=SC2046  # words
  "$libfuzzer/tlbdiff" encode --into="$seeds" $(ls -d "$root/corpus/$target"/{seeds,regressions} 2> /dev/null)
}

pids=()
interrupted=0
# AFL++ stops its children and writes its statistics upon SIGINT.
stop() {
  local pid
  for pid in "${pids[@]}"; do kill -INT "$pid" 2> /dev/null || true; done
  wait
  pids=()
}
trap stop EXIT
trap 'interrupted=1' INT TERM

# start NAME ARGUMENT...: one instance of afl-fuzz
start() {
  local instance=$1
  shift
  # In a group of its own: what the terminal sends is for this script.
  AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_AUTORESUME=1 \
    AFL_TRY_AFFINITY=1 AFL_CMPLOG_ONLY_NEW=1 AFL_SYNC_TIME=1 TLBDIFF_TARGET=$name \
    AFL_CUSTOM_MUTATOR_LIBRARY=$build/fuzz-targets/tlbdiff-mutator.so \
    setsid afl-fuzz -i "$seeds" -o "$work" -G "$(scenario_bytes)" -m none -t 10000 ${SEED:+-s "$SEED"} \
    "$@" -- "$build/$target" > "$work.$instance.log" 2>&1 &
  pids+=($!)
}

start_libfuzzer() {
  TLBDIFF_STATUS=1 setsid "$libfuzzer/$target" "${fuzz_flags[@]}" -reload=1 -print_final_stats=1 -artifact_prefix="$work/libfuzzer/" ${SEED:+-seed="$SEED"} \
    "$shared" "$seeds" > "$work.libfuzzer.log.run" 2>&1 &
  pids+=($!)
  libfuzzer_pid=$!
}

# libFuzzer stops at each divergence.
restart_libfuzzer() {
  ! kill -0 "$libfuzzer_pid" 2> /dev/null || return 0
  cat "$work.libfuzzer.log.run" >> "$work.libfuzzer.log"
  scenarios_before=$((scenarios_before + $(libfuzzer_scenarios)))
  start_libfuzzer
}

libfuzzer_scenarios() {
  awk '/^status: / { n = $2 } /^stat::scenarios: / { n = $2 } END { print n + 0 }' "$work.libfuzzer.log.run"
}

# stat_of INSTANCE NAME: a number of its fuzzer_stats
stat_of() { awk -v name="$2" '$1 == name { n = $3 } END { print n + 0 }' "$work/$1/fuzzer_stats" 2> /dev/null || echo 0; }

findings() { find "$work" \( -path '*/crashes/id:*' -o -path '*/hangs/id:*' -o -path '*/libfuzzer/crash-*' -o -path '*/libfuzzer/timeout-*' \) -newer "$work.began" | sort; }

# One line for all of them; $1: seconds since the start.
show_status() {
  local i n total rates='' edges=0 files
  total=$((scenarios_before + $(libfuzzer_scenarios)))
  rates="libfuzzer $((total / ($1 > 0 ? $1 : 1)))/s"
  for i in "${names[@]}"; do
    n=$(stat_of "$i" execs_done)
    total=$((total + n - ${before[$i]}))
    rates+="  $i $(((n - ${before[$i]}) / ($1 > 0 ? $1 : 1)))/s"
    n=$(stat_of "$i" edges_found)
    edges=$((n > edges ? n : edges))
  done
  files=$(find "$work" -path '*/queue/*' -type f | wc -l)
  status="$total scenarios ($rates)  $files files  $edges edges and pairs  $(findings | wc -l) found"
}

encode_seeds
touch "$work.began"
declare -A before
names=(main)
for ((i = 1; i < instances; i++)); do names+=("secondary$i"); done
for i in "${names[@]}"; do before[$i]=$(stat_of "$i" execs_done); done
scenarios_before=0
: > "$work.libfuzzer.log"

for i in "${names[@]}"; do
  case $i in
  main) start "$i" -M main -F "$shared" ;;
  secondary1) start "$i" -S "$i" -c "$build/$target-cmplog" ;;
  *) start "$i" -S "$i" ;;
  esac
done
start_libfuzzer

started=$SECONDS
while [ "$interrupted" = 0 ] && [ $((SECONDS - started)) -lt "$seconds" ]; do
  sleep 1
  for ((i = 0; i < instances; i++)); do
    kill -0 "${pids[i]}" 2> /dev/null \
      || die "${names[i]}: afl-fuzz stopped: $(grep -m 1 -a 'PROGRAM ABORT' "$work.${names[i]}.log" | sed 's/\x1b\[[0-9;]*m//g' || true): see $work.${names[i]}.log"
  done
  restart_libfuzzer
  [ $(((SECONDS - started) % 5)) != 0 ] || "$here/sync.py" "$shared" "$work"
  if [ -t 1 ]; then
    show_status $((SECONDS - started))
    printf '\r\033[K%3d of %d s  %s' $((SECONDS - started)) "$seconds" "$status"
  fi
done
elapsed=$((SECONDS - started))
elapsed=$((elapsed > 0 ? elapsed : 1))
stop
"$here/sync.py" "$shared" "$work"
[ ! -t 1 ] || printf '\r\033[K'
[ "$interrupted" = 0 ] || echo "interrupted"
show_status "$elapsed"
echo "tested: $("$libfuzzer/tlbdiff" --version | sed -n 2,3p | paste -s -d ' ')"
echo "fuzzed $elapsed s: $status"
mapfile -t files < <(findings)
if [ "${#files[@]}" = 0 ]; then
  TARGET=$name "$here/coverage.sh" "$libfuzzer" "$seeds" "$shared" || die "no coverage: see above"
  echo "no divergences"
else
  printf '%d divergences:\n' "${#files[@]}"
  printf "  $libfuzzer/tlbdiff replay '%s'\n" "${files[@]}"
  exit 1
fi
