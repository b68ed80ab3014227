#!/bin/bash
# The build step for QEMU: patches that changed are applied, objects that are
# out of date are compiled.
#   qemu-sync.sh OUT BUILD STAMP DIR BASE [VARIANT...]
#                    as in qemu-source.sh (DIR may be ''), qemu-build.sh
# STAMP becomes a header that says which QEMU was built, and qemu-traits.h beside it
# one that says what the contract depends on; STAMP.time is as old as what was built:
# what is newer in the tree came later.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
src=$("$here/qemu-source.sh" "$1" "$4" "$5")
[ "$("$here/qemu-devices.py" "$src")" = "$(cat "$2/devices.txt")" ] \
  || { echo "qemu-sync: $src: has other checker devices than this build was set up for: run meson setup --reconfigure on it" >&2; exit 1; }
touch "$3.began"
"$here/qemu-build.sh" compile "$2" "$3" "${@:6}"
# becomes FILE TEXT: without touching it if it is that already
becomes() {
  [ "$(cat "$1" 2> /dev/null)" != "$2" ] || return 0
  echo "$2" > "$1.new"
  mv "$1.new" "$1"
}
becomes "$(dirname "$3")/qemu-traits.h" "$("$here/qemu-traits.sh" "$src")"
becomes "$3" "#define QEMU_BUILT \"$("$here/qemu-version.sh" "${4:-$src}" | sed 's/[\\"]/\\&/g')\""
mv "$3.began" "$3.time"
