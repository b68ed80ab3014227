#!/bin/bash
# Builds what qemu-system-riscv64 links, by QEMU's own build, for our programs
# to link.
#   qemu-build.sh configure SRC BUILD FLAVOUR [CC [ARG...]]
#                                      FLAVOUR: san, races (ThreadSanitizer), plain,
#                                      or cflags: ARG... decide;
#                                      with +plugins behind it, plugins can be loaded;
#                                      CC: the compiler (default: clang); ARG: for it
#   qemu-build.sh compile BUILD STAMP [VARIANT...]
#                                      STAMP is touched if anything changed
#   qemu-build.sh goals BUILD GOAL...  builds what QEMU's build has under these names
#   qemu-build.sh variant NAME         arguments that compile a file as that VARIANT
#   qemu-build.sh cflags BUILD         arguments to compile against QEMU
#   qemu-build.sh libs BUILD           arguments to link, after the objects
# A checker device that SRC has itself (qemu-devices.py) is built in, and among the
# files under test; BUILD/devices.txt names it.
# `compile` leaves in BUILD: objects.rsp, every object but the one with main(); for
# each VARIANT (cov: for llvm-cov; afl, cmplog: for AFL++; edges: for libFuzzer, of a
# build without; threads: with threads that are scheduled, and threads-cov, threads-afl
# ...) objects-VARIANT.rsp, where the files under test are compiled for that; and
# ninja.log.
#
# Several of our builds can link one of QEMU: those whose OUT (BUILD without its last
# part) is a symbolic link to that of the first. What it was configured for stays:
# `configure` refuses anything else.
#
# TLBDIFF_STEP    set for a step of a series (series-lib.sh): no VARIANT is made
# TLBDIFF_BOARDS  what QEMU's build calls the boards that `configure` is to build into
#                 the emulator, as in 'RISCV_VIRT', to run it: our programs need none
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
emulator=qemu-system-riscv64
allowlist=$here/coverage-allowlist.txt
hooks=$(dirname "$here")/harness/qemu/sched-hooks.h
boards=${TLBDIFF_BOARDS:-}

die() { echo "qemu-build: $*" >&2; exit 1; }

# replace FILE: makes it what stdin says, not touching it if it is that already.
replace() {
  local new=$1.new
  cat > "$new" || die "$new: cannot be written: free space on that disk"
  if cmp -s "$new" "$1"; then rm -f "$new"; else mv -f "$new" "$1"; fi
}

# The tree that BUILD was configured with.
source_of() {
  sed -n 's/^source //p' "$1/configured" 2> /dev/null | grep . \
    || die "$1: not configured: run qemu-build.sh configure SRC $1 FLAVOUR first"
}

# The files under test of BUILD, below its source.
under_test() { sed -n 's/^src:\*//p' "$1/allowlist.txt"; }

# lock BUILD: until the end, for two builds at once must not write the same objects.
lock() {
  exec 8> "$1.lock" || die "$1.lock: cannot be written"
  flock 8
}

check_source() {
  [ -x "$1/configure" ] || die "$1: not a QEMU source tree (no executable configure)"
}

# --- configure -------------------------------------------------------------

# write_devices DEVICES BUILD: those that the source has itself, as qemu-devices.py
# says; what QEMU's build is to have for them; and the files under test.
write_devices() {
  echo -n "${1:+$1$'\n'}" > "$2/devices.txt"
  {
    cut -d ' ' -f 4 "$2/devices.txt" | tr , '\n' | sed -n 's/^CONFIG_.*/&=y/p'
    tr ' ' '\n' <<< "$boards" | sed -n 's/..*/CONFIG_&=y/p'
  } > "$2/devices.mak"
  { cat "$allowlist"; cut -d ' ' -f 3 "$2/devices.txt" | sed 's/^/src:*/'; } > "$2/allowlist.txt"
}

