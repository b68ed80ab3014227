#!/bin/bash
# Sets up what is missing, builds, fuzzes, and prints a summary.
#   fuzz.sh [SECONDS]          default: 60
# From the environment: TARGET, what is fuzzed: iommu (default), wgchecker ...,
# as in build/fuzz-TARGET; BASE, the release of QEMU to test (as for build.sh), or
# QEMU_TREE, a QEMU tree to test instead; BUILD, the build directory (default:
# build, or build-BASE); SEED, for a run that can be repeated; TLBDIFF_ZOO, planted
# faults, to see them found: the programs that have them run, and what they find
# is kept apart. Exit status: 0 nothing found, 1 a divergence, 2 it could not run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=ci/triage-lib.sh
. "$here/triage-lib.sh"
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"
build=${BUILD:-$root/build${BASE:+-$BASE}}
target=fuzz-${TARGET:-iommu}
seconds=${1:-60}
max_found=10

die() { echo "fuzz: $*" >&2; exit 2; }

[[ $# -le 1 && $seconds =~ ^[1-9][0-9]*$ ]] || die "usage: fuzz.sh [SECONDS]"
[ -f "$root/fuzz-targets/$target.c" ] || die "TARGET=${TARGET:-}: no such target: see fuzz-targets/"
"$here/build.sh" "$build"

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
mkdir -p "$corpus" "$found" || die "$build: cannot make directories in it"
: > "$log"
: > "$samples"

# Sums over the runs of the fuzzer: it stops at each divergence.
scenarios=0 operations=0 findings=()
pid=
interrupted=0
stop() { [ -z "$pid" ] || kill "$pid" 2> /dev/null || true; }
trap stop EXIT
trap 'interrupted=1; stop' INT TERM

# How many scenarios and operations the log of this run tells of. One that was
# interrupted ends with a line of status, not with the final numbers.
counts() {
  awk '/^status: / { n = $2; ops = $3 }
       /^stat::scenarios: / { n = $2 }
       /^stat::operations: / { ops = $2 }
       END { print n + 0, ops + 0 }' "$log.run"
}

# How far it is: noted for the page of report.sh, and shown on a terminal.
show_status() {
  local n ops cov elapsed=$((SECONDS - started))
  read -r n ops < <(counts)
  cov=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "$log.run" | tail -n 1)
  echo "$elapsed $((scenarios + n)) $((operations + ops)) ${cov:-0} ${#findings[@]}" >> "$samples"
  [ -t 1 ] || return 0
  printf '\r%3d of %d s  %d scenarios  %d operations  %d edges  %d found ' \
    "$elapsed" "$seconds" $((scenarios + n)) $((operations + ops)) \
    "${cov:-0}" "${#findings[@]}"
}

# Runs the fuzzer for the time that is left. Leaks are looked for at its end.
run_once() {
  local left=$((seconds - (SECONDS - started))) status=0 artifact n ops
  TLBDIFF_STATUS=1 "$fuzz" "${fuzz_flags[@]}" -max_total_time="$left" \
    -print_final_stats=1 -artifact_prefix="$found/" \
    ${SEED:+-seed="$SEED"} "$corpus" "${seeds[@]}" > "$log.run" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2> /dev/null; do
    sleep 1
    show_status
  done
  wait "$pid" || status=$?
  pid=
  cat "$log.run" >> "$log"
  read -r n ops < <(counts)
  scenarios=$((scenarios + n))
  operations=$((operations + ops))
  [ "$interrupted" = 0 ] || return 1
  [ "$status" != 0 ] || return 0
  artifact=$(sed -n 's/.*Test unit written to //p' "$log.run" | tail -n 1)
  [ -n "$artifact" ] || die "the fuzzer stopped with status $status: see $log"
  # A seed that diverges would stop every further run at once.
  [[ " ${findings[*]} " != *" $artifact "* ]] || return 1
  findings+=("$artifact")
  [ ! -t 1 ] || printf '\r\033[K'
  grep -m 1 -A 40 -E '^(DIVERGENCE|==[0-9]+==ERROR)' "$log.run" \
    | sed '/^stat::/,$d' || true
}

# Prints a short scenario for each signature among the findings, and keeps
# those that no campaign has found before.
shorten() {
  local signature n file short status=0 any=0
  "$tool" triage "${findings[@]}" > "$build/$target$zoo.triage" || status=$?
  [ "$status" != 2 ] || return 0
  # shellcheck disable=SC2034  # n: a column that is not wanted
  while read -r signature n file; do
    any=1
    short=$found/${signature//\//-}.tlb
    if [ -e "$short" ]; then
      echo "found before: $short"
    elif "$tool" minimize "$file" -o "$short"; then
      echo "$short:"
      sed 's/^/  /' "$short"
    fi
  done < <(groups "$build/$target$zoo.triage")
  [ "$any" = 1 ] || echo "none of them shows it alone: see $build/$target$zoo.triage"
}

started=$SECONDS
while [ $((SECONDS - started)) -lt "$seconds" ] && [ "${#findings[@]}" -lt "$max_found" ]; do
  run_once || break
done
elapsed=$((SECONDS - started))
elapsed=$((elapsed > 0 ? elapsed : 1))
[ ! -t 1 ] || printf '\r\033[K'
[ "$interrupted" = 0 ] || echo "interrupted"

echo "tested: $("$tool" --version | tail -n +2 | paste -s -d ' ')"
echo "fuzzed ${elapsed} s: $scenarios scenarios, $operations operations, $((operations / elapsed)) operations/s, $((scenarios / elapsed)) scenarios/s"
if [ "${#findings[@]}" = 0 ]; then
  device=$(sed -n 's/^stat::device: //p' "$log" | tail -n 1)
  [ -z "$device" ] || echo "device under test: $device"
  TARGET=${TARGET:-iommu} "$here/coverage.sh" "$build" "$corpus" "${seeds[@]}" || die "no coverage: see above"
  echo "no divergences"
else
  printf '%d divergence%s:\n' "${#findings[@]}" "$([ "${#findings[@]}" = 1 ] || echo s)"
  printf '  %s\n' "${findings[@]/#/${TLBDIFF_ZOO:+TLBDIFF_ZOO=$TLBDIFF_ZOO }$tool replay }"
  shorten
  exit 1
fi
