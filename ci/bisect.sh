#!/bin/bash
# Finds the patch that a divergence comes with: builds QEMU patch by patch, and
# names the first one with which a scenario diverges as it does with all.
#   bisect.sh BUILD FILE            the patches of patches/*/series
#   bisect.sh BUILD FILE RANGE      the commits of RANGE (as git log's), for a
#                                   BUILD that was set up with -Dqemu=DIR
# Works in BUILD/bisect and keeps each result there: run it again after an
# interruption, and it goes on. What was built of a step is kept as well, for the
# next scenario (max_programs). Exit status: 0 a patch is named, 1 the scenario
# does not diverge with all of them, 2 it could not run.
#
# "As it does": at the same operation, by the same clause, in the same words.
# A tree that diverges in another way, does not build, or hangs, shows nothing;
# if there are such ones just before the patch that is named, the summary says
# so. Before the patch that defers translation, the model asks IOMMUs in fills, too.
#
# Limits: what no code reaches before a later patch makes use of it is found with
# that later patch; so is what the scenario does not get to before, as it diverges
# earlier on. It is taken for granted that what one patch brings stays with all
# that follow; what the release itself shows takes a build of each step.
#
# TLBDIFF_PATCHES   stand-in for patches/, as for qemu-source.sh
# TLBDIFF_BISECT_TRY  a command to run in place of building and replaying, with
#                   the number of patches and FILE (used by test-bisect.sh)
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=ci/versions.sh
. "$here/versions.sh"
# shellcheck source=ci/series-lib.sh
. "$here/series-lib.sh"
limit=120               # seconds that a replay may take
max_programs=40         # files of earlier steps to keep: 75 MB each

# --- the steps ---------------------------------------------------------------

# add_patch NAME FILE: one more step. Its id is that of all files up to it.
add_patch() {
  id=$({ echo "$id"; cat "$2"; } | sha256sum | cut -c 1-40)
  names+=("$1") ids+=("$id") files+=("$2")
}

# Sets names and ids: what step 0 is, and each patch after it.
read_series() {
  local line file id patches_dir
  patches_dir=$(realpath "${TLBDIFF_PATCHES:-$root/patches}")/$QEMU_SERIES
  id=$(printf '%s\n' "$QEMU_VERSION" "$DEBIAN_FILES" | sha256sum | cut -c 1-40)
  names=("unmodified QEMU $QEMU_VERSION") ids=("$id") files=(none)
  [ -f "$patches_dir/series" ] || die "$patches_dir/series: not found: it lists the patches, one a line"
  while read -r line; do
    line=${line%%#*}
    line=${line%"${line##*[![:space:]]}"}
    [ -n "$line" ] || continue
    file=$patches_dir/$line
    [ -r "$file" ] || die "$file: cannot be read: correct $patches_dir/series"
    add_patch "$line" "$file"
  done < <(cat "$patches_dir/series"; echo)
  for file in ${TLBDIFF_EXTRA_PATCHES:-}; do add_patch "$file" "$file"; done
}

# --- one step ----------------------------------------------------------------

# Makes the tree of step $1.
make_tree() {
  local i dir=$work/patches/$QEMU_SERIES
  if [ -n "$range" ]; then
    check_out "$qemu" "${ids[$1]}"
    return
  fi
  rm -rf "$work/patches"
  mkdir -p "$dir"
  : > "$dir/series"
  for ((i = 1; i <= $1; i++)); do
    cp "${files[i]}" "$dir/$i.patch"
    echo "$i.patch" >> "$dir/series"
  done
  "$here/qemu-source.sh" "$work/build/qemu" '' "$base" > /dev/null || exit 2
}

# Before the first build: makes the tree of the last step, and configures for it.
begin() {
  local pristine
  mkdir -p "$work/build/qemu"
  for pristine in "$build"/qemu/base-*; do
    [ ! -d "$pristine" ] || [ -d "$work/build/qemu/${pristine##*/}" ] || cp -al "$pristine" "$work/build/qemu/"
  done
  make_tree "$last"
  set_up "-Dbase=$base" || die "$work/build: meson setup failed: $(why_not)"
  begun=yes
}

# Sets `program`: tlbdiff with step $1. It is kept, for the next scenario. Status 3:
# it does not build.
build_step() {
  program=$work/programs/$(key "${ids[$1]}" "$harness")
  [ ! -x "$program" ] || { touch "$program"; return 0; }
  [ -n "$range$begun" ] || begin
  make_tree "$1"
  [ -z "$range" ] || set_up "-Dqemu=$src" || return 3
  build tlbdiff || return 3
  mkdir -p "$work/programs" || exit 2
  # shellcheck disable=SC2012  # names that we gave
  ls -t "$work/programs" | sed "1,${max_programs}d" | (cd "$work/programs" && xargs -r rm -f)
  cp "$work/build/tlbdiff" "$program.new" && mv "$program.new" "$program" || exit 2
}

# Prints what a replay with step $1 prints. Its status: that of build_step, too.
replay() {
  local program
  if [ -n "${TLBDIFF_BISECT_TRY:-}" ]; then
    "$TLBDIFF_BISECT_TRY" "$1" "$file"
    return
  fi
  build_step "$1" || return
  limited "$limit" "$program" replay "$file" 2>&1
}

# What went wrong, in a line that is the same wherever the same thing does. Some
# trees ask IOMMUs about an address, others, which are eager, about its page.
signature() {
  awk -v status="$1" '
    /^DIVERGENCE / { clause = $2; next }
    clause && /^(at operation|after the last)/ { where = $0; getline; sub(/^ */, ""); what = $0; exit }
    /^SUMMARY: / && !crash { crash = $2 " " $3 " in " $NF }
    END {
      if (clause) { print clause ", " where ": " what }
      else if (crash) { print crash }
      else { print status == 124 || status == 137 ? "does not end" : "status " status }
    }' "$work/output" | sed -E 's/\.([ch]):[0-9]+/.\1/g; /IOMMU/s/(asked about|not|include) 0x[0-9a-f]+/\1 0x.../g'
}

# Sets `found`: "agrees", "fails", or "diverges" and how; of step $1.
try() {
  local status=0
  found=$(recall "${ids[$1]}" "$inputs")
  [ -z "$found" ] || return 0
  tried=$((tried + 1))
  progress "$tried of about $expected builds: ${names[$1]}"
  replay "$1" > "$work/output" || status=$?
  case $status in
  0) found=agrees ;;
  1 | 77 | 124 | 134 | 137) found="diverges $(signature "$status")" ;;
  3) found="fails to build: $(why_not)" ;;
  130 | 143) die "interrupted: run it again to go on" ;;
  *) die "${names[$1]}: the replay failed: $(tail -n 1 "$work/output")" ;;
  esac
  keep "$found" "${ids[$1]}" "$inputs"
}

