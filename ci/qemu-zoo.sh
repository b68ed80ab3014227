#!/bin/bash
# Compiles the files under test once more, with the faults of the bug zoo, those of
# QEMU's history, and those that show with threads.
#   qemu-zoo.sh ZOO SRC BUILD STAMP [VARIANT]    ZOO: patches/qemu-*/bug-zoo; SRC,
#                                     BUILD, STAMP, VARIANT: as in qemu-build.sh
# Leaves BUILD/objects-zoo.rsp: all objects, with these in place of the others; or
# objects-zoo-VARIANT.rsp.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
zoo=$(realpath "$1") src=$(realpath "$2") build=$(realpath "$3") stamp=$4
variant=${5:-}
args=
[ -z "$variant" ] || args=$("$here/qemu-build.sh" variant "$variant") || exit 1

die() { echo "qemu-zoo: $*" >&2; exit 1; }

name=zoo${variant:+-$variant}
work=$build/$name
rm -rf "$work"
mkdir -p "$work" || die "$work: cannot make this directory"
edits=()
patches=("$zoo/zoo.patch" "$zoo/history.patch" "$zoo/threads.patch")
mapfile -t files < <(sed -n 's|^+++ b/||p' "${patches[@]}" | sort -u)
for file in "${files[@]}"; do
  mkdir -p "$work/$(dirname "$file")"
  cp "$src/$file" "$work/$file"
done
for patch in "${patches[@]}"; do
  patch -s -F 0 --no-backup-if-mismatch -d "$work" -p1 < "$patch" > "$work/patch.log" \
    || die "$patch: does not apply to $src: see $work/patch.log"
done
for file in "${files[@]}"; do
  # what such a file includes lies beside it
  [[ $file == *.c ]] || continue
  object_file=${file//\//_}.o
  # -iquote: what stands beside the file in QEMU's tree
  # shellcheck disable=SC2086  # a list
  { read -r object && read -r command; } < <("$here/recompile.py" "$build" "$file" \
    "$name/$file" "$name/$object_file" -iquote "$src/$(dirname "$file")" -I "$zoo" $args) || exit 1
  (cd "$build" && sh -c "$command" > "$work/log" 2>&1) || die "$file: does not compile with the zoo: see $work/log"
  # (as QEMU's build has it, or as the variant)
  compiled=${file##*/}
  edits+=(-e "s|^$build/$object\$|$work/$object_file|"
          -e "s|^$build/$variant/${compiled%.c}.o\$|$work/$object_file|")
done
sed "${edits[@]}" "$build/objects${variant:+-$variant}.rsp" > "$build/objects-$name.rsp"
touch "$stamp"
