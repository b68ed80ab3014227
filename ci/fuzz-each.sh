#!/bin/bash
# fuzz.sh for each target, one after the other.
#   fuzz-each.sh [SECONDS]     of each; default: 60
# From the environment: as for fuzz.sh. Exit status: 0 nothing found, 1 a divergence,
# 2 one of them could not run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"

worst=0
for target in "${all_targets[@]}"; do
  echo "$target:"
  status=0
  TARGET=${target#fuzz-} "$here/fuzz.sh" "$@" || status=$?
  worst=$((status > worst ? status : worst))
done
exit "$worst"
