#!/bin/bash
# The man page and the completion that the build makes: they have all commands
# and options of --help, and work.
#   test-manual.sh BUILD
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

build=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$build/tlbdiff" --help > help
mapfile -t commands < <(sed -n 's/^  \([a-z]*\) .*/\1/p' help)
report 'commands in --help' "$([ "${#commands[@]}" -ge 8 ]; echo $?)" "${#commands[@]}"
# options COMMAND: all of them, but --help
options() { "$build/tlbdiff" "$1" --help | grep -o -- '--[a-z][a-z-]*' | sort -u | grep -vx -- '--help'; }

# As text: without what makes it bold or underlined.
no_warnings() {
  groff -man -ww -Tutf8 -P-c -P-b -P-o -P-u "$build/tlbdiff.1" > text 2> warnings
  [ ! -s warnings ] || { head warnings; return 1; }
}
check 'man page: no warnings' no_warnings
sections() { for s in NAME SYNOPSIS DESCRIPTION COMMANDS 'EXIT STATUS'; do grep -qx "$s" text || return 1; done; }
check 'man page: its sections' sections
in_page() {
  local option
  awk -v c="   tlbdiff $1 " 'index($0, c) == 1 { on = 1; print; next } /^   [^ ]/ { on = 0 } on' text > part
  [ -s part ] && for option in $(options "$1"); do grep -qF -- "$option" part || { echo "$option"; return 1; }; done
}

# complete WORD...: what is offered for the last one
# shellcheck source=/dev/null
. "$build/tlbdiff.bash"
complete_words() {
  set +e                # as where a person types; this runs in $(...)
  COMP_WORDS=(tlbdiff "$@")
  COMP_CWORD=$#
  _tlbdiff
  printf '%s\n' "${COMPREPLY[@]}" | sort
}
# offers EXPECTED WORD...: these words, separated by blanks
offers() {
  local expected=$1
  shift
  [ "$(complete_words "$@" | xargs)" = "$expected" ] || { complete_words "$@"; return 1; }
}
completes() { [ "$(complete_words "$1" -- | tr -d = | grep -vx -- --help)" = "$(options "$1")" ]; }

for command in "${commands[@]}"; do
  check "man page: $command" in_page "$command"
  if [ -n "$(options "$command")" ]; then
    check "completion: options of $command" completes "$command"
  fi
done

touch scenario-a.tlb scenario-b.tlb
mkdir scenario-dir
check 'completion: commands' offers "$(printf '%s\n' --help --version "${commands[@]}" | sort | xargs)" ''
check 'completion: a command' offers 'minimize' mi
check 'completion: an option' offers '--engine= --events' replay --e
check 'completion: values' offers 'dma model qemu' replay --engine =
check 'completion: a value' offers 'qemu' replay --engine = q
check 'completion: a value as a word of its own' offers 'model' replay --engine m
check 'completion: files' offers 'scenario-a.tlb scenario-b.tlb scenario-dir' replay --trace scen
check 'completion: files of an option' offers 'scenario-a.tlb' minimize -o scenario-a
check 'completion: directories' offers 'scenario-dir' triage --output = scen
check 'completion: a number' offers '' replay --stop-at = ''
check 'completion: no such command' offers '' frobnicate --

exit "$failed"
