#!/bin/bash
# Tests a series of commits as a reviewer would: after each one, does QEMU build,
# do the seeds and regressions agree, and what does a short fuzz find?
#   series.sh DIR RANGE     DIR: a git tree of QEMU; RANGE: as git log's
#   series.sh --mbox FILE [--base BASE]...
#                           FILE: a series as it comes by mail, from `b4 am` or
#                           Patchew; BASE: what it may have been made for, a git tree
#                           or a base of versions.sh (default: each of those). The
#                           first that all patches apply to is taken
# From the environment: FUZZ_SECONDS, for each commit (default: 20); TARGET, as
# for fuzz.sh; SEED, for fuzzing that can be repeated; BUILD (default: build).
#
# Works in BUILD/series, on a clone that shares DIR's objects: DIR itself is not
# touched, and what is not committed there is not tested. Goes on after a failure.
# Results are kept: run it again after an interruption, or with more commits, and
# it does what is missing. Exit status: 0 all is fine, 1 a divergence or a commit
# that does not build, 2 it could not run.
#
# Seeds that diverge are grouped by signature, and those that agree with the
# commit before are counted: these are new. The fuzzer begins with those that
# agree, and stops at the first divergence; BUILD/series/found has it, cut down.
# A commit of before deferred translation is compared with a model that asks IOMMUs
# when a TLB is filled; all else that it cannot do yet is a divergence.
#
# TLBDIFF_SERIES_TRY  a directory with build, which is run in place of building,
#                     and with what it would have built (used by test-series.sh)
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=ci/series-lib.sh
. "$here/series-lib.sh"
# shellcheck source=ci/mbox-lib.sh
. "$here/mbox-lib.sh"
# shellcheck source=ci/versions.sh
. "$here/versions.sh"
# shellcheck source=ci/triage-lib.sh
. "$here/triage-lib.sh"
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"
limit=60                # seconds that a scenario may take

# --- one commit --------------------------------------------------------------

# Each of these sets columns of the table, and adds to its notes.
note() { notes+=("$*"); }

build_it() {
  local why=''
  progress "$at: building"
  check_out "$qemu" "$1" "$tree"
  if [ -n "${TLBDIFF_SERIES_TRY:-}" ]; then
    "$TLBDIFF_SERIES_TRY/build" "$1" > "$work/log" 2>&1 || why=$(why_not)
  elif ! set_up "-Dqemu=$src" || ! build tlbdiff "$target"; then
    why=$(why_not)
  fi
  built=ok
  ! is_eager || built+='*'
  [ -z "$why" ] || { built=fails; note "build: $why"; return 1; }
}

replay_seeds() {
  local status=0 signature n path
  progress "$at: replaying the seeds"
  "$programs/tlbdiff" triage --files "${corpus[@]}" > "$work/triage" 2> "$work/log" || status=$?
  ((status <= 1)) || die "$at: cannot replay the seeds: $(tail -n 1 "$work/log")"
  mapfile -t diverged < <(sed -n 's/^    //p' "$work/triage" | sort)
  n=$(find "${corpus[@]}" -type f | wc -l)
  seeds="$((n - ${#diverged[@]})) of $n"
  while read -r signature n path; do
    note "seeds: $signature: $n, such as ${path#"$root"/}"
  done < <(groups "$work/triage")
}

# The fuzzer reads those that agree: another would end it before it has begun.
begin_corpus() {
  rm -rf "$work/agree"
  mkdir -p "$work/agree" "$work/corpus/$target" "$work/found"
  find "${corpus[@]}" -type f | sort | comm -23 - <(printf '%s\n' "${diverged[@]}") | xargs -r cp -t "$work/agree"
}

fuzz_it() {
  local status=0 artifact
  progress "$at: fuzzing for $seconds s"
  begin_corpus
  limited $((seconds + limit)) "$programs/$target" "${fuzz_flags[@]}" -max_total_time="$seconds" \
    -print_final_stats=1 -artifact_prefix="$work/found/$short-" ${SEED:+-seed="$SEED"} \
    "$work/corpus/$target" "$work/agree" > "$work/log" 2>&1 || status=$?
  fuzz="$(sed -n 's/^stat::scenarios: //p' "$work/log" | tail -n 1) agree"
  [ "$status" != 0 ] || return 0
  if [[ $status = 124 || $status = 137 ]]; then
    fuzz='does not end'
    note "fuzz: a scenario took more than $limit s"
    return
  fi
  artifact=$(sed -n 's/.*Test unit written to //p' "$work/log" | tail -n 1)
  [ -n "$artifact" ] || die "$at: the fuzzer stopped with status $status: see $work/log"
  fuzz=diverges
  shorten "$artifact"
}

