#!/bin/bash
# Is every scenario of the corpus a test of this build, and the other way round?
# meson looks for them only when it configures.
#   test-corpus-list.sh BUILD
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

tests() {
  /usr/bin/python3 -c 'import json, sys
for test in json.load(open(sys.argv[1])):
    if test["name"].endswith(".tlb"):
        print(test["name"])' "$1/meson-info/intro-tests.json" | sort
}
files() {
  (cd "$here/../corpus" && find fuzz-* -name '*.tlb' -not -path '*/found/*') | sort
}

differ=$(diff <(tests "$1") <(files) | sed -n 's/^< /gone: /p; s/^> /new: /p') || true
why=$(head -n 1 <<< "$differ")
report 'corpus is complete' "$([ -z "$why" ]; echo $?)" "$why: run meson setup --reconfigure $1"
exit "$failed"
