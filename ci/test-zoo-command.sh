#!/bin/bash
# tlbdiff zoo, mostly on a mock of the program with the faults: what it prints,
# what it keeps, and that it goes on after an interruption.
#   test-zoo-command.sh BUILD
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

build=$(realpath "$1")
seeds=$(realpath "$here/../corpus/fuzz-iommu/seeds")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir tmp
export TMPDIR=$work/tmp     # to see what is left there

# Two faults: one is found at once, as another clause with seed 2; what becomes
# of the other is in the file `next`.
cat > mock << 'MOCK'
#!/bin/bash
[ "$TLBDIFF_ZOO" = list ] || echo "$TLBDIFF_ZOO $*" >> calls
case $TLBDIFF_ZOO in
list)
  echo 'quick C3 a <mistake> & more; its "effect"'
  echo 'other C4 a mistake; none; or nearly'
  ;;
quick)
  clause=C3
  [ "$1" != -seed=2 ] || clause=C8
  printf '%s\n' "DIVERGENCE $clause name: text" 'stat::scenarios: 3' 'stat::operations: 70'
  exit 77
  ;;
other) . ./next ;;
esac
MOCK
chmod +x mock

# zoo STATUS ARG...: run it, with that exit status; output is in `out`, `err`
zoo() {
  local wanted=$1 status=0
  shift
  "$build/tlbdiff" zoo --target=./mock --state=state "$@" "$seeds" > out 2> err || status=$?
  [ "$status" = "$wanted" ] || { cat out err; echo "exit status $status"; return 1; }
}
calls() { wc -l < calls; }
none_left() { [ -z "$(ls tmp)" ]; }
begin() { rm -f state calls page*; touch calls; }

