#!/bin/bash
# Mutants of what is under test: is each mistake found?
#   mutants.sh [-a] [-c DIR] [-j JOBS] [-n COUNT [-s SEED]] BUILD [SECONDS]
#     default: of the lines that the series adds, a job for each core, 60 s
#     -a: of all lines of the files under test, of physmem.c, memory.c and tz-mpc.c
#         of those that the corpus reaches
#     -c: with the scenarios of fuzz-iommu in DIR, a campaign's corpus say, in place of
#         its seeds and regressions: do they find as many?
#     -n: a sample of so many, another for each SEED (default: 1)
# All are compiled into one program, which is told which of them to be. Each
# runs the seeds and regressions, and if they find nothing is fuzzed for
# SECONDS, from a fixed seed. Prints the score and the survivors, with their
# diffs. ci/mutants-known.txt says of those that are known to survive why.
# BUILD/mutants keeps the results: run it again after an interruption, and it
# goes on. Exit status: 0 if the score is 95 % or more, 1 if not, 2 it could
# not run.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"
patches=$root/patches/qemu-10.2
known=$here/mutants-known.txt
series_files='accel/tcg/cputlb.c system/physmem.c'
# The first of them has the choice of the mutant.
all_files="accel/tcg/cputlb.c accel/tcg/ldst_atomicity.c.inc accel/tcg/tb-maint.c
  accel/tcg/watchpoint.c system/physmem.c system/memory.c hw/misc/tz-mpc.c"
only_reached='system/physmem.c system/memory.c hw/misc/tz-mpc.c'
aim=95
corpus_limit=30     # seconds of processor time: others may use the machine
ulimit -c 0

die() { echo "mutants: $*" >&2; exit 2; }

# --- the program -------------------------------------------------------------

# The file that is compiled to compile this one; the target that it is seen with.
unit_of() { [ "$1" != accel/tcg/ldst_atomicity.c.inc ] && echo "$1" || echo accel/tcg/cputlb.c; }
target_of() { [ "$1" != hw/misc/tz-mpc.c ] && echo iommu || echo tzmpc; }
corpus_of() {
  if [ "$1" = iommu ] && [ -n "$corpus" ]; then
    echo "$corpus"
  else
    ls -d "$root/corpus/fuzz-$1"/{seeds,regressions}
  fi
}
units() { for file in $files; do unit_of "$file"; done | sort -u; }
targets() { for file in $files; do target_of "$file"; done | sort -u; }

