#!/bin/bash
# Runs QEMU's own tests on QEMU as it was released and on QEMU with the series and the
# fixes, side by side, and prints a table: those of qemu-tests.txt, which touch memory,
# the TLB, migration, or a board with a checker.
#   qemu-tests.sh [OUT [TARGET...]]         default: build/guests, all of the table
#   qemu-tests.sh --run OUT [TARGET...]     the tests alone, on what is there in OUT
# OUT is that of guests.sh, whose emulators are taken. OUT/tests/TARGET/KIND/TEST/
# {pristine,series}/ has what each said, and its result, written last. What has a result
# is not run again, as long as the emulator and the test are the same; remove the
# directory to do so.
#
# Exit status: 0 each behaves alike on both, if only in failing, 1 not so, 2 it could not
# be found out. From the environment: BASE, QEMU_TREE, JOBS, LIMIT, as of guests.sh, for
# each test (LIMIT: 900).
#
# TLBDIFF_QEMU_TESTS  a stand-in for qemu-tests.txt (used by test-qemu-tests.sh)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/guests-lib.sh
. "$here/guests-lib.sh"
tests=${TLBDIFF_QEMU_TESTS:-$here/qemu-tests.txt}
limit=${LIMIT:-900}

die() { echo "qemu-tests: $*" >&2; exit 2; }

# --- what there is to run --------------------------------------------------------------

# rows [TARGET...]: the lines of the table, of these targets or all, with a single '|'
# between fields.
rows() { table_rows "$tests" "$@"; }

# goals TARGET: of QEMU's build, for its tests
goals() {
  local kind names name
  while IFS='|' read -r _ kind _ names; do
    [ "$kind" != tcg ] || continue
    for name in $names; do echo "tests/$kind/$name"; done
  done < <(rows "$1")
}

# tcg_make SIDE TARGET ARGUMENT...
tcg_make() {
  local dir=$out/$1/build/tests/tcg/$2-softmmu
  [ -e "$dir/Makefile" ] || die "$dir: not there: QEMU's configure found no compiler for $2"
  make -rR -C "$dir" --no-print-directory "${@:3}"      # as QEMU's own Makefile does
}

# tcg_names TARGET: what `make run` would run of tests/tcg; their Makefile says other
# things besides, of what the compiler can do
tcg_names() {
  # shellcheck disable=SC2016  # make's variable
  tcg_make series "$1" -s --eval 'tlbdiff-names: ; @echo tlbdiff-names: $(sort $(RUN_TESTS:run-%=%))' tlbdiff-names \
    | sed -n 's/^tlbdiff-names: //p'
}

# list_tests [TARGET...]: a line for each, TARGET KIND NAME
list_tests() {
  local target kind names name
  while IFS='|' read -r target kind _ names; do
    case $kind in
    unit | qtest) [ -n "$names" ] || die "$tests: $target: $kind: name the tests" ;;
    tcg) [ -n "$names" ] || names=$(tcg_names "$target") || exit 2 ;;
    *) die "$tests: $kind: no such kind of tests: use unit, qtest or tcg" ;;
    esac
    for name in $names; do echo "$target $kind $name"; done
  done < <(rows "$@")
}

# subjects SIDE TARGET KIND NAME: the files that make a difference to it
subjects() {
  [ "$3" = unit ] || emulator "$1" "$2"
  [ "$3" = tcg ] || echo "$out/$1/build/tests/$3/$4"
}

# check_tests LIST: whether all is there
check_tests() {
  local target kind name side file
  while read -r target kind name; do
    for side in $sides; do
      while read -r file; do
        [ -x "$file" ] || die "$file: not there: run qemu-tests.sh $out $target"
      done < <(subjects "$side" "$target" "$kind" "$name")
    done
  done <<< "$1"
}

# link_firmware SIDE: Debian's firmware, where emulators look for their own
link_firmware() {
  local dir=$out/$1/build/qemu-bundle/usr/local/share/qemu file
  mkdir -p "$dir"
  for file in /usr/share/qemu/* /usr/share/seabios/*; do
    [ ! -f "$file" ] || ln -sf "$file" "$dir/"
  done
  ln -sf /usr/lib/u-boot/qemu-ppce500/uboot.elf "$dir/u-boot.e500"
}

# --- a test ------------------------------------------------------------------------------

# run_test SIDE TARGET KIND NAME: leaves its result in OUT/tests/...
run_test() {
  local side=$1 target=$2 kind=$3 name=$4 build=$out/$1/build dir=$out/tests/$2/$3/$4/$1
  local stamp started=$SECONDS status=0 result=ok
  stamp=$(subjects "$@" | xargs cat | sha256sum)
  begin_run "$dir" "$stamp" || return 0
  case $kind in
  unit | qtest)
    [ "$kind" = unit ] || name=qtest-$target/$name
    timeout -k 10 "$limit" "$build/pyvenv/bin/meson" test -C "$build" --no-rebuild --verbose \
      --timeout-multiplier 0 --logbase tlbdiff "$name" > "$dir/log" 2>&1 || status=$?
    ! grep -q '"result": "SKIP"' "$build/meson-logs/tlbdiff.json" || result=skipped
    ;;
  tcg) tcg_make "$side" "$target" TIMEOUT="$limit" "run-$name" > "$dir/log" 2>&1 || status=$? ;;
  esac
  case $status in
  0) ;;
  124 | 137) result="not done in $limit s" ;;
  *) result=fails ;;
  esac
  finish_run "$dir" "$result" $((SECONDS - started))
}

# --- the table ---------------------------------------------------------------------------

row() { printf '%-8s %-6s %-30s %-20s %-20s %s\n' "$@"; }

# verdict DIR: of the two runs there, what is to be said of them: nothing if all is well
verdict() {
  local pristine series
  pristine=$(cat "$1/pristine/result")
  series=$(cat "$1/series/result")
  if [ "$pristine" != "$series" ]; then
    echo "DIFFERS: see $1"
  elif [ "$pristine" != ok ]; then
    echo "$pristine on both"
  fi
}

# run_all LIST
run_all() {
  local target kind name side said dir n=0 differ=0 unpassed=0
  row target kind test pristine "$(second)" ''
  while read -r target kind name; do
    dir=$out/tests/$target/$kind/$name
    for side in $sides; do
      [ ! -t 2 ] || printf '%s %s %s: %s\033[K\r' "$target" "$kind" "$name" "$side" >&2
      run_test "$side" "$target" "$kind" "$name" < /dev/null
    done
    said=$(verdict "$dir")
    row "$target" "$kind" "$name" "$(cell "$dir/pristine")" "$(cell "$dir/series")" "$said"
    n=$((n + 1))
    case $said in
    DIFFERS*) differ=$((differ + 1)) ;;
    *' on both') unpassed=$((unpassed + 1)) ;;
    esac
  done <<< "$1"
  echo "$n tests: $((n - differ)) alike on both, $unpassed of them not passed; $differ differ"
  [ "$differ" = 0 ]
}

# --- main ----------------------------------------------------------------------------------

main() {
  local target side targets run_only goals list
  use_table "$tests" "$limit" "$@"
  for target in "${targets[@]}"; do
    mapfile -t goals < <(goals "$target")
    both_sides qemu-tests.sh "$target" "${goals[@]}"
  done
  for side in $sides; do link_firmware "$side"; done
  list=$(list_tests "${targets[@]}") || exit 2
  check_tests "$list"
  run_all "$list"
}

main "$@"; exit         # bash reads no further, should this file be edited meanwhile
