#!/bin/bash
# Sets up what is missing, builds, and runs every test.
# Names the slowest tests; the last line is "N passed, N failed". From the
# environment: BASE, BUILD, as for fuzz.sh.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
build=${BUILD:-$root/build${BASE:+-$BASE}}

"$here/setup.sh"
mkdir -p "$build"
"$here/qemu-source.sh" "$build/qemu" "${QEMU_TREE:-}" "${BASE:-}" > /dev/null
# QEMU's configure keeps one core busy: so the second one begins now.
"$here/test-replay-engine.sh" "$build" build 2> "$build/replay.log" &
status=0
"$here/build.sh" "$build" || status=$?
wait $! || { status=$?; cat "$build/replay.log" >&2; }
[ "$status" = 0 ] || exit "$status"
# one more than there are cores: some of the tests wait
meson test -C "$build" --no-rebuild --num-processes $(($(nproc) + 1)) --print-errorlogs > "$build/test.log" 2>&1 \
  || sed -n '/Summary of Failures/q; p' "$build/test.log"
/usr/bin/python3 "$here/count-tests.py" "$build/meson-logs/testlog.json"
