#!/bin/bash
# The build step for QEMU: patches that changed are applied, objects that are
# out of date are compiled.
#   qemu-sync.sh OUT BUILD STAMP DIR BASE [VARIANT...]
#                    as in qemu-source.sh (DIR may be ''), qemu-build.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/qemu-source.sh" "$1" "$4" "$5" > /dev/null
"$here/qemu-build.sh" compile "$2" "$3" "${@:6}"
