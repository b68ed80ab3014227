#!/bin/bash
# Mutants of the lines that the series adds to QEMU: is each mistake found?
#   mutants.sh [-j JOBS] [-n COUNT] BUILD [SECONDS]
#     default: a job for each core; all of them; 60 s
# All are compiled into one program, which is told which of them to be. Each
# runs the seeds and regressions, and if they find nothing is fuzzed for
# SECONDS, from a fixed seed. Prints the score and the survivors, with their
# diffs. ci/mutants-equivalent.txt names those that were shown to change
# nothing: "ID why".
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
equivalent=$here/mutants-equivalent.txt
files=(accel/tcg/cputlb.c system/physmem.c)
corpus=("$root/corpus/fuzz-iommu/seeds" "$root/corpus/fuzz-iommu/regressions")
aim=95
corpus_limit=30     # seconds of processor time: others may use the machine
ulimit -c 0

die() { echo "mutants: $*" >&2; exit 2; }

# --- the program -------------------------------------------------------------

# compile FILE INPUT OUTPUT [ARGUMENT...]: as QEMU's build does
compile() {
  local file=$1 input=$2 output=$3 command
  shift 3
  command=$("$here/recompile.py" "$san" "$file" "$input" "$output" -g0 -w \
    -iquote "$src/$(dirname "$file")" "$@" | tail -n 1)
  (cd "$san" && sh -c "$command")
}

# The mutants that do not compile: with one of them a file does not. An error
# is that of the copy that it lies in.
list_invalid() {
  local file input
  for file in "${files[@]}"; do
    input=$state/diff/$(basename "$file")
    compile "$file" "$input" /dev/null -fsyntax-only -ferror-limit=0 -fno-caret-diagnostics 2>&1 \
      | sed -n "s|^$input:\([0-9]*\):[0-9]*: error: .*|\1|p" \
      | awk 'NR == FNR { bad[$1]; next }
             $1 == "/*" && $2 == "mutant" { name = $3 }
             FNR in bad { print name }' - "$input" || true
  done | sort -u
}

# make_program: a fuzz-iommu with all mutants that compile, in $state/fuzz;
# $state/invalid lists the others
make_program() {
  local file object more key edits=() work=$state/work
  : > "$state/invalid"
  while :; do
    MUTANTS=$(cut -d ' ' -f 1 "$state/list" | sort | comm -23 - "$state/invalid") \
      /usr/bin/python3 "$here/mutants.py" "$src" "$patches" "$state/diff" "${files[@]}" > /dev/null
    more=$(list_invalid)
    [ -n "$more" ] || break
    sort -u -o "$state/invalid" "$state/invalid" - <<< "$more"
  done
  key=$({ echo "$code"; cat "${files[@]/#*\//$state/diff/}"; } | sha256sum)
  if [ -f "$state/fuzz" ] && [ "$(cat "$state/fuzz.key" 2> /dev/null)" = "$key" ]; then
    return
  fi
  for file in "${files[@]}"; do
    object=$("$here/recompile.py" "$san" "$file" - /dev/null | sed -n 1p)
    compile "$file" "$state/diff/$(basename "$file")" "$work/$(basename "$file").o" \
      || die "$file: does not compile with its mutants"
    edits+=(-e "s|^$san/$object\$|$work/$(basename "$file").o|")
  done
  sed "${edits[@]}" "$san/objects.rsp" > "$work/objects.rsp"
  (cd "$build" && sh -c "$(ninja -t commands fuzz-iommu | tail -n 1 | sed \
    "s|-o fuzz-iommu |-o '$state/fuzz' -Wl,--strip-debug |; s|@[^ ]*/objects.rsp|'@$work/objects.rsp'|")") \
    || die "fuzz-iommu does not link with the mutants"
  echo "$key" > "$state/fuzz.key"
}

# --- one mutant --------------------------------------------------------------

# compile_bare FILE WORK OUTPUT: the code alone, the same wherever it is made
compile_bare() {
  compile "$1" "$2/$1" "$3" -fno-sanitize=all -fmacro-prefix-map="$2=."
}

