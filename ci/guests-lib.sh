# Emulators of whole machines, and programs for them: for guests.sh, qemu-tests.sh,
# guests-zoo.sh and guests-cost.sh, which have `here`, `out` and die().
# shellcheck shell=bash disable=SC2154
export LC_ALL=C
# shellcheck disable=SC2034  # they use it
root=$(dirname "$here")
# shellcheck source=ci/versions.sh
. "$here/versions.sh"
sides='pristine series'

# --- tables of what is run ---------------------------------------------------------

# table_rows FILE [TARGET...]: its lines, of these targets or all, with a single '|'
# between fields.
table_rows() {
  local file=$1 targets target rest
  shift
  targets=" $* "
  sed -e '/^ *#/d; /^ *$/d' -e 's/ *| */|/g' -e 's/^ *//' "$file" \
    | while IFS='|' read -r target rest; do
      [ $# = 0 ] || [[ $targets == *" $target "* ]] || continue
      echo "$target|$rest"
    done
}

# table_targets FILE: those that it has
table_targets() { table_rows "$1" | cut -d '|' -f 1 | sort -u; }

# table_packages FILE TARGET...: of Debian, that these need
table_packages() { table_rows "$@" | cut -d '|' -f 3 | tr ' ' '\n' | grep . | sort -u; }

# check_table FILE LIMIT [TARGET...]: whether it can be read and has these targets, and
# what the environment says is right.
check_table() {
  local target
  [ -r "$1" ] || die "$1: cannot be read"
  [[ $2 =~ ^[1-9][0-9]*$ ]] || die "LIMIT=$2: give a number of seconds"
  [ -z "${BASE:-}" ] || use_base "$BASE" || die "BASE=$BASE: no such base: use one of: $QEMU_BASES"
  for target in "${@:3}"; do
    grep -qxF -e "$target" <(table_targets "$1") \
      || die "$target: nothing to run for this target: use some of: $(table_targets "$1" | tr '\n' ' ')"
  done
}

# use_table TABLE LIMIT [--run] [OUT [TARGET...]]: the command line of what runs a table:
# sets `run_only`, `targets`, and `out`, for this process alone; and installs what they
# need, and makes the two trees, unless all that is there.
use_table() {
  local table=$1 limit=$2 dir packages
  shift 2
  run_only=
  if [ "${1:-}" = --run ]; then
    run_only=1
    shift
    [ $# -gt 0 ] || die "--run: give the directory of the emulators"
  fi
  case ${1:-} in -*) die "$1: no such option: see the head of $0" ;; esac
  dir=${1:-$root/build/guests}
  [ $# = 0 ] || shift
  check_table "$table" "$limit" "$@"
  use_out "$dir"
  if [ $# -gt 0 ]; then targets=("$@"); else mapfile -t targets < <(table_targets "$table"); fi
  [ -z "$run_only" ] || return 0
  mapfile -t packages < <(table_packages "$table" "${targets[@]}")
  "$here/setup.sh" "${packages[@]}" || exit 2
  make_trees
}

# --- the directory of it all ---------------------------------------------------------

# use_out DIR: sets `out`, for this process alone
use_out() {
  mkdir -p "$1" || exit 2
  out=$(realpath "$1")
  exec 8> "$out/lock"
  flock -n 8 || die "$out: another run uses it"
}

# begin_run DIR STAMP: whether what DIR is for has to be run; then DIR is empty.
begin_run() {
  if [ -f "$1/result" ] && [ "$(cat "$1/stamp")" = "$2" ]; then return 1; fi
  rm -rf "$1"
  mkdir -p "$1"
  echo "$2" > "$1/stamp"
}

# finish_run DIR RESULT SECONDS: that DIR has all
finish_run() {
  echo "$3" > "$1/seconds"
  echo "$2" > "$1/result.new"
  mv "$1/result.new" "$1/result"
}

# cell DIR: what a table says of it
cell() {
  local result
  result=$(cat "$1/result")
  [ "$result" != ok ] || result="ok, $(cat "$1/seconds") s"
  echo "$result"
}

# --- the emulators ---------------------------------------------------------------

emulated='aarch64 arm ppc riscv64 s390x x86_64'

# boards TARGET: of these, what guests and tests need; QEMU's build adds what that needs.
boards() {
  case $1 in
  # (tables of ACPI are not linked without CXL)
  aarch64) echo ARM_VIRT CXL CXL_MEM_DEVICE PXB PCIE_PORT ;;
  arm) echo MPS2 ARM_VIRT CXL CXL_MEM_DEVICE PXB PCIE_PORT ;;
  ppc) echo E500PLAT ;;
  riscv64) echo RISCV_VIRT GENERIC_LOADER ;;
  s390x) echo S390_CCW_VIRTIO ;;
  x86_64) echo I440FX Q35 CXL CXL_MEM_DEVICE PXB PCIE_PORT ISA_DEBUG ISA_TESTDEV ;;
  *) die "$1: no emulator of this target: add it to \`emulated\` and boards() of $here/guests-lib.sh" ;;
  esac
}

