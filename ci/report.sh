#!/bin/bash
# Makes the page of a campaign that fuzz.sh has run: operations over time,
# coverage, what the scenarios use, and the findings, each with its explanation.
#   report.sh OUT              a directory, made if need be; begin at index.html
# From the environment: BUILD, TARGET and TLBDIFF_ZOO, as for fuzz.sh.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
build=${BUILD:-$root/build}
target=${TARGET:-iommu}

die() { echo "report: $*" >&2; exit 2; }

[ $# = 1 ] || die "usage: report.sh OUT"
out=$1
zoo=${TLBDIFF_ZOO:+-zoo}
tool=$build/tlbdiff$zoo
samples=$build/fuzz-$target$zoo.samples
[ -f "$samples" ] || die "$build: no campaign of fuzz-$target has run there: run ci/fuzz.sh first"
mkdir -p "$out" || die "$out: cannot make this directory"

dirs=("$root/corpus/fuzz-$target/seeds")
for dir in "$root/corpus/fuzz-$target/regressions" "$build/corpus/fuzz-$target$zoo"; do
  [ -z "$(ls -A "$dir" 2> /dev/null)" ] || dirs+=("$dir")
done

# Of each finding, a page of its own.
found=()
while read -r file; do
  found+=("--found=$file")
  "$tool" explain --html "$out/$(basename "$file").html" "$file" || [ $? = 1 ]
done < <(find "$build/found/fuzz-$target$zoo" -maxdepth 1 -type f 2> /dev/null | sort)

# A corpus that does not agree has no coverage to speak of.
TARGET=$target "$here/coverage.sh" "$build" --patches "${dirs[@]}" > "$out/coverage.txt" || true
"$tool" report --html "$out/index.html" --samples "$samples" \
  --lines "$out/coverage.txt" "${found[@]}" "${dirs[@]}" > "$out/divergences.txt" || [ $? = 1 ]
echo "the campaign: $out/index.html"
