#!/bin/bash
# qemu-tests.sh, with stand-ins for the emulators and for what runs QEMU's tests: what it
# says of tests that behave alike on both, and of those that do not; what it runs again.
#   test-qemu-tests.sh
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
unset BASE JOBS LIMIT QEMU_TREE TLBDIFF_QEMU_TESTS
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/out

# A build of QEMU, in which the name of a test says how it behaves on which side.
for side in pristine series; do
  build=$out/$side/build
  mkdir -p "$build"/{pyvenv/bin,meson-logs,tests/unit,tests/qtest,tests/tcg/toy-softmmu}
  for file in qemu-system-toy tests/unit/{well,well-too} tests/qtest/{fails-{series,both},skipped-both,hangs-series}; do
    echo "$file" > "$build/$file"
    chmod +x "$build/$file"
  done
  cat > "$build/pyvenv/bin/meson" << 'MESON'
#!/bin/bash
build=$3 name=${*: -1}
side=$(basename "$(dirname "$build")")
echo "$name" >> "$build/runs"
result=OK
case $name in *fails-"$side" | *fails-both) result=FAIL ;; *skipped-both) result=SKIP ;; *hangs-"$side") sleep 60 ;; esac
echo "{\"name\": \"$name\", \"result\": \"$result\"}" > "$build/meson-logs/tlbdiff.json"
[ "$result" != FAIL ]
MESON
  chmod +x "$build/pyvenv/bin/meson"
  cat > "$build/tests/tcg/toy-softmmu/Makefile" << MAKE
\$(info toy-softmmu: -march=toy detected)
RUN_TESTS = run-memory run-broken
run-memory:
	echo memory >> $build/runs
run-broken:
	test $side = pristine
MAKE
done

# tests TABLE LINE...: a table of that name
tests() {
  local table=$work/$1
  shift
  printf '# tests\n\n' > "$table"
  printf 'toy | %s\n' "$@" >> "$table"
}
tests well   'unit  | none | well well-too' 'qtest | none | skipped-both'
tests both   'qtest | none | fails-both'
tests one    'qtest | none | fails-series'
tests hang   'qtest | none | hangs-series'
tests tcg    'tcg   | none |'
tests kind   'quick | none | well'
tests names  'unit  | none |'
tests absent 'unit  | none | not-built'

# run TABLE ARGUMENT...: what it prints is in $work/table
run() {
  local table=$1
  shift
  TLBDIFF_QEMU_TESTS=$work/$table "$here/qemu-tests.sh" --run "$out" "$@" > "$work/table" 2> "$work/errors"
}
fails() { local status=0; run "$@" || status=$?; [ "$status" = 1 ] || { cat "$work/table" "$work/errors"; return 1; }; }

# prints TEXT: the last line of the table
prints() { [ "$(tail -n 1 "$work/table")" = "$1" ] || { cat "$work/table" "$work/errors"; return 1; }; }

alike() {
  run well toy
  prints '3 tests: 3 alike on both, 1 of them not passed; 0 differ'
  grep -q '^toy  *unit  *well-too  *ok, .* s  *ok, .* s *$' "$work/table"
  grep -q '^toy  *qtest  *skipped-both  *skipped  *skipped  *skipped on both$' "$work/table"
}
check 'tests that behave alike' alike

again() {
  local runs=$out/series/build/runs
  [ "$(cat "$runs")" = $'well\nwell-too\nqtest-toy/skipped-both' ]
  run well
  [ "$(wc -l < "$runs")" = 3 ]
  echo new > "$out/series/build/tests/unit/well"
  run well
  [ "$(tail -n +4 "$runs")" = well ]
  echo new > "$out/series/build/qemu-system-toy"      # that is not what unit tests test
  run well
  [ "$(tail -n +5 "$runs")" = qtest-toy/skipped-both ]
}
check 'what has a result is not run again' again

fails_on_both() { run both; prints '1 tests: 1 alike on both, 1 of them not passed; 0 differ'; }
check 'a test that fails on both' fails_on_both

fails_on_one() {
  fails one
  prints '1 tests: 0 alike on both, 0 of them not passed; 1 differ'
  grep -qF "DIFFERS: see $out/tests/toy/qtest/fails-series" "$work/table"
}
check 'a test that fails on one side' fails_on_one

hangs() {
  LIMIT=1 fails hang
  grep -q 'ok, .*not done in 1 s .*DIFFERS' "$work/table"
}
check 'a test that hangs is killed' hangs

no_compiler() (
  mkdir -p "$work/bare/"{pristine,series}/build
  cp "$out/pristine/build/qemu-system-toy" "$work/bare/pristine/build/"
  cp "$out/series/build/qemu-system-toy" "$work/bare/series/build/"
  qemu_tests tcg --run "$work/bare"
)

programs() {
  fails tcg
  prints '2 tests: 1 alike on both, 0 of them not passed; 1 differ'
  grep -q '^toy  *tcg  *broken  *ok, .*fails .*DIFFERS' "$work/table"
  grep -qx memory "$out/series/build/runs"
}
check 'programs for the machine: all that there are' programs

qemu_tests() { TLBDIFF_QEMU_TESTS=$work/$1 "$here/qemu-tests.sh" "${@:2}"; }
refused 'another kind of tests' 'quick: no such kind of tests: use' qemu_tests kind --run "$out"
refused 'no tests named' 'toy: unit: name the tests' qemu_tests names --run "$out"
refused 'a test that was not built' 'tests/unit/not-built: not there: run qemu-tests.sh' qemu_tests absent --run "$out"
refused 'no compiler for the machine' 'found no compiler for toy' no_compiler
refused 'a target without tests' 'vax: nothing to run for this target' qemu_tests well --run "$out" vax
refused 'no emulator' 'qemu-system-toy: not there: run qemu-tests.sh' qemu_tests well --run "$work/empty"
refused '--run without a directory' 'give the directory' qemu_tests well --run
refused 'another option' '--walk: no such option' qemu_tests well --walk
LIMIT=soon refused 'a limit that is none' 'LIMIT=soon: give a number' qemu_tests well --run "$out"
refused 'no table' 'none: cannot be read' qemu_tests none --run "$out"

# Each line of the real table: its fields, and a board that it can run on
whole() {
  local line
  while IFS= read -r line; do
    [ "$(tr -cd '|' <<< "$line" | wc -c)" = 3 ] || { echo "$line"; return 1; }
    grep -q "^emulated=.*\b${line%% *}\b" "$here/guests-lib.sh" || { echo "no emulator: $line"; return 1; }
    grep -q "^  ${line%% *}) echo " "$here/guests-lib.sh" || { echo "no board: $line"; return 1; }
  done < <(grep -v '^#' "$here/qemu-tests.txt")
}
check 'qemu-tests.txt' whole
exit "$failed"
