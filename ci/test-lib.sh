# shellcheck shell=bash
# For the test scripts: one line for each case, "ok NAME" or "FAIL NAME: why".
# Sourced.

# meson test sets these. But the programs are to end as they do for users: with
# abort_on_error, what ASan finds would look like an assertion of QEMU's.
unset ASAN_OPTIONS UBSAN_OPTIONS MSAN_OPTIONS MALLOC_PERTURB_

# shellcheck disable=SC2034  # the scripts exit with it
failed=0

# report NAME STATUS [WHY]
report() {
  if [ "$2" = 0 ]; then
    echo "ok $1"
  else
    echo "FAIL $1${3:+: $3}"
    # shellcheck disable=SC2034
    failed=1
  fi
}

# attempt COMMAND...: sets $status to how it ended. The first command in it that
# fails ends it; so it runs in a subshell, and what it is to leave behind for
# others has to be in files. A plain `COMMAND || status=$?` would run a function
# without errexit, to its last line, which alone would count.
attempt() {
  set +e
  (set -e; shopt -s inherit_errexit; "$@")
  status=$?
  set -e
}

# Bash ignores `set -e`, here and in all that is called from here, within what an
# `if`, `!`, `&&` or `||` waits for: nothing can be tested there.
needs_errexit() {
  local status
  attempt eval 'false; true'
  [ "$status" != 0 ] || { echo "test-lib: $*: in a place without errexit" >&2; exit 3; }
}

# check NAME COMMAND...: it must succeed, with each of its commands if it is a
# function: see attempt. (Of `a && b` bash asks only whether b failed, and of
# `! a` nothing, unless that is the last line: there, one command a line.)
check() {
  local name=$1 status
  needs_errexit "check $1"
  shift
  attempt "$@"
  report "$name" "$status"
}

# refused NAME PATTERN COMMAND...: with status 2 and one line that has PATTERN
refused() {
  local name=$1 pattern=$2 status output error
  needs_errexit "refused $1"
  shift 2
  output=$(mktemp)
  attempt "$@" > "$output" 2>&1
  error=$(cat "$output")
  rm "$output"
  if [ "$status" = 2 ] && one_line "$error" && grep -q -e "$pattern" <<< "$error"; then
    report "$name" 0
  else
    report "$name" 1 "status $status: $error"
  fi
}

# one_line TEXT: is it one line, as an error message has to be?
one_line() { [ -n "$1" ] && [ "$(wc -l <<< "$1")" = 1 ]; }
