# Emulators of whole machines, and programs for them: for guests.sh, qemu-tests.sh,
# guests-zoo.sh and guests-cost.sh, which have `here`, `out` and die().
# shellcheck shell=bash disable=SC2154
export LC_ALL=C
# shellcheck disable=SC2034  # they use it
root=$(dirname "$here")
# shellcheck source=ci/versions.sh
. "$here/versions.sh"

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

# The boards of TARGET that guests and tests need; QEMU's build adds what these need.
boards() {
  case $1 in
  riscv64) printf 'CONFIG_%s=y\n' RISCV_VIRT GENERIC_LOADER ;;
  arm) echo CONFIG_MPS2=y ;;
  *) die "$1: which boards it needs is not known: add them to boards() of $0" ;;
  esac
}

# The two trees: OUT/SIDE/src. Both builds see theirs as ../src, so that ccache finds
# for one side what was compiled for the other.
make_trees() {
  local base
  "$here/qemu-source.sh" "$out/series" '' "${BASE:-${QEMU_BASES%% *}}" > /dev/null || exit 2
  base=$(echo "$out"/series/base-*)
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
  local emulator=$out/$1/$2/qemu-system-$2
  [ -x "$emulator" ] || die "$emulator: not there: run $3"
}

# build SIDE TARGET [GOAL...]: the emulator, and goals of QEMU's build
build() {
  local src=$out/$1/src build=$out/$1/$2 devices=$out/devices/$2 args log cross=$2-linux-gnu-gcc
  local goals=("qemu-system-$2" "${@:3}")
  mkdir -p "$build" "$out/devices"
  boards "$2" > "$out/devices/$2.mak"
  args=("--target-list=$2-softmmu" --python=/usr/bin/python3
    "--cc=ccache clang" "--cxx=ccache clang++" --disable-download --disable-werror
    --without-default-features --without-default-devices
    # (QEMU looks for this one below its own directory)
    "--with-devices-$2=$(realpath -m --relative-to="$src/configs/devices/$2-softmmu" "$devices")"
    --enable-tcg --enable-fdt=system --disable-debug-info --disable-docs
    --disable-tools --disable-guest-agent --disable-install-blobs)
  # (a compiler that is installed later is looked for again)
  ! command -v "$cross" > /dev/null || args+=("--cross-cc-$2=$cross")
  if [ "$(cat "$build/configured" 2> /dev/null)" != "${args[*]} $(boards "$2")" ]; then
    echo "guests: configuring $1/$2" >&2
    rm -rf "$build"
    mkdir -p "$build"
    # what it tries to compile is never the same twice
    (cd "$build" && CCACHE_DISABLE=1 "$src/configure" "${args[@]}" > configure.log 2>&1) \
      || die "$build: configure failed: $(grep -m 1 -E 'ERROR|[Ee]rror:' "$build/configure.log" || tail -n 1 "$build/configure.log"): see $build/configure.log"
    echo "${args[*]} $(boards "$2")" > "$build/configured"
  fi
  echo "guests: compiling $1/$2" >&2
  log=$build/ninja.log
  # (Python's sets come in another order each time, without this, and so does what
  # QEMU generates from them.)
  CCACHE_BASEDIR=$out/$1 PYTHONHASHSEED=0 \
    ninja -C "$build" -j "${JOBS:-$(nproc)}" "${goals[@]}" > "$log" 2>&1 \
    || die "$build: does not compile: $(grep -m 1 -E '(error|fatal error): ' "$log" || tail -n 1 "$log"): see $log"
}

# --- programs for them ---------------------------------------------------------------

# How a file says that it is built: the command in its first comments, up to -o.
build_command() {
  sed -n '/^ \*   clang /,/ -o /p' "$1" | sed -e 's/^ \* *//' -e 's/\\$//' -e 's/-o .*//' | tr '\n' ' '
}