# configure_args BUILD FLAVOUR CC [ARG...]: sets `args`, the arguments of QEMU's
# configure. The debug information says '.' for BUILD, so that it is the same
# everywhere.
configure_args() {
  local launcher='' cflags="-fdebug-prefix-map=$1=. ${*:4}" allow="-fsanitize-coverage-allowlist=$1/allowlist.txt"
  [[ $3 == *ccache* ]] || ! command -v ccache > /dev/null || launcher='ccache '
  # (of C++ there is none in what we link; a git tree has -Werror by default, and
  # is to have the same objects as a release)
  args=(--python=/usr/bin/python3 "--cc=$launcher$3" "--cxx=$launcher${3/clang/clang++}"
    --disable-download --disable-werror --target-list=riscv64-softmmu
    --without-default-features --without-default-devices
    --enable-tcg --enable-debug-tcg --enable-fdt=system --disable-docs
    --disable-tools --disable-guest-agent --disable-install-blobs)
  case ${2%+plugins} in
  plain) ;;
  san)
    args+=(--enable-asan --enable-ubsan)
    cflags+=" -fsanitize-coverage=inline-8bit-counters,pc-table $allow" ;;
  # Without coverage: to count is a race, too. Without a pool: the sanitizer counts
  # coroutines among the threads, and looks at no copy of a process that has several.
  # And without glibc's checks, for it does not see their siglongjmp(): what it keeps
  # of each call of a function that is left so grows until it is full.
  races)
    args+=(--enable-tsan --disable-coroutine-pool)
    cflags+=' -D_FORTIFY_SOURCE=0' ;;
  cflags)
    # for other machines than this one: libraries are linked statically
    args+=(-Dprefer_static=true)
    # QEMU's configure takes an argument that is not used for an error: as the
    # list is, where those arguments instrument nothing
    cflags+=" -Qunused-arguments $allow" ;;
  *) die "$2: no such flavour: use san, races, plain or cflags" ;;
  esac
  [ "$2" = "${2%+plugins}" ] || args+=(--enable-plugins)
  args+=("--extra-cflags=$cflags")
}

# differing FILE: its first line that is not in stdin's
differing() { grep -m 1 -vxFf - "$1"; }

configure() {
  local src build wanted args tool devices
  for tool in clang ninja python3; do
    command -v "$tool" > /dev/null || die "no $tool on this machine: run ci/setup.sh"
  done
  check_source "$1"
  src=$(realpath "$1")
  mkdir -p "$2" || die "$2: cannot make this directory"
  build=$(realpath "$2")
  lock "$build"
  devices=$("$here/qemu-devices.py" "$src")
  configure_args "$build" "$3" "${4:-clang}" "${@:5}"
  # (QEMU looks for this one below its own directory, whatever the name is)
  [ -z "$devices$boards" ] || args+=("--with-devices-${emulator#qemu-system-}=$(
    realpath -m --relative-to="$src/configs/devices/${emulator#qemu-system-}-softmmu" "$build/devices")")
  wanted=$(printf '%s\n' "source $src" "flavour $3" "$(clang --version | head -n 1)" \
    "allowlist $(sha256sum < "$allowlist")" "${args[@]}" ${devices:+"$devices"} ${boards:+"boards $boards"})
  if [ "$(cat "$build/configured" 2> /dev/null)" = "$wanted" ] && [ -f "$build/build.ninja" ]; then
    # (one of before there were lists of devices may be all else the same)
    [ -f "$build/devices.txt" ] || write_devices "$devices" "$build"
    return 0
  fi
  [ ! -L "$(dirname "$2")" ] || [ ! -f "$build/configured" ] \
    || die "$build: is linked by other builds, with '$(differing "$build/configured" <<< "$wanted")': give this one a QEMU of its own"
  # Anew, since an old configuration's caches and objects would survive in it;
  # but only what is ours is removed.
  [ -z "$(ls -A "$build")" ] || [ -f "$build/configure.log" ] \
    || die "$build: not empty, and not made by qemu-build.sh: give another directory"
  rm -f "$build/configured"
  find "$build" -mindepth 1 -not -name configure.log -delete
  write_devices "$devices" "$build"
  ccache_setup "$src" "$build"
  unset CFLAGS CXXFLAGS CPPFLAGS LDFLAGS        # these are ours alone to choose
  # what it tries to compile is never the same twice: without ccache a fifth faster
  (cd "$build" && CCACHE_DISABLE=1 "$src/configure" "${args[@]}" > configure.log 2>&1) \
    || die "$src: configure failed: $(grep -m 1 -E 'ERROR|[Ee]rror:' "$build/configure.log" || tail -n 1 "$build/configure.log"): see $build/configure.log"
  echo "$wanted" > "$build/configured"
}