# object_of UNIT: as the linker is told of it
object_of() {
  case $1 in
  # the harness's build has it, not QEMU's
  hw/*) ar t "$build/$devices" | grep -F "_$(tr / _ <<< "$1")." ;;
  *) echo "$san/$("$here/recompile.py" "$san" "$1" - /dev/null | sed -n 1p)" ;;
  esac
}

# compile UNIT INPUT OUTPUT [ARGUMENT...]: as the build does
compile() {
  local file=$1 input=$2 output=$3 command where=$san more
  shift 3
  printf -v more ' %q' -g0 -w -iquote "$src/$(dirname "$file")" "$@"
  case $file in
  hw/*)
    where=$build
    command=$(ninja -C "$build" -t commands "$devices" | grep -F -e "/$file" | grep -F -e ' -c ' \
      | sed "s|^ccache ||; s| -MD -MQ [^ ]* -MF [^ ]* -o [^ ]* -c [^ ]*$| -o $output -c $input|") ;;
  *) command=$("$here/recompile.py" "$san" "$file" "$input" "$output" | tail -n 1) ;;
  esac
  (cd "$where" && sh -c "$command$more")
}

# The same sample in another clone is the same program: it need not be compiled again.
from_ccache() {
  CCACHE_BASEDIR=$root CCACHE_EXTRAFILES=$san/allowlist.txt CCACHE_IGNOREOPTIONS='-fsanitize-coverage-allowlist=*' "$@"
}

# The mutants that do not compile: with one of them a file does not. An error
# is that of the copy that it lies in.
list_invalid() {
  local file input
  for file in $(units); do
    input=$state/diff/$(basename "$file")
    compile "$file" "$input" /dev/null -fsyntax-only -ferror-limit=0 -fno-caret-diagnostics 2>&1 \
      | sed -n "s|^\($state/diff/[^:]*\):\([0-9]*\):[0-9]*: error: .*|\1 \2|p" \
      | while read -r input line; do
        head -n "$line" "$input" | sed -n 's|^/\* mutant \([0-9a-f]*\) .*|\1|p' | tail -n 1
      done || true
  done | sort -u
}

# make_programs: fuzz targets with all mutants that compile, $state/fuzz-*;
# $state/invalid lists the others
make_programs() {
  local file target object more edits=() work=$state/tmp
  : > "$state/invalid"
  while :; do
    # shellcheck disable=SC2086  # a list
    MUTANTS=$(cut -d ' ' -f 1 "$state/list" | sort | comm -23 - "$state/invalid") \
      /usr/bin/python3 "$here/mutants.py" "$src" "$patches" "$state/diff" $files
    # the diffs are there for the report, which is all that is left to do
    [ -n "$(untried)" ] || return 0
    more=$(list_invalid)
    [ -n "$more" ] || break
    sort -u -o "$state/invalid" "$state/invalid" - <<< "$more"
  done
  # shellcheck disable=SC2046  # a list
  key=$({ echo "$code"; for file in $files; do cat "$state/diff/$(basename "$file")"; done; } | sha256sum)
  if [ "$(cat "$state/key" 2> /dev/null)" = "$key" ]; then
    return
  fi
  ar t "$build/$devices" > "$work/devices.rsp"
  for file in $(units); do
    object=$(object_of "$file")
    from_ccache compile "$file" "$state/diff/$(basename "$file")" "$work/$(basename "$file").o" \
      || die "$file: does not compile with its mutants"
    edits+=(-e "s|^$object\$|$work/$(basename "$file").o|")
  done
  sed "${edits[@]}" "$san/objects.rsp" > "$work/objects.rsp"
  sed -i "${edits[@]}" "$work/devices.rsp"
  for target in $(targets); do
    (cd "$build" && sh -c "$(ninja -t commands "fuzz-$target" | tail -n 1 | sed \
      "s|-o fuzz-$target |-o '$state/fuzz-$target' -Wl,--strip-debug |
       s|@[^ ]*/objects.rsp|'@$work/objects.rsp'|; s| $devices | '@$work/devices.rsp' |")") \
      || die "fuzz-$target does not link with the mutants"
  done
  echo "$key" > "$state/key"
}

# --- one mutant --------------------------------------------------------------

# copy_files DIR: the files of which there are mutants
copy_files() {
  local file
  for file in $files $(units); do
    mkdir -p "$1/$(dirname "$file")"
    cp "$src/$file" "$1/$file"
  done
}

# compile_bare UNIT WORK OUTPUT: the code alone, the same wherever it is made
compile_bare() {
  compile "$1" "$2/$1" "$3" -fno-sanitize=all -fmacro-prefix-map="$2=."
}

# fuzz NAME TARGET LIMIT ARGUMENT...: its status; its output is in the log of NAME
# What takes LIMIT seconds of processor time hangs.
fuzz() {
  local name=$1 target=$2 work=$state/tmp/$1 limit=$3 dirs
  shift 3
  rm -rf "$work/new"
  mkdir -p "$work/new"
  mapfile -t dirs < <(corpus_of "$target")
  TLBDIFF_MUTANT=$name ASAN_OPTIONS=symbolize=0 UBSAN_OPTIONS=symbolize=0 \
    prlimit --cpu="$limit" "$state/fuzz-$target" "${fuzz_flags[@]}" -seed=1 -timeout=10 \
    -artifact_prefix="$work/" "$@" "$work/new" "${dirs[@]}" > "$work/log" 2>&1
}

# What gave it away, in a few words: the first such line of the log
reason() {
  local line
  line=$(grep -a -m 1 -o -E 'DIVERGENCE C[0-9]+|AddressSanitizer: [^ ]+|runtime error: .*|ERROR: libFuzzer: [^(]*' "$1/log") || true
  echo "${line:-status $2}"
}