# fuzz NAME LIMIT ARGUMENT...: its status; its output is in the log of NAME
# What takes LIMIT seconds of processor time hangs.
fuzz() {
  local name=$1 work=$state/work/$1 limit=$2
  shift 2
  rm -rf "$work/new"
  mkdir "$work/new"
  TLBDIFF_MUTANT=$name ASAN_OPTIONS=symbolize=0 UBSAN_OPTIONS=symbolize=0 \
    prlimit --cpu="$limit" "$state/fuzz" "${fuzz_flags[@]}" -seed=1 -timeout=10 \
    -artifact_prefix="$work/" "$@" "$work/new" "${corpus[@]}" > "$work/log" 2>&1
}

# What gave it away, in a few words: the first such line of the log
reason() {
  local line
  line=$(grep -a -m 1 -o -E 'DIVERGENCE C[0-9]+|AddressSanitizer: [^ ]+|runtime error: .*|ERROR: libFuzzer: [^(]*' "$1/log") || true
  echo "${line:-status $2}"
}

# The name, file and verdict of one mutant, then the time and the reason
try() {
  local name=$1 file=$2 work=$state/work/$1 start status=0
  if grep -q -x "$name" "$state/invalid"; then
    echo "$code invalid 0"
    return
  fi
  mkdir -p "$work/$(dirname "$file")"
  fuzz "$name" "$corpus_limit" -runs=0 || status=$?
  if [ "$status" != 0 ]; then
    echo "$all corpus 0 $(reason "$work" "$status")"
    return
  fi
  patch -s -F 0 -o "$work/$file" "$src/$file" "$state/diff/$name" || return
  compile_bare "$file" "$work" "$work/bare" || return
  if cmp -s "$work/bare" "$state/work/original/$(basename "$file").o"; then
    echo "$code same 0"
    return
  fi
  start=$(date +%s%N)
  fuzz "$name" $((seconds + corpus_limit)) -max_total_time="$seconds" || status=$?
  if [ "$status" != 0 ]; then
    echo "$all fuzzed $((($(date +%s%N) - start) / 1000000000)) $(reason "$work" "$status")"
  else
    echo "$all survived $seconds"
  fi
}

# one NAME FILE: adds the line of its result
one() {
  local result
  result=$(try "$1" "$2")
  rm -rf "$state/work/$1"
  echo "$1 $result" >> "$state/results"
}

# The script calls itself, for xargs to run several.
if [ "${1:-}" = --one ]; then
  # shellcheck disable=SC2154 # they are in the environment
  : "$build" "$san" "$src" "$state" "$seconds" "$code" "$all"
  one "$2" "$3"
  exit 0
fi

# --- all of them -------------------------------------------------------------

check_environment() {
  local tool
  for tool in clang ninja patch python3 flock prlimit; do
    command -v "$tool" > /dev/null || die "no $tool on this machine: run ci/setup.sh"
  done
  [ -x "$build/fuzz-iommu" ] || die "$build: no fuzz-iommu in it: run ci/build.sh $build first"
  [ -f "$san/objects.rsp" ] || die "$build: not a build with sanitizers"
  [ -f "$src/${files[0]}" ] || die "$build: has no patched tree of its own: the series is not in another one"
}