# ccache_setup SRC BUILD: lets a clone in another directory find the same objects
# in ccache. Paths below the directory that has both are hashed as relative ones,
# and of the allowlist only the content.
ccache_setup() {
  local base=$1 allowlist=$2/allowlist.txt
  while [ "${2#"$base"/}" = "$2" ]; do base=${base%/*}; done
  export CCACHE_BASEDIR=$base CCACHE_EXTRAFILES=$allowlist
  export CCACHE_IGNOREOPTIONS='-fsanitize-coverage-allowlist=*'
}

# --- compile ---------------------------------------------------------------

# (Python's sets come in another order each time, without this: what QEMU generates
# from its tables of instructions would never be found in ccache.)
run_ninja() {
  local build=$1
  shift
  PYTHONHASHSEED=0 ninja -C "$build" "$@" >> "$build/ninja.log" 2>&1 || {
    grep -m 3 -E '(error|fatal error): |undefined reference' "$build/ninja.log" >&2 || true
    die "$build: QEMU does not compile: see $build/ninja.log"
  }
}

# What the emulator links, one a line, relative to BUILD: the archive of QEMU's
# utilities and all objects, but not the one with main(), as we have our own.
link_inputs() {
  awk -v rule="^build $emulator: [A-Za-z_]*LINKER[A-Z_]* " '$0 ~ rule {
      for (i = 4; i <= NF; i++) {
        if ($i ~ /^[^\/].*\.(o|a)$/ && $i !~ /\/system_main\.c\.o$/) { print $i }
      }
    }' "$1/build.ninja" | sort -u
}

# The arguments that compile a file as the variant $1. Not by QEMU's build, as
# each of them would slow the others down.
variant() {
  local afl='-fno-sanitize-coverage=inline-8bit-counters,pc-table -fsanitize-coverage=trace-pc-guard'
  case $1 in
  # -fprofile-instr-generate and -fcoverage-mapping, but not as the driver's: for
  # that, ccache takes another clone's for another object. Names are relative ones.
  cov) echo '-Xclang -fprofile-instrument=clang -Xclang -fcoverage-mapping -fcoverage-compilation-dir=.' ;;
  afl) echo "$afl" ;;
  cmplog) echo "$afl,trace-cmp" ;;
  edges) echo '-fsanitize-coverage=inline-8bit-counters,pc-table' ;;
  # Threads are scheduled. (The sum, so that all is compiled anew if it changes.)
  threads) echo "-DSCHED_HOOKS=$(cksum < "$hooks" | cut -d ' ' -f 1) -include $hooks" ;;
  threads-*) echo "$(variant threads) $(variant "${1#threads-}")" ;;
  *) die "$1: no such variant: use cov, afl, cmplog, edges, threads or threads-*" ;;
  esac
}

# variant_of VARIANT SOURCE: its object, below BUILD and without .o
variant_of() {
  variant_object=${2##*/}
  variant_object=$1/${variant_object%.c}
}

# compile_variant BUILD VARIANT SOURCE...: compiles the SOURCEs, which are under test,
# once more, if they or their flags changed, and writes objects-VARIANT.rsp.
compile_variant() {
  local build=$1 variant=$2 source object command new jobs=() edits=() job failed=''
  local args variant_object commands
  args=$(variant "$variant") || exit 1
  # (others are compiled with this anyhow)
  [[ $variant != *edges ]] || args+=" -fsanitize-coverage-allowlist=$build/allowlist.txt"
  mkdir -p "$build/$variant"
  shift 2
  # shellcheck disable=SC2086  # a list
  commands=$(for source; do
    variant_of "$variant" "$source"
    echo "$source" - "$variant_object.new.o"
  done | "$here/recompile.py" "$build" - $args) || exit 1
  for source; do
    variant_of "$variant" "$source"
    new=$variant_object
    read -r object
    read -r command
    edits+=(-e "s|^$build/$object\$|$build/$new.o|")
    # The ninja object is newer whenever the source or a header changed.
    if [ "$build/$new.o" -nt "$build/$object" ] && cmp -s "$build/$new.cmd" - <<< "$command"; then
      continue
    fi
    (
      cd "$build"
      rm -f "$new.cmd"
      sh -c "$command" > "$new.log" 2>&1 \
        || die "$source: does not compile for $variant: $(grep -m 1 'error:' "$new.log"): see $build/$new.log"
      mv -f "$new.new.o" "$new.o"
      echo "$command" > "$new.cmd"
    ) &
    jobs+=($!)
  done <<< "$commands"
  for job in "${jobs[@]}"; do wait "$job" || failed=1; done
  [ -z "$failed" ] || exit 1
  sed "${edits[@]}" "$build/objects.rsp" | replace "$build/objects-$variant.rsp"
}