# The verdict of one mutant, with what it depends on, the time and the reason
try() {
  local name=$1 file=$2 lines=$3 work=$state/tmp/$1 start status=0 target unit
  if grep -q -x "$name" "$state/invalid"; then
    echo "$code invalid 0"
    return
  fi
  target=$(target_of "$file") unit=$(unit_of "$file")
  if [ "$lines" != unreached ]; then
    fuzz "$name" "$target" "$corpus_limit" -runs=0 || status=$?
    if [ "$status" != 0 ]; then
      echo "$all corpus 0 $(reason "$work" "$status")"
      return
    fi
  fi
  copy_files "$work"
  patch -s -F 0 "$work/$file" "$state/diff/$name" || return
  compile_bare "$unit" "$work" "$work/bare" || return
  if cmp -s "$work/bare" "$state/tmp/original/$(basename "$unit").o"; then
    echo "$code same 0"
    return
  fi
  if [ "$lines" = unreached ]; then
    echo "$all unreached 0"
    return
  fi
  start=$(date +%s%N)
  fuzz "$name" "$target" $((seconds + corpus_limit)) -max_total_time="$seconds" || status=$?
  if [ "$status" != 0 ]; then
    echo "$all fuzzed $((($(date +%s%N) - start) / 1000000000)) $(reason "$work" "$status")"
  else
    echo "$all survived $seconds"
  fi
}

# one NAME FILE LINES: adds the line of its result
one() {
  local result
  result=$(try "$@")
  rm -rf "$state/tmp/$1"
  echo "$1 $result" >> "$state/results"
}

# The script calls itself, for xargs to run several.
if [ "${1:-}" = --one ]; then
  # shellcheck disable=SC2154 # they are in the environment
  : "$build" "$san" "$src" "$state" "$seconds" "$code" "$all" "$files" "$devices" "$corpus"
  one "${@:2}"
  exit 0
fi

# --- all of them -------------------------------------------------------------

check_environment() {
  local tool target
  for tool in clang ninja patch python3 flock prlimit; do
    command -v "$tool" > /dev/null || die "no $tool on this machine: run ci/setup.sh"
  done
  for target in $(targets); do
    for tool in "fuzz-$target" ${suffix:+"fuzz-$target-cov"}; do
      [ -x "$build/$tool" ] || die "$build: no $tool in it: run ci/build.sh $build first"
    done
  done
  [ -f "$san/objects.rsp" ] || die "$build: not a build with sanitizers"
  [ -f "$src/accel/tcg/cputlb.c" ] || die "$build: has no patched tree of its own: the series is not in another one"
}

# The original: without a mutant, the program has to pass; and mutants are
# compared with it.
check_original() {
  local file target work=$state/tmp/original
  copy_files "$work"
  for file in $(units); do
    compile_bare "$file" "$work" "$work/$(basename "$file").o" || die "$file: does not compile"
  done
  for target in $(targets); do
    fuzz original "$target" "$corpus_limit" -runs=0 \
      || die "the scenarios of $target fail already without a mutant: run $build/tlbdiff replay on them"
  done
}

# The results that still hold: same program and corpus, and as long a time.
# What the corpus has found, one with more files finds, too.
old_results() {
  local file smaller=
  for file in "$state"/corpus-*; do
    [ -n "$(comm -23 "$file" "$state/corpus-$all")" ] || smaller+=" ${file##*-} "
  done
  awk -v code="$code" -v all="$all" -v seconds="$seconds" -v smaller="$smaller" \
    '$2 == code || $2 == all && ($3 != "survived" || $4 >= seconds) ||
     $3 == "corpus" && index(smaller, " " $2 " ")' "$state/results"
}

# NAME FILE LINES of those without a result
untried() {
  awk 'FILENAME == ARGV[1] { done[$1]; next } !($1 in done) { sub(/:.*/, "", $2); print $1, $2, $4 }' \
    "$state/results" "$state/list"
}

verdicts() { awk -v verdict="$1" '$3 == verdict' "$state/results" | wc -l; }