# The original: without a mutant, the program has to pass; and mutants are
# compared with it.
check_original() {
  local file work=$state/work/original
  for file in "${files[@]}"; do
    mkdir -p "$work/$(dirname "$file")"
    cp "$src/$file" "$work/$file"
    compile_bare "$file" "$work" "$work/$(basename "$file").o" || die "$file: does not compile"
  done
  fuzz original "$corpus_limit" -runs=0 \
    || die "the seeds fail already without a mutant: run $build/tlbdiff replay on them"
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

# NAME FILE of those without a result
untried() {
  awk 'FILENAME == ARGV[1] { done[$1]; next } !($1 in done) { sub(/:.*/, "", $2); print $1, $2 }' \
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

# summary: the report; false if the score is too low
summary() {
  local total left name place function what survivors killed listed valid
  total=$(wc -l < "$state/list")
  left=$((total - $(wc -l < "$state/results")))
  killed=$(($(verdicts corpus) + $(verdicts fuzzed)))
  awk '$3 == "survived" { print $1 }' "$state/results" | sort > "$state/survived"
  sed -n 's/^\([0-9a-f]\{10\}\) .*/\1/p' "$equivalent" | sort > "$state/equivalent"
  listed=$(comm -12 "$state/survived" "$state/equivalent" | wc -l)
  comm -23 "$state/survived" "$state/equivalent" > "$state/survivors"
  survivors=$(wc -l < "$state/survivors")
  valid=$((killed + survivors))

  while read -r name place function what; do
    grep -q "^$name" "$state/survivors" || continue
    printf 'survived: %s %s, %s: %s\n' "$name" "$place" "$function" "$what"
    sed '1,2d; s/^/    /' "$state/diff/$name"
  done < "$state/list"
  [ -n "$count" ] || while read -r name; do
    grep -q "^$name " "$state/list" \
      && echo "$equivalent: $name is killed" \
      || echo "$equivalent: $name: there is no such mutant"
  done < <(comm -13 <(cat "$state/survived" <(untried | cut -d ' ' -f 1) | sort) "$state/equivalent")
  [ "$left" = 0 ] || echo "$left mutants are still to be tried: run it again to go on"
  printf '%d mutants: %d do not compile, %d are the same code, %d are known to be equivalent\n' \
    "$((total - left))" "$(verdicts invalid)" "$(verdicts same)" "$listed"
  printf '%d killed: %d by the corpus, %d by fuzzing, the slowest in %d s; %d survived %d s\n' "$killed" \
    "$(verdicts corpus)" "$(verdicts fuzzed)" "$(awk '$4 > n && $3 == "fuzzed" { n = $4 } END { print n + 0 }' "$state/results")" \
    "$survivors" "$seconds"
  awk -v killed="$killed" -v valid="$valid" 'BEGIN { printf "score: %.1f %%\n", 100 * killed / (valid ? valid : 1) }'
  [ "$left" = 0 ] && [ $((killed * 100)) -ge $((valid * aim)) ]
}

usage='usage: mutants.sh [-j JOBS] [-n COUNT] BUILD [SECONDS]'
jobs=$(nproc) count=
while getopts ':j:n:' option; do
  case $option in
    j) jobs=$OPTARG ;;
    n) count=$OPTARG ;;
    *) die "$usage" ;;
  esac
done
shift $((OPTIND - 1))
seconds=${2:-60}
[[ $# -ge 1 && $# -le 2 && $seconds =~ ^[1-9][0-9]*$ && $jobs =~ ^[1-9][0-9]*$ &&
   $count =~ ^([1-9][0-9]*)?$ ]] || die "$usage"
build=$(realpath -e "$1" 2> /dev/null) || die "$1: no such directory"
src=$build/qemu/src san=$build/qemu/san state=$build/mutants${count:+-$count}
check_environment
src=$(realpath "$src") san=$(realpath "$san")
mkdir -p "$state" || die "$state: cannot make this directory"
exec 9> "$state/lock"
flock -n 9 || die "$state: another run uses it"

rm -rf "$state/work" "$state/diff"
mkdir "$state/work" "$state/diff"
/usr/bin/python3 "$here/mutants.py" "$src" "$patches" "$state/diff" "${files[@]}" > "$state/list"
if [ -n "$count" ]; then
  # the ids are hashes: a sample, always the same (sed reads all of it, so that
  # sort does not die of a closed pipe)
  sort "$state/list" | sed -n "1,${count}p" > "$state/some"
  mv "$state/some" "$state/list"
fi
# What a result depends on: the program; and what it runs.
code=$({ cat "$build/fuzz-iommu" "${files[@]/#/$src/}"; } | sha256sum | head -c 10)
{ echo "$code"; find "${corpus[@]}" -type f -exec sha256sum {} + | cut -d ' ' -f 1; } \
  | sort > "$state/corpus"
all=$(sha256sum < "$state/corpus" | head -c 10)
mv "$state/corpus" "$state/corpus-$all"
export build san src state seconds code all
touch "$state/results"
old_results > "$state/results.new"
mv "$state/results.new" "$state/results"
make_program
check_original

pid=
interrupted=0
stop() { [ -z "$pid" ] || kill -- -"$pid" 2> /dev/null || true; }
trap stop EXIT
trap 'interrupted=1; stop' INT TERM HUP
run_all
rm -rf "$state/work"
summary