compile() {
  local build stamp=$2 src inputs now file variant variant_object sources made=(objects.rsp)
  build=$(realpath "$1")
  src=$(source_of "$build")
  lock "$build"
  check_source "$src"
  ccache_setup "$src" "$build"
  : > "$build/ninja.log"
  # Again if the list changed, because ninja configured anew.
  inputs=$(link_inputs "$build")
  while :; do
    [ -n "$inputs" ] || die "$build/build.ninja: no link of $emulator in it: is this QEMU too new for qemu-build.sh?"
    # shellcheck disable=SC2086  # a list
    run_ninja "$build" $inputs
    now=$(link_inputs "$build")
    [ "$now" != "$inputs" ] || break
    inputs=$now
  done
  sed -n "s|.*\.o\$|$build/&|p" <<< "$inputs" | replace "$build/objects.rsp"
  [ -z "${TLBDIFF_STEP:-}" ] || set -- "$1" "$2"
  mapfile -t sources < <(under_test "$build")
  for variant in "${@:3}"; do
    compile_variant "$build" "$variant" "${sources[@]}"
    made+=("objects-$variant.rsp")
    for file in "${sources[@]}"; do
      variant_of "$variant" "$file"
      made+=("$variant_object.o")
    done
  done
  for file in $inputs "${made[@]}"; do
    if [ "$build/$file" -nt "$stamp" ]; then
      touch "$stamp"
      break
    fi
  done
}

goals() {
  local build
  build=$(realpath "$1")
  lock "$build"
  ccache_setup "$(source_of "$build")" "$build"
  : > "$build/ninja.log"
  run_ninja "$build" "${@:2}"
}

# --- flags -----------------------------------------------------------------

cflags() {
  source_of "$1" > /dev/null
  python3 - "$1" << 'PYTHON'
import json, os, shlex, sys
with open(os.path.join(sys.argv[1], "compile_commands.json")) as file:
    entry = next(e for e in json.load(file) if e["file"].endswith("/accel/tcg/cputlb.c"))
def absolute(path):
    return os.path.normpath(os.path.join(entry["directory"], path))
args = iter(shlex.split(entry["command"]))
for arg in args:
    if arg in ("-o", "-MQ", "-MF", "-MT"):
        next(args)
    elif arg in ("-I", "-iquote", "-isystem", "-idirafter", "-include"):
        print(arg, absolute(next(args)), sep="\n")
    elif arg.startswith("-I"):
        print("-I" + absolute(arg[2:]))
    elif arg.startswith("-") and arg != "-c" and not arg.startswith(("-M", "-Werror")):
        print(arg)
PYTHON
}

# The emulator's own libraries; the lists of symbols that QEMU keeps for its
# loadable modules, of which there are none, are left out.
libs() {
  local build arg
  source_of "$1" > /dev/null
  build=$(realpath "$1")
  sed -n "/^build $emulator: /,/^$/s/^ LINK_ARGS = .*\(-Wl,--start-group\)/\1/p" "$build/build.ninja" \
    | tr -s ' ' '\n' | while read -r arg; do
      case $arg in
      @*) ;;
      [!-/]*) echo "$build/$arg" ;;
      *) echo "$arg" ;;
      esac
    done
}

main() {
  case "$#:${1:-}" in
  [4-9]:configure | [1-9][0-9]:configure) configure "${@:2}" ;;
  [3-9]:compile) compile "${@:2}" ;;
  [3-9]:goals | [1-9][0-9]:goals) goals "${@:2}" ;;
  2:variant) variant "$2" ;;
  2:cflags) cflags "$2" ;;
  2:libs) libs "$2" ;;
  *) die "usage: qemu-build.sh configure SRC BUILD FLAVOUR [CC [ARG...]] | compile BUILD STAMP [VARIANT...] | goals BUILD GOAL... | variant NAME | cflags BUILD | libs BUILD" ;;
  esac
}

main "$@"; exit         # bash reads no further, should this file be edited meanwhile