run_all() {
  local total left
  total=$(wc -l < "$state/list")
  # Its own process group, so that all of it can be stopped.
  set -m
  untried | xargs -r -P "$jobs" -L 1 "$0" --one &
  pid=$!
  set +m
  while kill -0 "$pid" 2> /dev/null; do
    if [ -t 1 ]; then
      left=$((total - $(wc -l < "$state/results")))
      printf '\r%d of %d mutants  %d killed  %d survived ' $((total - left)) "$total" \
        $(($(verdicts corpus) + $(verdicts fuzzed))) "$(verdicts survived)"
    fi
    sleep 1
  done
  [ ! -t 1 ] || printf '\r\033[K'
  wait "$pid" || [ "$interrupted" = 1 ] || die "some mutants could not be tried: see above; run it again to go on"
  pid=
}

# The survivors that are known: ID and class, each by its own row or by that of its
# function.
known_survivors() {
  awk 'FILENAME == ARGV[1] { if ($1 != "#") class[$1] = $2; next }
       FILENAME == ARGV[2] { split($2, place, ":"); key[$1] = place[1] ":" $3 "()"; next }
       $3 == "survived" || $3 == "unreached" {
         found = ($1 in class) ? class[$1] : ((key[$1] in class) ? class[key[$1]] : "")
         sub(/:$/, "", found)
         if (found) print $1, found }' "$known" "$state/list" "$state/results"
}
of_class() { awk -v class="$1" '$2 == class' "$state/known" | wc -l; }

# stale: rows of ours that say nothing of any mutant, or of one that is killed
stale() {
  local name
  while read -r name; do
    grep -q "^$name " "$state/list" \
      && echo "$known: $name is killed" \
      || echo "$known: $name: there is no such mutant"
  done < <(comm -13 <({ cut -d ' ' -f 1 "$state/known"; untried | cut -d ' ' -f 1; } | sort) \
    <(sed -n 's/^\([0-9a-f]\{10\}\) .*/\1/p' "$known" | sort))
}

# summary: the report; false if the score is too low
summary() {
  local total left name place function lines what survivors killed valid
  total=$(wc -l < "$state/list")
  left=$((total - $(wc -l < "$state/results")))
  killed=$(($(verdicts corpus) + $(verdicts fuzzed)))
  known_survivors > "$state/known"
  awk '$3 == "survived" || $3 == "unreached" { print $1 }' "$state/results" | sort \
    | comm -23 - <(cut -d ' ' -f 1 "$state/known" | sort) > "$state/survivors"
  survivors=$(wc -l < "$state/survivors")
  valid=$((killed + survivors))

  while read -r name place function lines what; do
    grep -q "^$name" "$state/survivors" || continue
    printf '%s: %s %s, %s: %s\n' "$(awk -v name="$name" '$1 == name { print $3 }' "$state/results")" \
      "$name" "$place" "$function" "$what"
    sed '1,2d; s/^/    /' "$state/diff/$name"
  done < "$state/list"
  [ -n "$count" ] || stale
  [ "$left" = 0 ] || echo "$left mutants are still to be tried: run it again to go on"
  printf '%d mutants: %d do not compile, %d are the same code, %d are known to be equivalent, %d free, %d out of reach\n' \
    "$((total - left))" "$(verdicts invalid)" "$(verdicts same)" "$(of_class equivalent)" "$(of_class free)" "$(of_class beyond)"
  printf '%d killed: %d by the corpus, %d by fuzzing, the slowest in %d s; %d survived %d s, or are never run\n' "$killed" \
    "$(verdicts corpus)" "$(verdicts fuzzed)" "$(awk '$4 > n && $3 == "fuzzed" { n = $4 } END { print n + 0 }' "$state/results")" \
    "$survivors" "$seconds"
  awk -v killed="$killed" -v valid="$valid" 'BEGIN { printf "score: %.1f %%\n", 100 * killed / (valid ? valid : 1) }'
  [ "$left" = 0 ] && [ $((killed * 100)) -ge $((valid * aim)) ]
}

