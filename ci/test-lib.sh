# shellcheck shell=bash
# For the test scripts: one line for each case, "ok NAME" or "FAIL NAME: why".
# Sourced.

# meson test sets these. But the programs are to end as they do for users: with
# abort_on_error, what ASan finds would look like an assertion of QEMU's.
unset ASAN_OPTIONS UBSAN_OPTIONS MALLOC_PERTURB_

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

# check NAME COMMAND...: it must succeed
check() {
  local name=$1 status=0
  shift
  "$@" || status=$?
  report "$name" "$status"
}

# one_line TEXT: is it one line, as an error message has to be?
one_line() { [ -n "$1" ] && [ "$(wc -l <<< "$1")" = 1 ]; }
