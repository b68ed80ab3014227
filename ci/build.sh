#!/bin/bash
# Sets up what is missing and builds everything.
#   build.sh [BUILD]      default: build
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
build=${1:-$root/build}

"$here/setup.sh"
if [ ! -f "$build/build.ninja" ]; then
  # First, and not only by meson, since meson would hide its progress.
  "$here/qemu-source.sh" "$build/qemu" > /dev/null
  echo "build: configuring QEMU" >&2
  CC=clang meson setup "$build" "$root" > "$build/setup.log" 2>&1 || {
    tail -n 20 "$build/setup.log" >&2
    echo "build: $build: meson setup failed: see $build/setup.log" >&2
    exit 2
  }
fi
echo "build: compiling (the first time: QEMU, some minutes)" >&2
ninja -C "$build" > "$build/ninja.log" 2>&1 || {
  grep -E 'error|FAILED|qemu-' "$build/ninja.log" | head -n 20 >&2
  echo "build: $build: does not compile: see $build/ninja.log" >&2
  exit 2
}