usage='usage: mutants.sh [-a] [-c DIR] [-j JOBS] [-n COUNT [-s SEED]] BUILD [SECONDS]'
jobs=$(nproc) count='' seed=1 files=$series_files suffix='' corpus=''
while getopts ':ac:j:n:s:' option; do
  case $option in
    a) files=$all_files suffix=-all ;;
    c) corpus=$(realpath -e "$OPTARG" 2> /dev/null) && [ -d "$corpus" ] || die "$OPTARG: no such directory" ;;
    j) jobs=$OPTARG ;;
    n) count=$OPTARG ;;
    s) seed=$OPTARG ;;
    *) die "$usage" ;;
  esac
done
shift $((OPTIND - 1))
seconds=${2:-60}
[[ $# -ge 1 && $# -le 2 && $seconds =~ ^[1-9][0-9]*$ && $jobs =~ ^[1-9][0-9]*$ &&
   $count =~ ^([1-9][0-9]*)?$ && $seed =~ ^[0-9]+$ ]] || die "$usage"
build=$(realpath -e "$1" 2> /dev/null) || die "$1: no such directory"
src=$build/qemu/src san=$build/qemu/san state=$build/mutants$suffix${count:+-$count-$seed}
devices=harness/qemu/devices/libdevices.a
check_environment
src=$(realpath "$src") san=$(realpath "$san")
mkdir -p "$state" || die "$state: cannot make this directory"
exec 9> "$state/lock"
flock -n 9 || die "$state: another run uses it"

# What the corpus reaches of the files whose coverage is known.
reached() {
  local target
  for target in $(targets); do
    # shellcheck disable=SC2046  # words
    LLVM_PROFILE_FILE=$state/tmp/raw "$build/fuzz-$target-cov" -runs=0 -detect_leaks=0 -artifact_prefix="$state/tmp/" \
      $(corpus_of "$target") > "$state/tmp/log" 2>&1 \
      || die "the seeds of $target fail already without a mutant: run $build/tlbdiff replay on them"
    lcov "$build/fuzz-$target-cov" "$state/tmp/raw"
  done
}

# list_mutants: all that are asked for, or a sample, the same for each SEED
list_mutants() {
  local scope=$patches
  if [ -n "$suffix" ]; then
    scope=$state/tmp/lcov
    reached > "$scope"
  fi
  # shellcheck disable=SC2086  # a list
  /usr/bin/python3 "$here/mutants.py" "$src" "$scope" "$state/diff" $files \
    | awk -v files="$only_reached" '{ file = $2; sub(/:.*/, "", file) } $4 != "unreached" || index(files, file) == 0' \
    > "$state/every"
  if [ -z "$count" ]; then
    mv "$state/every" "$state/list"
  else
    # each line by a hash of its id and the seed (sed reads all of it, so that sort
    # does not die of a closed pipe)
    sort -R -k 1,1 --random-source=<(yes "$seed") "$state/every" | sed -n "1,${count}p" > "$state/list"
  fi
}

rm -rf "$state/tmp" "$state/diff"
mkdir "$state/tmp" "$state/diff"
list_mutants
# What a result depends on: the program; and what it runs.
code=$(for file in $files; do cat "$build/fuzz-$(target_of "$file")" "$src/$file"; done | sha256sum | head -c 10)
{ echo "$code"; for target in $(targets); do corpus_of "$target"; done | xargs -I DIR find DIR -type f -exec sha256sum {} + | cut -d ' ' -f 1; } \
  | sort > "$state/corpus"
all=$(sha256sum < "$state/corpus" | head -c 10)
mv "$state/corpus" "$state/corpus-$all"
export build san src state seconds code all files devices corpus
touch "$state/results"
old_results > "$state/results.new"
mv "$state/results.new" "$state/results"
make_programs
[ -z "$(untried)" ] || check_original

pid=
interrupted=0
stop() { [ -z "$pid" ] || kill -- -"$pid" 2> /dev/null || true; }
trap stop EXIT
trap 'interrupted=1; stop' INT TERM HUP
run_all
rm -rf "$state/tmp"
summary