# Keeps the finding $1 as text, cut down, if it shows alone what it did.
shorten() {
  local new=$work/new kept signature
  progress "$at: minimizing"
  rm -rf "$new"
  "$programs/tlbdiff" triage -o "$new" "$1" > "$work/triage" 2> "$work/log" || true
  signature=$(groups "$work/triage" | cut -d ' ' -f 1)
  kept=$work/found/$short-${signature//\//-}.tlb
  if [ -n "$signature" ] && "$programs/tlbdiff" minimize "$new"/*.tlb -o "$kept" > "$work/log" 2>&1; then
    rm -f "$1"
  else
    kept=$1
  fi
  note "fuzz: ${signature:-not shown alone}: $kept"
}

# Sets the columns, and the files that diverge; from what is kept, if it is.
test_commit() {
  local kept
  kept=$work/commits/$(key "$1" "$inputs")
  built='' seeds=- fuzz=- notes=() diverged=()
  if [ -f "$kept" ]; then
    # shellcheck disable=SC1090
    . "$kept"
    return
  fi
  if build_it "$1"; then
    replay_seeds
    fuzz_it
  fi
  mkdir -p "$work/commits"
  declare -p built seeds fuzz notes diverged | sed 's/^declare /declare -g /' > "$kept.new"
  mv "$kept.new" "$kept"
}

# --- the table ---------------------------------------------------------------

row() { printf '%-10s %-6s %-12s %-15s %s\n' "$@"; }

# How many of the seeds that diverge agreed with the last commit that was built.
count_new() {
  comm -23 <(printf '%s\n' "${diverged[@]}" | sort) <(printf '%s\n' "${before[@]}" | sort) | grep -c . || true
}

tell() {
  row "$short" "$built" "$seeds" "$fuzz" "${names[i]#* }"
  [ "${#notes[@]}" = 0 ] || { failed=1; printf '    %s\n' "${notes[@]}"; }
  [[ $built != *'*' ]] || eager=1
  [ "$built" != fails ] || return 0
  [ -z "$last" ] || [ "$(count_new)" = 0 ] || echo "    $(count_new) of these seeds agree with $last"
  before=("${diverged[@]}") last=$short
}

usage() { die "usage: series.sh DIR RANGE, or series.sh --mbox FILE [--base BASE]..."; }

# Sets mbox and bases, or qemu, tree and range.
read_arguments() {
  mbox='' bases=()
  if [ "${1:-}" != --mbox ]; then
    if [ $# != 2 ] || [[ $1 = -* ]]; then usage; fi
    qemu=$(realpath -e "$1" 2> /dev/null) || die "$1: no such directory"
    tree=$qemu range=$2
    return
  fi
  [ $# -ge 2 ] || usage
  mbox=$2
  shift 2
  while [ $# -ge 2 ] && [ "$1" = --base ]; do
    bases+=("$2")
    shift 2
  done
  [ $# = 0 ] || usage
  # shellcheck disable=SC2206  # words
  [ "${#bases[@]}" != 0 ] || bases=($QEMU_BASES)
}

main() {
  read_arguments "$@"
  seconds=${FUZZ_SECONDS:-20} target=fuzz-${TARGET:-iommu}
  [[ $seconds =~ ^[1-9][0-9]*$ ]] || die "FUZZ_SECONDS=$seconds: expected a number of seconds"
  [ -f "$root/fuzz-targets/$target.c" ] || die "TARGET=${TARGET:-}: no such target: see fuzz-targets/"
  # shellcheck disable=SC2034  # series-lib.sh uses it
  flavour=san
  work=$(realpath -m "${BUILD:-$root/build}")/series
  src=$work/build/qemu/src
  programs=${TLBDIFF_SERIES_TRY:-$work/build}
  corpus=("$root/corpus/$target/seeds")
  [ ! -d "$root/corpus/$target/regressions" ] || corpus+=("$root/corpus/$target/regressions")
  open_work
  [ -z "$mbox" ] || read_mbox "$mbox" "${bases[@]}"
  read_range "$qemu" "$range"
  [ -n "${TLBDIFF_SERIES_TRY:-}" ] || "$here/setup.sh" || exit 2
  # What a result depends on, besides the commit.
  inputs="$target $seconds ${SEED:-} $(harness_id)
    $(find "${corpus[@]}" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)"

  failed=0 eager=0 before=() last=''
  row commit build seeds fuzz subject
  for ((i = 1; i < ${#ids[@]}; i++)); do
    short=${names[i]%% *}
    at="$i of $((${#ids[@]} - 1)): $short"
    test_commit "${ids[i]}"
    progress ''
    tell
  done
  [ "$eager" = 0 ] || echo '* before deferred translation: IOMMUs are asked when the TLB is filled'
  return "$failed"
}

main "$@"; exit         # bash reads no further, should this file be edited meanwhile
