#!/bin/bash
# The build step for QEMU: patches that changed are applied, objects that are
# out of date are compiled.
#   qemu-sync.sh OUT BUILD STAMP DIR BASE [VARIANT...]
#                    as in qemu-source.sh (DIR may be ''), qemu-build.sh
# STAMP becomes a header that says which QEMU was built; STAMP.time is as old as what
# was built: what is newer in the tree came later.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
src=$("$here/qemu-source.sh" "$1" "$4" "$5")
touch "$3.began"
"$here/qemu-build.sh" compile "$2" "$3" "${@:6}"
built=$("$here/qemu-traits.sh" "$src")
built+=$'\n'"#define QEMU_BUILT \"$("$here/qemu-version.sh" "${4:-$src}" | sed 's/[\\"]/\\&/g')\""
if [ "$(cat "$3")" != "$built" ]; then
  echo "$built" > "$3.new"
  mv "$3.new" "$3"
fi
mv "$3.began" "$3.time"