# Is step $1 one that shows what is looked for?
shows() {
  try "$1"
  [ "$found" = "diverges $wanted" ]
}

# --- the search --------------------------------------------------------------

# Sets `first`: the first step of all those, up to the last, that show it.
search() {
  local low=-1 high=$last middle
  while ((high - low > 1)); do
    middle=$(((low + high) / 2))
    if shows "$middle"; then high=$middle; else low=$middle; fi
  done
  first=$high
  ((first == 0)) || return 0
  # The release has it, too. Was it gone in between?
  for ((middle = last - 1; middle > 0; middle--)); do
    shows "$middle" || { first=$((middle + 1)); return; }
  done
}

summary() {
  local before=$((first - 1))
  echo "$file: $wanted"
  if ((first == 0)); then
    echo "first with: ${names[0]}: none of the patches is at fault, and none corrects it"
    return
  fi
  echo "first with: ${names[first]}"
  # no builds for that: the step before was tried
  while ((before >= 0)) && found=$(recall "${ids[before]}" "$inputs") && [[ $found == fails* || $found == diverges* ]]; do
    [ "$found" = "diverges $wanted" ] && echo "also with: ${names[before]}" \
      || echo "not to be seen with: ${names[before]}: $found"
    before=$((before - 1))
  done
  [ "$found" != agrees ] || echo "agrees with: ${names[before]}"
}

option() {
  /usr/bin/python3 -c 'import json, sys
print(next(o["value"] for o in json.load(open(sys.argv[1])) if o["name"] == sys.argv[2]))' \
    "$build/meson-info/intro-buildoptions.json" "$1"
}

main() {
  local bytes i
  [[ $# = 2 || $# = 3 ]] || die "usage: bisect.sh BUILD FILE [RANGE]"
  build=$(realpath -e "$1" 2> /dev/null) || die "$1: no such directory"
  file=$(realpath -e "$2" 2> /dev/null) || die "$2: no such file"
  range=${3:-}
  [ -x "$build/tlbdiff" ] || die "$build: no tlbdiff in it: run ci/build.sh $1 first"
  bytes=$("$build/tlbdiff" encode "$file" | sha256sum) || exit 2
  flavour=$(option flavour) qemu=$(option qemu)
  [ -n "$range" ] || [ -z "$qemu" ] || die "$build: tests $qemu: give the range of its commits, too"
  [ -z "$range" ] || [ -n "$qemu" ] || die "$build: tests the patches: a range of commits is for one with -Dqemu=DIR"

  if [ -n "$range" ]; then
    work=$build/bisect/git
    open_work
    read_range "$qemu" "$range"
    names[0]="${names[0]} (before $range)"
  else
    work=$build/bisect
    open_work
    base=$(base_of "$build/qemu")
    use_base "$base"
    read_series
    export TLBDIFF_PATCHES=$work/patches TLBDIFF_EXTRA_PATCHES=
  fi
  src=$work/build/qemu/src
  last=$((${#ids[@]} - 1))
  # What programs and results depend on, besides the step.
  harness="$flavour $(harness_id)"
  inputs="$bytes $harness $(sha256sum < "$here/bisect.sh")"
  expected=2 tried=0 wanted='' begun=''
  for ((i = last; i > 0; i /= 2)); do expected=$((expected + 1)); done

  try "$last"
  [[ $found != fails* ]] || die "${names[last]}: $found: see $work/log"
  [[ $found == diverges* ]] || { progress ''; echo "$file: with ${names[last]}, which is all: $found"; exit 1; }
  wanted=${found#diverges }
  search
  progress ''
  summary
}

main "$@"; exit         # bash reads no further, should this file be edited meanwhile
