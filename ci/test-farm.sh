#!/bin/bash
# Several fuzzers that share a corpus, as on several machines: one is killed in the
# middle of writing a file. Nothing is lost, nothing corrupt.
#   test-farm.sh BUILD [INSTANCES]       default: 3
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"

build=$(realpath "$1")
instances=${2:-3}
seeds=$here/../corpus/fuzz-iommu/seeds
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shared=$work/shared

# instance NUMBER RUNS [VARIABLE=VALUE...]: with a directory of its own
instance() {
  mkdir -p "$work/$1"
  env "${@:3}" "$build/fuzz-iommu" "${fuzz_flags[@]}" -runs="$2" -seed="$1" -reload=1 \
    -artifact_prefix="$work/$1/" "$work/$1" "$seeds" > "$work/$1.log" 2>&1
}

# names_tell DIR: is each file's name the SHA-1 of its content?
names_tell() {
  (cd "$1" && sha1sum -- *) | awk '$1 != $2 { print $2; bad = 1 } END { exit bad }'
}

pids=()
for ((i = 1; i < instances; i++)); do
  instance "$i" 600 &
  pids+=($!)
done
status=0
instance "$instances" 600 "LD_PRELOAD=$build/harness/tests/kill-in-write.so" KILL_IN_WRITE=20 2> /dev/null || status=$?
report 'one is killed' "$([ "$status" = 137 ]; echo $?)" "status $status"
half=$(names_tell "$work/$instances" || true)
report 'it leaves half a file' "$([ "$(wc -w <<< "$half")" = 1 ]; echo $?)" "$half"
for pid in "${pids[@]}"; do wait "$pid" || report "instance $pid" 1 "see its log"; done

for ((i = 1; i <= instances; i++)); do
  (cd "$work/$i" && sha1sum -- *) | awk '$1 == $2 { print $1 }'
done | sort -u > "$work/whole"
dirs=()
for ((i = 1; i <= instances; i++)); do dirs+=("$work/$i"); done
"$here/sync.py" "$shared" "${dirs[@]}" 2> "$work/warnings" || report 'sync' 1 "$(cat "$work/warnings")"
ls "$shared" > "$work/shared.list"
report 'nothing is lost' "$(cmp -s "$work/whole" "$work/shared.list"; echo $?)" "$(diff "$work/whole" "$work/shared.list" | head -n 3)"
report 'nothing is corrupt' "$(names_tell "$shared" > /dev/null; echo $?)" "$(names_tell "$shared" | head -n 1)"
report 'half a file is told of' "$(grep -q "$half: not whole" "$work/warnings"; echo $?)" "$(cat "$work/warnings")"
report 'all have all' "$(for ((i = 1; i < instances; i++)); do diff -q "$shared" "$work/$i" > /dev/null || exit 1; done; echo $?)" ''

# The one that was killed goes on, with what the others have found meanwhile.
status=0
instance "$instances" 500 || status=$?
report 'it goes on' "$status" "$(tail -n 3 "$work/$instances.log")"

"$here/sync.py" "$shared" "${dirs[@]}" 2> /dev/null
report 'half files stay out' "$(names_tell "$shared" > /dev/null; echo $?)" "$half"
status=0
"$build/tlbdiff" replay -q "$shared" > "$work/replay" 2>&1 || status=$?
report 'the shared corpus agrees' "$status" "$(tail -n 1 "$work/replay")"

# Bad input.
refused 'no directories' 'usage:' "$here/sync.py" "$shared"
refused 'no such directory' 'none: no such directory' "$here/sync.py" "$shared" "$work/none"
exit "$failed"