# emulator SIDE TARGET: its path
emulator() { echo "$out/$1/build/qemu-system-$2"; }

# second: what the side is that is compared with the release
second() { if [ -f "$out/series/tree" ]; then echo tree; else echo series; fi; }

# The two trees: OUT/SIDE/src; of those, the second is $QEMU_TREE, as it is, if that is
# given. Both builds see theirs as ../src, so that ccache finds for one side what was
# compiled for the other.
make_trees() {
  local base tree release=$out/series asked=${BASE:-${QEMU_BASES%% *}}
  tree=$("$here/qemu-source.sh" "$release" "${QEMU_TREE:-}" "$asked") || exit 2
  if [ "$(second)" = tree ]; then
    ln -sfn "$tree" "$out/series/src"
    release=$out/release
    QEMU_TREE='' "$here/qemu-source.sh" "$release" '' "$asked" > /dev/null || exit 2
  fi
  base=$(echo "$release"/base-*)
  if [ "$(cat "$out/pristine/base" 2> /dev/null)" != "$(basename "$base")" ]; then
    rm -rf "$out/pristine"
    mkdir -p "$out/pristine"
    cp -al "$base" "$out/pristine/src"
    basename "$base" > "$out/pristine/base"
  fi
}

# edit FILE COMMAND: by sed, into a new file: trees share theirs
edit() {
  sed "$2" "$1" > "$1.new"
  mv "$1.new" "$1"
}

# there SIDE TARGET COMMAND: an emulator that COMMAND builds
there() {
  local emulator
  emulator=$(emulator "$1" "$2")
  [ -x "$emulator" ] || die "$emulator: not there: run $3"
}

# configure_side SIDE: one build for all targets, so that what does not depend on the
# target is compiled once. (In builds of one target each, it would not be: a header
# that every file includes, config-poison.h, differs with the list of targets.)
configure_side() {
  local src=$out/$1/src build=$out/$1/build devices=$out/devices target args configuration to_root
  to_root=$(printf '../%.0s' {1..64})
  args=("--target-list=${emulated// /-softmmu,}-softmmu" --python=/usr/bin/python3
    "--cc=ccache clang" "--cxx=ccache clang++" --disable-download --disable-werror
    --without-default-features --without-default-devices
    --enable-tcg --enable-fdt=system --disable-debug-info --disable-docs
    --disable-tools --disable-guest-agent --disable-install-blobs)
  mkdir -p "$build" "$devices"
  for target in $emulated; do
    boards "$target" | tr ' ' '\n' | sed 's/.*/CONFIG_&=y/' > "$devices/$target.mak"
    # (QEMU looks for these below its own directory, which may be reached by links: so
    # this leads to the root first, from wherever that is)
    args+=("--with-devices-$target=${to_root}${devices#/}/$target")
    # (a compiler that is installed later is looked for again)
    ! command -v "$target-linux-gnu-gcc" > /dev/null || args+=("--cross-cc-$target=$target-linux-gnu-gcc")
  done
  configuration="${args[*]} $(cat "$devices"/*.mak)"
  [ "$(cat "$build/configured" 2> /dev/null)" != "$configuration" ] || return 0
  echo "guests: configuring $1" >&2
  # what it tries to compile is never the same twice
  (cd "$build" && CCACHE_DISABLE=1 "$src/configure" "${args[@]}" > configure.log 2>&1) \
    || die "$build: configure failed: $(grep -m 1 -E 'ERROR|[Ee]rror:' "$build/configure.log" || tail -n 1 "$build/configure.log"): see $build/configure.log"
  echo "$configuration" > "$build/configured"
}

# build SIDE TARGET [GOAL...]: the emulator, and goals of QEMU's build
build() {
  local build=$out/$1/build log=$out/$1/build/ninja.log
  configure_side "$1"
  echo "guests: compiling $1/$2" >&2
  # (Python's sets come in another order each time, without this, and so does what
  # QEMU generates from them.)
  CCACHE_BASEDIR=$out/$1 PYTHONHASHSEED=0 \
    ninja -C "$build" -j "${JOBS:-$(nproc)}" "qemu-system-$2" "${@:3}" > "$log" 2>&1 \
    || die "$build: does not compile: $(grep -m 1 -E '(error|fatal error): ' "$log" || tail -n 1 "$log"): see $log"
}

# both_sides SCRIPT TARGET [GOAL...]: builds them for both, unless `run_only`: then SCRIPT
# is to be told to
both_sides() {
  local side
  for side in $sides; do
    [ -n "$run_only" ] || build "$side" "${@:2}"
    there "$side" "$2" "$1 $out $2"
  done
}

# --- programs for them ---------------------------------------------------------------

# How a file says that it is built: the command in its first comments, up to -o.
build_command() {
  sed -n '/^ \*   clang /,/ -o /p' "$1" | sed -e 's/^ \* *//' -e 's/\\$//' -e 's/-o .*//' | tr '\n' ' '
}
