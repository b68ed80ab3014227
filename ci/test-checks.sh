#!/bin/bash
# test-lib.sh itself: a case whose command fails is not taken for one that passes,
# whichever line of it that is.
#   test-checks.sh
# shellcheck disable=SC2016,SC2317  # all is run by other shells
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# script LINE...: what a test script of these lines prints is in output; its exit
# status is in status
script() {
  {
    printf '%s\n' 'set -euo pipefail' ". '$here/test-lib.sh'" "work='$work'"
    cat << 'FUNCTIONS'
first_fails() { false; echo 'went on'; }
middle_fails() { echo 'came to it'; false; echo 'went on'; }
last_fails() { true; false; }
called_fails() { first_fails; echo 'went on'; }
substitution_fails() { local text; text=$(false; echo 'went on'); echo "$text"; }
pipe_fails() { false | cat; echo 'went on'; }
returns_7() { return 7; echo 'went on'; }
all_pass() { true; [ 1 = 1 ]; true; }
expects_a_failure() { local status=0; false || status=$?; [ "$status" = 1 ]; }
leaves_a_file() { echo here > "$work/left"; }
refuses() { echo "no: because $*" >&2; exit 2; }
refuses_late() { false; refuses; }
FUNCTIONS
    printf '%s\n' "$@" 'exit "$failed"'
  } > "$work/script"
  status=0
  bash "$work/script" > "$work/output" 2>&1 || status=$?
}

# passes, fails NAME LINE...: such a script, of one case, which must do so; and
# does what stands behind what has failed not run?
passes() {
  script "${@:2}"
  report "$1" "$([ "$status" = 0 ] && grep -qx 'ok case' "$work/output"; echo $?)" "status $status: $(cat "$work/output")"
}
fails() {
  script "${@:2}"
  report "$1" "$([ "$status" = 1 ] && [ "$(grep -c '^FAIL case' "$work/output")" = 1 ] \
    && ! grep -q -e '^ok' -e 'went on' "$work/output"; echo $?)" "status $status: $(cat "$work/output")"
}

passes 'check: all lines pass' 'check case all_pass'
passes 'check: a command' 'check case test 1 = 1'
passes 'check: a failure that is expected' 'check case expects_a_failure'
fails 'check: the first line fails' 'check case first_fails'
fails 'check: a line in the middle fails' 'check case middle_fails'
fails 'check: the last line fails' 'check case last_fails'
fails 'check: a function that it calls fails' 'check case called_fails'
fails 'check: a command in $(...) fails' 'check case substitution_fails'
fails 'check: the first of a pipe fails' 'check case pipe_fails'
fails 'check: it returns' 'check case returns_7'
fails 'check: a command fails' 'check case test 1 = 2'
fails 'check: no such command' 'check case no-such-command'
fails 'check: an unset variable' 'unset_variable() { echo "$nothing"; echo "went on"; }' 'check case unset_variable'
fails 'check: in a function' 'inner() { check case first_fails; }' inner
fails 'check: in a loop' 'while read -r _; do check case first_fails; done <<< line'

# One failure does not hide the next case, and the exit status remembers it.
script 'check one first_fails' 'check two all_pass' 'set +o | grep -q "set -o errexit"' 'check three all_pass'
report 'check: the next case runs, too' "$([ "$status" = 1 ] \
  && [ "$(cat "$work/output")" = $'FAIL one\nok two\nok three' ]; echo $?)" "$(cat "$work/output")"
script 'check case leaves_a_file'
report 'check: a file stays' "$([ "$status" = 0 ] && [ "$(cat "$work/left")" = here ]; echo $?)"

# Where bash would ignore errexit, nothing is said to pass.
for line in 'if check case first_fails; then echo yes; fi' 'check case first_fails || true' \
  'check case first_fails && true' '! check case first_fails' 'inner() { check case first_fails; true; }; inner || true' \
  'if refused case because refuses; then echo yes; fi'; do
  script "$line"
  report "no errexit: $line" "$([ "$status" = 3 ] && ! grep -q -e '^ok' -e 'went on' "$work/output" \
    && grep -q '^test-lib: .*: in a place without errexit$' "$work/output"; echo $?)" "status $status: $(cat "$work/output")"
done

passes 'refused: it is' 'refused case because refuses them'
fails 'refused: another reason' 'refused case nothing refuses'
fails 'refused: it passes' 'refused case because true'
fails 'refused: another status' 'refused case because sh -c "echo because; exit 1"'
fails 'refused: more than one line' 'refused case because sh -c "echo because; echo because; exit 2"'
fails 'refused: no line' 'refused case because sh -c "exit 2"'
fails 'refused: something before it fails' 'refused case because refuses_late'
exit "$failed"