finds() {
  begin
  zoo 0 --only=quick --runs=1 && [ ! -s err ] && [ "$(calls)" = 1 ] && none_left \
    && grep -Eq '^quick +C3 +C3 +0\.[0-9]+ +70 +1/1$' out \
    && grep -q '1 of 1 faults in every run' out && grep -q '100%' out
}
how_it_is_started() {
  grep -Eq "^quick -seed=1 -entropic=0 -max_len=4096 -max_total_time=60 .*-detect_leaks=0 .* $seeds\$" calls
}
resumes() { zoo 0 --only=quick --runs=1 && [ "$(calls)" = 1 ] && grep -q '1 of 1 results were there' out; }
another_clause() {
  begin
  zoo 0 --only=quick --runs=3 && grep -Eq '^quick +C3 +C3 2x, C8 \* .* 3/3$' out \
    && grep -Eq '^C3 target +1 +0 +1$' out && grep -q '67%, 2 of 3' out
}
changed_program() {
  begin
  zoo 0 --only=quick --runs=1
  echo '# changed' >> mock
  zoo 0 --only=quick --runs=1 && [ "$(calls)" = 2 ]
}
misses() {
  begin
  echo 'echo stat::operations: 5' > next
  zoo 1 --runs=1 --seconds=7 && grep -Eq '^other +C4 +- +> 7 +- +0/1$' out && [ "$(calls)" = 2 ]
}
# What was not found in 7 seconds may be in 8; what was found, was found.
misses_again() {
  zoo 1 --runs=1 --seconds=8 && [ "$(calls)" = 3 ] && zoo 1 --runs=1 --seconds=7 && [ "$(calls)" = 3 ]
}
sanitizer() {
  begin
  echo 'echo "SUMMARY: AddressSanitizer: heap-use-after-free (x) in f"; exit 1' > next
  zoo 0 --only=other --runs=1 && grep -Eq '^other +C4 +heap-use-after-free \* +[0-9.]+ +- +1/1$' out
}
# An end that says nothing about the fault is told, and not kept.
no_result() {
  begin
  echo 'echo out of luck; exit 2' > next
  zoo 1 --runs=1 && one_line "$(cat err)" && grep -q 'other, seed 1: exit status 2: out of luck' err \
    && grep -q 'not complete: 1 of 2' out \
    && [ "$(wc -l < state)" = 1 ]
}
# wait_for FILE: until it is there and has something
wait_for() { for _ in {1..300}; do [ ! -s "$1" ] || return 0; sleep 0.1; done; return 1; }
# It may be that nobody asks for the exit status of an orphan.
gone() {
  for _ in {1..50}; do
    grep -sq "^State:.[^ZX]" "/proc/$1/status" || return 0
    sleep 0.1
  done
  return 1
}
interrupted() {
  begin
  rm -f running
  echo 'echo $$ > running; exec sleep 300' > next
  "$build/tlbdiff" zoo --target=./mock --state=state --jobs=1 --runs=1 --html=page "$seeds" > out 2> err &
  local pid=$! status=0
  wait_for running && kill -INT "$pid"
  wait "$pid" || status=$?
  [ "$status" = 1 ] && [ ! -s err ] && grep -q 'interrupted: 1 of 2' out && grep -q '^quick .*1/1$' out \
    && [ -s page ] && [ "$(wc -l < state)" = 1 ] && gone "$(cat running)" && none_left
}
goes_on() {
  echo 'echo DIVERGENCE C4 name: text; exit 77' > next
  zoo 0 --runs=1 && [ "$(grep -c quick calls)" = 1 ] && grep -q '2 of 2 faults' out
}
# Killed, it leaves its temporary directory, but nothing that runs.
killed() {
  begin
  rm -f running
  echo 'echo $$ > running; exec sleep 300' > next
  "$build/tlbdiff" zoo --target=./mock --state=state --runs=1 "$seeds" > out 2> err &
  local pid=$!
  wait_for running && wait_for state && kill -KILL "$pid"
  wait "$pid" 2> /dev/null || true
  gone "$(cat running)" && [ "$(wc -l < state)" = 1 ] && rm -rf tmp/* && goes_on
}
# Half a line, as a full disk leaves it, is no result, and spoils no other.
torn() {
  begin
  zoo 0 --runs=1
  head -c -5 state > torn && mv torn state
  zoo 0 --runs=1 && [ "$(calls)" = 3 ] && zoo 0 --runs=1 && [ "$(calls)" = 3 ]
}
page() {
  begin
  zoo 0 --runs=1 --html=page && grep -q 'quick</code>.*a &lt;mistake&gt; &amp; more.*its &#34;effect&#34;' page \
    && grep -q 'none; or nearly' page && ! grep -Eqi '<script|https?:|url\(' page && [ "$(ls page*)" = page ]
}
# The tables are printed all the same; an older page stays.
no_page() {
  mkdir -p dir/page
  zoo 2 --runs=1 --html=dir/page && one_line "$(cat err)" && grep -q '^quick' out && [ "$(ls dir)" = page ]
}
full_disk() {
  local status=0
  "$build/tlbdiff" zoo --target=./mock --state=/dev/full --runs=1 "$seeds" > out 2> err || status=$?
  [ "$status" = 2 ] && one_line "$(cat err)" && grep -q 'No space left' err && none_left
}
many_at_once() {
  begin
  rm -f one two
  # shellcheck disable=SC2016  # it is for the mock to expand
  echo 'touch "${1#-}"; until [ -e seed=1 ] && [ -e seed=2 ]; do sleep 0.1; done' > next
  echo 'echo DIVERGENCE C4 name: text; exit 77' >> next
  zoo 0 --only=other --runs=2 --jobs=2 && none_left
}
real() {
  "$build/tlbdiff" zoo --only=section-index --runs=1 --state=real --html=page "$seeds" > out 2> err \
    && [ ! -s err ] && grep -Eq '^section-index +C3 +C3 .* 1/1$' out && grep -q 'section-index</code>' page
}

check 'zoo: a fault is found' finds
check 'zoo: how the program is started' how_it_is_started
check 'zoo: nothing is run twice' resumes
check 'zoo: another clause' another_clause
check 'zoo: a changed program begins anew' changed_program
check 'zoo: a fault is not found' misses
check 'zoo: another time limit' misses_again
check 'zoo: what a sanitizer finds' sanitizer
check 'zoo: a run without a result' no_result
check 'zoo: interrupted' interrupted
check 'zoo: goes on' goes_on
check 'zoo: killed' killed
check 'zoo: half a line' torn
check 'zoo: the page' page
check 'zoo: no page' no_page
check 'zoo: full disk' full_disk
check 'zoo: several at once' many_at_once
[ ! -x "$build/fuzz-iommu-zoo" ] || check 'zoo: a real fault' real
exit "$failed"
