#!/bin/bash
# Tests qemu-source.sh and qemu-build.sh, mostly their failures, on a mock of
# QEMU's source: in seconds and without network.
#   test-source.sh WORKDIR     WORKDIR is made, and used for scratch
# Prints 'ok NAME' or 'FAIL NAME' and why; exit status 1 if any failed.
# shellcheck disable=SC2317  # the tests are found by their names
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
unset BASE BUILD GOALS QEMU_OF QEMU_TREE TLBDIFF_EXTRA_PATCHES TLBDIFF_UPSTREAM_URL
# All C files have as many lines, so that one patch may touch any of them.
lines=$(printf '// line %d\n' 1 2 3 4 5 6 7 8 9)

# --- The mock: a source package, an upstream tarball, commands ---------------

make_mock_tree() {
  local file
  mkdir -p "$1"/{accel/tcg,system,include/exec,util,python/wheels,roms/fw,pc-bios,subprojects/packagecache}
  echo "${2:-1.0}" > "$1/VERSION"
  for file in accel/tcg/cputlb system/physmem system/memory system/main util/util; do
    printf '%s\n' "int ${file##*/}_version = 1;" "$lines" "int ${file##*/}(void) { return 0; }" > "$1/$file.c"
  done
  # what the hooks of threads include
  while read -r file; do
    mkdir -p "$(dirname "$1/include/$file")"
    : > "$1/include/$file"
  done < <(sed -n 's/^#include "\(.*\)"$/\1/p' "$here/../harness/qemu/sched-hooks.h")
  printf '%s\n' '#include <stdbool.h>' 'typedef struct QemuSpin QemuSpin;' > "$1/include/qemu/osdep.h"
  echo '#define TLB_MMIO 1' > "$1/include/exec/tlb-flags.h"
  sed -i '1i #include "exec/tlb-flags.h"' "$1/accel/tcg/cputlb.c"
  printf '%s\n' '[meson]' 'pycotap = { accepted = ">=1.1.0" }' > "$1/pythondeps.toml"
  echo firmware > "$1/roms/fw/main.c"
  echo wheel > "$1/python/wheels/pycotap.whl"
  echo firmware > "$1/pc-bios/bios.bin"
  echo cached > "$1/subprojects/packagecache/x"
  mkdir "$1/subprojects/keycodemapdb"
  echo 'revision = 1' > "$1/subprojects/keycodemapdb.wrap"
  echo 'the keys' > "$1/subprojects/keycodemapdb/README"
  cat > "$1/configure" << 'CONFIGURE'
#!/bin/bash
# Stands in for QEMU's: writes a build.ninja of the same shape.
set -eu
src=$(dirname "$0")
echo "configured with $*"
if [ -f "$src/broken" ]; then echo 'ERROR: broken on purpose'; exit 1; fi
objects='libsystem.a.p/cputlb.c.o libsystem.a.p/physmem.c.o libsystem.a.p/memory.c.o'
cat > build.ninja << NINJA
rule cc
  command = clang -I. -I$src/include -iquote util -Werror -MD -MQ \$out -MF \$out.d -o \$out -c \$in
  depfile = \$out.d
  deps = gcc
rule ar
  command = ar rcs \$out \$in
rule c_LINKER_RSP
  command = false
build libsystem.a.p/cputlb.c.o: cc $src/accel/tcg/cputlb.c
build libsystem.a.p/physmem.c.o: cc $src/system/physmem.c
build libsystem.a.p/memory.c.o: cc $src/system/memory.c
build qemu-system-riscv64.p/system_main.c.o: cc $src/system/main.c
build util.o: cc $src/util/util.c
build libqemuutil.a: ar util.o
build qemu-system-riscv64: c_LINKER_RSP $objects qemu-system-riscv64.p/system_main.c.o | libqemuutil.a /lib/libm.so
 LINK_ARGS = -Wl,--as-needed -pie -Wl,--start-group libqemuutil.a @block.syms -lm -pthread -Wl,--end-group

NINJA
ninja -t compdb cc > compile_commands.json
CONFIGURE
  chmod +x "$1/configure"
}

# make_archive VERSION: the source package mock VERSION+ds-1, whose Debian patch
# changes VERSION, as all tests can see, and the release tarball it was made from.
make_archive() {
  local tree=$work/archives/mock-$1
  make_mock_tree "$tree" "$1"
  tar -C "$work/archives" -cJf "$tree.tar.xz" "mock-$1"
  # What the pinned content hash is defined as, in other words.
  upstream_sum=$(cd "$tree" && find . -type f | grep -vE '^\./(roms|python/wheels|pc-bios|subprojects/packagecache)/' \
    | xargs sha256sum | sort | sha256sum | cut -c 1-64)
  tar -C "$work/archives" -cJf "$work/archives/mock_$1+ds.orig.tar.xz" "mock-$1"
  mkdir -p "$tree/debian/patches" "$tree/debian/source"
  echo '3.0 (quilt)' > "$tree/debian/source/format"
  printf '%s\n' 'Source: mock' 'Maintainer: T <t@example.invalid>' '' 'Package: mock' 'Architecture: all' \
    'Description: mock' > "$tree/debian/control"
  printf '%s\n' "mock ($1+ds-1) sid; urgency=low" '' '  * Mock.' '' \
    ' -- T <t@example.invalid>  Thu, 01 Jan 2026 00:00:00 +0000' > "$tree/debian/changelog"
  printf '%s\n' '--- a/VERSION' '+++ b/VERSION' '@@ -1 +1 @@' "-$1" "+$1-debian" > "$tree/debian/patches/version.patch"
  echo version.patch > "$tree/debian/patches/series"
  (cd "$work/archives" && dpkg-source --no-check -b "mock-$1" && rm -rf "mock-$1" \
    && dpkg-source --no-check -x "mock_$1+ds-1.dsc" "$work/unpacked/mock_$1+ds-1.dsc") > "$work/archives/log" 2>&1
}

# Commands that come first in PATH. apt-get serves the packages that are in
# $MOCK_ARCHIVES, or fails if it is empty. dpkg-source, which is twenty processes,
# copies what it has unpacked before, unless MOCK_UNPACK is empty. Those in $work/trip
# are the real ones, but the $TRIP-th call of them kills the script under test
# (TRIP_HOW=kill) or fails as on a full disk (=full).
make_commands() {
  local name
  mkdir "$work/bin" "$work/trip"
  cat > "$work/bin/apt-get" << 'APT'
#!/bin/bash
echo "$*" >> "$MOCK_LOG"
case "$*" in
--print-uris*) echo "'http://mirror.example.invalid/debian/dists/sid/InRelease' x 0" ;;
*update) [ -n "$MOCK_ARCHIVES" ] || { echo 'E: no network' >&2; exit 100; } ;;
*'source --print-uris'*)
  for dsc in "$MOCK_ARCHIVES"/*.dsc; do echo "'http://mirror.example.invalid/$dsc' ${dsc##*/} 1 SHA256:0"; done ;;
*source*)
  version=${!#}
  version=${version##*=}
  cp "$MOCK_ARCHIVES/mock_$version"* "$MOCK_ARCHIVES/mock_${version%-*}.orig"* . 2> /dev/null \
    || { echo "E: Version '$version' for 'mock' was not found" >&2; exit 100; } ;;
esac
APT
  cat > "$work/bin/dpkg-source" << UNPACK
#!/bin/sh
[ -n "\${MOCK_UNPACK-yes}" ] || exec $(command -v dpkg-source) "\$@"
[ "\$1 \$2" = '--no-check -x' ] && cp -a "$work/unpacked/\${3##*/}" "\$4"
UNPACK
  for name in cp mv rm mkdir tar patch dpkg-source tee sort touch sha256sum; do
    cat > "$work/trip/$name" << COMMAND
#!/bin/sh
case "\$TRIP_HOW-$name" in
full-s*) ;;                             # sort, sha256sum: to pipes
*)
  echo >> "\$MOCK_LOG.calls"
  n=0
  while read -r _; do n=\$((n + 1)); done < "\$MOCK_LOG.calls"
  if [ "\$n" -ge "\$TRIP" ]; then
    [ "\$TRIP_HOW" = full ] || kill -KILL 0
    [ "$name" = rm ] || { echo "$name: No space left on device" >&2; exit 1; }
  fi ;;
esac
exec $(PATH=$work/bin:$PATH command -v "$name") "\$@"
COMMAND
  done
  chmod +x "$work"/{bin,trip}/*
}

pin() { sha256sum "$work/archives/$1" | sed 's|  .*/| |'; }

# pin_base VERSION: prints what pins that base.
pin_base() {
  cat << BASE
$1)
  QEMU_VERSION=$1
  DEBIAN_SOURCE_VERSION=$1+ds-1
  DEBIAN_FILES='
$(pin "mock_$1+ds-1.dsc")
$(pin "mock_$1+ds.orig.tar.xz")
$(pin "mock_$1+ds-1.debian.tar.xz")
'
  UPSTREAM_CONTENT_SHA256=$upstream_sum ;;
BASE
}

# Two bases, of which most tests use the first; either is taken where the other
# cannot be had, unless MOCK_INSTEAD says otherwise.
make_bases() {
  local name
  {
    echo ". '$here/versions.sh'"
    echo "QEMU_BASES='1.0 0.9' DEBIAN_SOURCE=mock"
    echo 'use_base() {'
    # shellcheck disable=SC2016  # for later
    echo 'case $1 in'
    for name in 1.0 0.9; do
      make_archive "$name"
      pin_base "$name"
    done
    echo '*) return 1 ;;'
    echo 'esac'
    # shellcheck disable=SC2016
    echo 'QEMU_INSTEAD=${MOCK_INSTEAD-1.0 0.9}'
    echo "DEBIAN_SUITE=sid QEMU_SERIES=mock-\$1 UPSTREAM_URL=file://$work/none/mock-\$1.tar.xz"
    echo '}'
  } > "$work/versions.sh"
}

# --- What the tests are written in -------------------------------------------

# patch_line FILE FROM TO: prints a patch that changes that line.
patch_line() {
  printf '%s\n' "--- a/$1" "+++ b/$1" '@@ -1,4 +1,4 @@' "-$2" "+$3" ' // line 1' ' // line 2' ' // line 3'
}

# A fresh world in directory $dir: nothing cached, one patch, apt-get works.
begin() {
  dir=$work/$1
  mkdir -p "$dir/patches/mock-1.0" "$dir/archives"
  cp "$work"/archives/* "$dir/archives"
  export MOCK_ARCHIVES=$dir/archives MOCK_LOG=$dir/apt.log XDG_CACHE_HOME=$dir/cache
  export TLBDIFF_VERSIONS=$work/versions.sh TLBDIFF_PATCHES=$dir/patches
  export PATH=$work/bin:$PATH
  : > "$MOCK_LOG"
  patch_line system/memory.c 'int memory_version = 1;' 'int memory_version = 2;' > "$dir/patches/mock-1.0/1.patch"
  printf '%s\n' '# the series' '' '1.patch   # first' 'sub/iommu.patch' > "$dir/patches/mock-1.0/series"
  mkdir "$dir/patches/mock-1.0/sub"
  printf '%s\n' '--- a/include/exec/tlb-flags.h' '+++ b/include/exec/tlb-flags.h' '@@ -1 +1,2 @@' \
    ' #define TLB_MMIO 1' '+#define TLB_IOMMU 2' > "$dir/patches/mock-1.0/sub/iommu.patch"
}

source_sh() { "$here/qemu-source.sh" "$@"; }
build_sh() { "$here/qemu-build.sh" "$@"; }

die() { echo "$*"; exit 1; }
same() { [ "$1" = "$2" ] || die "expected '$2', got '$1'"; }
has() { grep -qF -e "$2" "$1" || die "$1: has no '$2'"; }
lacks() { ! grep -qsF -e "$2" "$1" || die "$1: has '$2'"; }
gone() { [ ! -e "$1" ] || die "$1: is still there"; }

# fails WORDS COMMAND...: it fails, prints nothing on stdout and, progress
# aside, one line on stderr, which has WORDS.
fails() {
  local words=$1 status=0
  shift
  "$@" > "$dir/stdout" 2> "$dir/stderr" || status=$?
  cat "$dir/stderr"
  [ "$status" != 0 ] || die "did not fail: $*"
  [ ! -s "$dir/stdout" ] || die "failed, but printed: $(cat "$dir/stdout")"
  same "$(grep -cvE ': (fetching|.*, to be fetched again)' "$dir/stderr")" 1
  has "$dir/stderr" "$words"
}

# Sets `clock`, for `newer` to tell what was written since.
mark() { touch "$dir/mark"; sleep 0.02; }
newer() { (cd "$1" && find . -type f -newer "$dir/mark" | sort | tr '\n' ' '); }

# The tree is what a run from nothing gives; and OUT holds nothing half-made.
is_good() {
  local expected=$dir/expected
  # as often as the series changes
  if ! cmp -s "$expected/stamp" "$1/stamp"; then
    rm -rf "$expected"
    source_sh "$expected" > /dev/null
    cmp "$expected/stamp" "$1/stamp" || die "$1/stamp: is of another series"
  fi
  diff -r "$expected/src" "$1/src" || die "$1/src: is not what the series says"
  gone "$1/tmp"
}

# --- qemu-source.sh ----------------------------------------------------------

test_fresh_tree() {
  begin "$1"
  export MOCK_UNPACK=                # with the real dpkg-source
  mark
  same "$(source_sh "$dir/out")" "$dir/out/src"
  has "$dir/out/src/VERSION" 1.0-debian
  has "$dir/out/src/system/memory.c" 'version = 2'
  has "$dir/out/src/include/exec/tlb-flags.h" TLB_IOMMU
  gone "$dir/out/src/roms"
  gone "$dir/out/tmp"
  # or ninja would keep objects of an earlier tree
  same "$(find "$dir/out/src" -type f -not -newer "$dir/mark")" ''
}

test_nothing_to_do() {
  begin "$1"
  source_sh "$dir/out"
  echo '// by hand' >> "$dir/out/src/system/physmem.c"
  : > "$MOCK_LOG"
  mark
  same "$(source_sh "$dir/out")" "$dir/out/src"
  same "$(newer "$dir/out/src")" ''
  [ ! -s "$MOCK_LOG" ] || die 'used the network'
  has "$dir/out/src/system/physmem.c" '// by hand'
}

test_cache_serves_another_clone() {
  begin "$1"
  source_sh "$dir/out"
  : > "$MOCK_LOG"
  source_sh "$dir/out2"
  [ ! -s "$MOCK_LOG" ] || die 'used the network'
  diff -r "$dir/out/src" "$dir/out2/src"
}

test_own_tree() {
  begin "$1"
  make_mock_tree "$dir/own"
  cd "$dir"
  same "$(source_sh out own)" "$dir/own"
  same "$(QEMU_TREE=own source_sh out)" "$dir/own"
  same "$(QEMU_TREE=own source_sh out2 '')" "$dir/own"
  lacks "$dir/own/include/exec/tlb-flags.h" TLB_IOMMU
  TLBDIFF_EXTRA_PATCHES=x fails 'taken as it is' source_sh out own
  rm own/VERSION
  fails 'not a QEMU source tree' source_sh out own
  fails 'not a QEMU source tree' source_sh out "$dir/nowhere"
}

test_bound_to_its_tree() {
  begin_two "$1"
  make_mock_tree "$dir/own" 10.2.9
  make_mock_tree "$dir/other" 10.2.9
  same "$(source_sh "$dir/out" "$dir/own")" "$dir/own"
  # without the variable, and with the same tree by another name
  same "$(source_sh "$dir/out" 2> "$dir/stderr")" "$dir/own"
  has "$dir/stderr" "testing $dir/own, as this build was set up to"
  ln -s own "$dir/link"
  same "$(QEMU_TREE=$dir/link source_sh "$dir/out" '' 0.9 2> "$dir/stderr")" "$dir/own"
  [ ! -s "$dir/stderr" ] || die 'said something'
  # another one, and a base where there was a tree, and the other way round
  fails "$dir/out: belongs to a build that tests $dir/own: give $dir/other" source_sh "$dir/out" "$dir/other"
  QEMU_TREE=$dir/other fails "this build tests $dir/own" source_sh "$dir/out" "$dir/own"
  source_sh "$dir/pinned" '' 0.9
  fails "tests base 0.9: give $dir/own a build directory of its own" source_sh "$dir/pinned" "$dir/own"
  is_good_base 0.9 "$dir/pinned"
  # another version, and none
  echo 10.2.10 > "$dir/own/VERSION"
  same "$(source_sh "$dir/out" "$dir/own" 2> "$dir/stderr")" "$dir/own"
  has "$dir/stderr" "$dir/own: is QEMU 10.2.10 now, and was 10.2.9"
  same "$(source_sh "$dir/out" "$dir/own" 2>&1)" "$dir/own"
  mv "$dir/own" "$dir/elsewhere"
  fails "$dir/own: the tree that $dir/out was set up for is gone" source_sh "$dir/out"
}
is_good_base() { has "$2/src/VERSION" "$1-debian"; has "$2/base" "$1 $1"; }

test_tree_of_git() {
  begin_two "$1"
  make_mock_tree "$dir/own" 10.2.9
  echo "#define TLB_IOMMU 2" >> "$dir/own/include/exec/tlb-flags.h"
  rm -r "$dir/own/subprojects/keycodemapdb"
  git -C "$dir/own" init -q
  cp -a "$dir/own" "$dir/before"
  same "$(source_sh "$dir/out" "$dir/own")" "$dir/out/links"
  has "$dir/out/links/subprojects/keycodemapdb/README" 'the keys'
  has "$dir/out/links/VERSION" 10.2.9
  gone "$dir/out/links/.git"
  gone "$dir/out"/base-*
  gone "$dir/out/tmp"
  # what changes in the tree, and comes to it; what would need the network does not
  echo '// by hand' >> "$dir/own/system/memory.c"
  echo more > "$dir/own/more"
  : > "$MOCK_LOG"
  MOCK_ARCHIVES='' source_sh "$dir/out"
  has "$dir/out/links/system/memory.c" '// by hand'
  has "$dir/out/links/more" more
  rm "$dir/own/more"
  sed -i '$d' "$dir/own/system/memory.c"
  build_sh configure "$dir/out/links" "$dir/build" san
  build_sh compile "$dir/build" "$dir/stamp" cov
  diff -r "$dir/before" "$dir/own" || die 'the tree was written to'
  # another revision, and no release
  echo 'revision = 2' > "$dir/own/subprojects/keycodemapdb.wrap"
  fails "$dir/own: has no subprojects (those of QEMU 0.9 are of another revision): run 'meson subprojects download" source_sh "$dir/out2" "$dir/own"
  gone "$dir/out2/tmp"
  XDG_CACHE_HOME=$dir/none MOCK_ARCHIVES='' fails 'no source of QEMU 0.9' source_sh "$dir/out3" "$dir/own"
}

# A whole build, but of the mock alone.
test_build_never_changes_its_tree() {
  begin "$1"
  make_mock_tree "$dir/own" 10.2.9
  make_mock_tree "$dir/other" 10.2.9
  echo '#define TLB_IOMMU 2' >> "$dir/own/include/exec/tlb-flags.h"
  mkdir -p "$dir/own/hw/misc"
  touch "$dir/own/hw/misc/tz-mpc.c"
  in_build() { ninja -C "$dir/build" qemu-built.h > "$dir/ninja.log" 2>&1; }
  is_own() { has "$dir/build/qemu/san/configured" "source $dir/own"; has "$dir/build/qemu-built.h" "\"$1\""; }
  QEMU_TREE=$dir/own CC=clang meson setup "$dir/build" "$here/.."
  in_build
  is_own 10.2.9
  # a header changes, and another version makes meson run again
  mark
  echo '#define MORE' >> "$dir/own/include/exec/tlb-flags.h"
  echo 10.2.10 > "$dir/own/VERSION"
  in_build
  is_own 10.2.10
  has "$dir/ninja.log" 'Regenerating build files'
  has <(newer "$dir/build/qemu/san") cputlb.c.o
  gone "$dir/build/qemu/src"
  # what build.sh refuses
  fails "belongs to a build that tests $dir/own: give $dir/other" env QEMU_TREE="$dir/other" "$here/build.sh" "$dir/build"
  fails "$dir/build: tests $dir/own: give BASE=10.0" env BASE=10.0 "$here/build.sh" "$dir/build"
  fails 'give one of them' env BASE=10.0 QEMU_TREE="$dir/own" "$here/build.sh" "$dir/build"
  fails 'give the tree as QEMU_TREE' "$here/build.sh" "$dir/build2" san -Dqemu="$dir/own"
  ! QEMU_TREE=$dir/other in_build || die 'another tree was taken'
  has "$dir/ninja.log" "this build tests $dir/own"
  is_own 10.2.10
  mv "$dir/own" "$dir/elsewhere"
  ! in_build || die 'built without its tree'
}

# begin_two NAME: begin, with a series for the second base as well.
begin_two() {
  begin "$1"
  cp -a "$dir/patches/mock-1.0" "$dir/patches/mock-0.9"
  sed -i 's/version = 2/version = 3/' "$dir/patches/mock-0.9/1.patch"
}

test_base_of_choice() {
  begin_two "$1"
  same "$(source_sh "$dir/out" '' 0.9)" "$dir/out/src"
  has "$dir/out/src/VERSION" 0.9-debian
  has "$dir/out/src/system/memory.c" 'version = 3'
  same "$(cat "$dir/out/base")" '0.9 0.9'
  # shellcheck source=ci/versions.sh
  same "$(. "$work/versions.sh"; base_of "$dir/out"; base_of "$dir/none")" $'0.9\n1.0'
  # another one in the same place, and what is none
  source_sh "$dir/out" '' 1.0
  has "$dir/out/src/VERSION" 1.0-debian
  is_good "$dir/out"
  fails '2.0: no such base: use one of: 1.0 0.9' source_sh "$dir/out" '' 2.0
  is_good "$dir/out"
}

test_other_base_if_there_is_none() {
  begin_two "$1"
  rm "$dir"/archives/mock_1.0*
  mark
  same "$(source_sh "$dir/out" 2> "$dir/stderr")" "$dir/out/src"
  same "$(grep -cv ': fetching' "$dir/stderr")" 1
  has "$dir/stderr" "Debian's mock 1.0+ds-1: E: Version '1.0+ds-1' for 'mock' was not found (sid has 0.9+ds-1 now: put it into use_base of"
  has "$dir/stderr" 'taking base 0.9, QEMU 0.9, instead'
  has "$dir/out/src/VERSION" 0.9-debian
  same "$(cat "$dir/out/base")" '1.0 0.9'
  # it stays with that, in silence and without a network, until told otherwise
  cp "$work"/archives/* "$dir/archives"
  : > "$MOCK_LOG"
  same "$(source_sh "$dir/out" '' 1.0 2>&1)" "$dir/out/src"
  sed -i 's/version = 3/version = 4/' "$dir/patches/mock-0.9/1.patch"
  same "$(source_sh "$dir/out" 2>&1)" "$dir/out/src"
  has "$dir/out/src/system/memory.c" 'version = 4'
  [ ! -s "$MOCK_LOG" ] || die 'used the network'
  rm -rf "$dir/out"
  source_sh "$dir/out"
  has "$dir/out/src/VERSION" 1.0-debian
  # and the other way round
  rm "$dir"/archives/mock_0.9* "$dir"/cache/tlbdiff/mock_0.9*
  source_sh "$dir/out" '' 0.9
  same "$(cat "$dir/out/base")" '0.9 1.0'
  is_good "$dir/out"
}

test_base_in_whose_place_there_is_none() {
  begin_two "$1"
  rm "$dir"/archives/mock_1.0*
  export MOCK_INSTEAD=''
  fails 'no source of QEMU 1.0: nothing in' source_sh "$dir/out"
  has "$dir/stderr" 'QEMU_TREE=DIR'
  lacks "$dir/stderr" 'QEMU 0.9'
  gone "$dir/out/src"
  gone "$dir/out/base"
}

test_upstream_without_a_checksum() {
  begin "$1"
  rm "$dir"/archives/mock_1.0*
  sed 's/^  UPSTREAM_CONTENT_SHA256=.*;;/  UPSTREAM_CONTENT_SHA256= ;;/' "$work/versions.sh" > "$dir/versions.sh"
  export TLBDIFF_VERSIONS=$dir/versions.sh
  TLBDIFF_UPSTREAM_URL=file://$work/archives/mock-1.0.tar.xz \
    fails 'mock-1.0.tar.xz: no checksum of it is known' source_sh "$dir/out"
  gone "$dir/out/src"
}

test_no_base_at_all() {
  begin_two "$1"
  export MOCK_ARCHIVES=''
  fails 'no source of QEMU 1.0:' source_sh "$dir/out"
  has "$dir/stderr" 'no source of QEMU 0.9:'
  has "$dir/stderr" 'QEMU_TREE=DIR'
  gone "$dir/out/src"
  gone "$dir/out/base"
}

test_wrong_checksum() {
  begin "$1"
  echo x >> "$dir/archives/mock_1.0+ds.orig.tar.xz"
  fails 'mock_1.0+ds.orig.tar.xz: wrong SHA-256' source_sh "$dir/out"
  gone "$dir/cache/tlbdiff/mock_1.0+ds.orig.tar.xz"
  gone "$dir/out/src"
  cp "$work"/archives/* "$dir/archives"
  source_sh "$dir/out"
}

test_corrupted_cache() {
  begin "$1"
  source_sh "$dir/out"
  truncate -s 100 "$dir/cache/tlbdiff/mock_1.0+ds.orig.tar.xz"
  rm -rf "$dir/out"
  source_sh "$dir/out"
  is_good "$dir/out"
  truncate -s 100 "$dir/cache/tlbdiff/mock_1.0+ds.orig.tar.xz"
  rm -rf "$dir/out"
  MOCK_ARCHIVES='' fails 'no network' source_sh "$dir/out"
}

test_no_source_at_all() {
  begin "$1"
  export MOCK_ARCHIVES=''
  fails 'QEMU_TREE=DIR' source_sh "$dir/out"
  has "$dir/stderr" "nothing in $dir/cache/tlbdiff"
  has "$dir/stderr" "Debian's mock 1.0+ds-1: E: no network"
  has "$dir/stderr" "none/mock-1.0.tar.xz: curl:"
  gone "$dir/out/src"
  gone "$dir/out/tmp"
}

test_upstream_tarball() {
  begin "$1"
  local url=file://$dir/archives/mock-1.0.tar.xz
  MOCK_ARCHIVES='' TLBDIFF_UPSTREAM_URL=$url source_sh "$dir/out"
  same "$(cat "$dir/out/src/VERSION")" 1.0
  has "$dir/out/src/system/memory.c" 'version = 2'
  has "$dir/out/src/pythondeps.toml" '#pycotap'
  gone "$dir/out/src/python/wheels"
  gone "$dir/out/src/roms"
  # now from the cache
  rm "$dir/archives/mock-1.0.tar.xz"
  MOCK_ARCHIVES='' TLBDIFF_UPSTREAM_URL=$url source_sh "$dir/out2"
  diff -r "$dir/out/src" "$dir/out2/src"
}

test_upstream_tarball_refused() {
  begin "$1"
  export MOCK_ARCHIVES='' TLBDIFF_UPSTREAM_URL=file://$dir/bad.tar
  local change
  for change in 'echo x >> util/util.c' 'echo x > util/more.c' 'rm VERSION' 'echo x > pc-bios/meson.build'; do
    rm -rf "$dir/mock"
    make_mock_tree "$dir/mock"
    (cd "$dir/mock" && eval "$change")
    tar -C "$dir" -cf "$dir/bad.tar" mock
    fails 'wrong SHA-256 of its content' source_sh "$dir/out"
  done
  head -c 1000 "$work/archives/mock-1.0.tar.xz" > "$dir/bad.tar"
  fails 'cannot be unpacked' source_sh "$dir/out"
  gone "$dir/out/src"
  gone "$dir/cache/tlbdiff/bad.tar"
}

test_patch_does_not_apply() {
  begin "$1"
  source_sh "$dir/out"
  cp -a "$dir/out/src" "$dir/before"
  patch_line util/util.c 'int util_version = 7;' 'int util_version = 8;' > "$dir/patches/mock-1.0/2.patch"
  echo 2.patch >> "$dir/patches/mock-1.0/series"
  fails '2.patch: does not apply to QEMU 1.0: util/util.c: Hunk #1 FAILED' source_sh "$dir/out"
  diff -r "$dir/before" "$dir/out/src"
  patch_line util/util.c 'int util_version = 1;' 'int util_version = 8;' > "$dir/patches/mock-1.0/2.patch"
  source_sh "$dir/out"
  has "$dir/out/src/util/util.c" 'version = 8'
}

test_patch_with_fuzz() {
  begin "$1"
  patch_line util/util.c 'int util_version = 1;' 'int util_version = 8;' \
    | sed 's/line 3/lime 3/' > "$dir/patches/mock-1.0/1.patch"
  fails '1.patch: does not apply' source_sh "$dir/out"
  gone "$dir/out/src"
}

test_unreadable_patches() {
  begin "$1"
  : > "$dir/patches/mock-1.0/1.patch"
  fails 'not a readable patch' source_sh "$dir/out"
  rm "$dir/patches/mock-1.0/1.patch"
  fails 'not a readable patch' source_sh "$dir/out"
  rm "$dir/patches/mock-1.0/series"
  fails 'series: not found' source_sh "$dir/out"
}

test_only_changed_files_are_touched() {
  begin "$1"
  source_sh "$dir/out"
  mark
  patch_line util/util.c 'int util_version = 1;' 'int util_version = 3;' > "$dir/patches/mock-1.0/2.patch"
  printf '%s\n' '--- /dev/null' '+++ b/new/file.c' '@@ -0,0 +1 @@' '+int x;' > "$dir/patches/mock-1.0/3.patch"
  printf '%s\n' 2.patch 3.patch >> "$dir/patches/mock-1.0/series"
  source_sh "$dir/out"
  same "$(newer "$dir/out/src")" './new/file.c ./util/util.c '
  is_good "$dir/out"
  # a comment changes the patch, but no file
  mark
  sed -i '1i a comment' "$dir/patches/mock-1.0/2.patch"
  source_sh "$dir/out"
  same "$(newer "$dir/out/src")" ''
  # and back; what a user added stays
  echo mine > "$dir/out/src/mine"
  mark
  sed -i '/^[23]/d' "$dir/patches/mock-1.0/series"
  source_sh "$dir/out"
  same "$(newer "$dir/out/src")" './util/util.c '
  gone "$dir/out/src/new/file.c"
  rm "$dir/out/src/mine"
  rm -rf "$dir/out/src/new"
  is_good "$dir/out"
}

test_base_stays_pristine() {
  begin "$1"
  source_sh "$dir/out"
  cp -a "$dir/out"/base-* "$dir/base"
  echo '// by hand' >> "$dir/out/src/util/util.c"
  patch_line system/memory.c 'int memory_version = 2;' 'int memory_version = 3;' > "$dir/2.patch"
  TLBDIFF_EXTRA_PATCHES=$dir/2.patch source_sh "$dir/out"
  diff -r "$dir/base" "$dir/out"/base-*
}

test_replaced_edits_are_kept() {
  begin "$1"
  source_sh "$dir/out"
  echo '// by hand' >> "$dir/out/src/util/util.c"
  sed -i 's/version = 2/version = 3/' "$dir/patches/mock-1.0/1.patch"
  source_sh "$dir/out"
  has "$dir/out/edits/util/util.c" '// by hand'
  gone "$dir/out/edits/system/memory.c"
  is_good "$dir/out"
}

test_extra_patches() {
  begin "$1"
  patch_line util/util.c 'int util_version = 1;' 'int util_version = 2;' > "$dir/a"
  patch_line util/util.c 'int util_version = 2;' 'int util_version = 3;' > "$dir/b"
  TLBDIFF_EXTRA_PATCHES="$dir/a $dir/b" source_sh "$dir/out"
  has "$dir/out/src/util/util.c" 'version = 3'
  source_sh "$dir/out"
  is_good "$dir/out"
  TLBDIFF_EXTRA_PATCHES="$dir/b" fails "$dir/b: does not apply" source_sh "$dir/out"
}

# stops_anywhere HOW FIRST: stops a run at every eighth command that writes while
# there is a tree of another series, and at every sixteenth while there is no tree
# yet, from the FIRST on (all of them would take minutes). The next run repairs it:
# in the first case in turns one that goes on, and one that goes back to the old
# series.
stops_anywhere() {
  local old step stride=8 status extra wanted
  source_sh "$dir/expected"
  patch_line util/util.c 'int util_version = 1;' 'int util_version = 2;' > "$dir/a"
  TLBDIFF_EXTRA_PATCHES=$dir/a source_sh "$dir/old"
  cp -a "$dir/cache" "$dir/full-cache"
  for old in old ''; do
    for (( step = $2; ; step += stride )); do
      rm -rf "$dir/out" "$dir/cache" "$MOCK_LOG.calls"
      [ -z "$old" ] || { cp -a "$dir/old" "$dir/out"; cp -a "$dir/full-cache" "$dir/cache"; }
      status=0
      # in a process group of its own, for the mock commands to kill
      PATH=$work/trip:$PATH TRIP=$step TRIP_HOW=$1 setsid -w "$here/qemu-source.sh" "$dir/out" > "$dir/stdout" 2> "$dir/stderr" || status=$?
      [ "$status" != 0 ] || break
      [ ! -s "$dir/stdout" ] || die "step $step: failed, but printed $(cat "$dir/stdout")"
      if [ "$1" = full ]; then
        same "$(grep -cv ': fetching' "$dir/stderr")" 1
        has "$dir/stderr" 'No space left'
      fi
      extra='' wanted=$dir/expected/src
      if [ -n "$old" ] && (( (step - $2) % 16 == 8 )); then extra=$dir/a wanted=$dir/old/src; fi
      TLBDIFF_EXTRA_PATCHES=$extra source_sh "$dir/out" > /dev/null 2> "$dir/stderr" || die "step $step: $(cat "$dir/stderr")"
      diff -r "$wanted" "$dir/out/src" || die "${old:-new} tree, step $step: is not what the series says"
      gone "$dir/out/tmp"
      gone "$dir/out/edits"
    done
    echo "stopped ${old:-new} tree up to step $step"
    (( step > 10 )) || die "only $step steps"
    stride=16
  done
}

test_killed_anywhere() { begin "$1"; stops_anywhere kill 1; }
test_disk_full_anywhere() { begin "$1"; stops_anywhere full 5; }

test_version() {
  begin "$1"
  make_mock_tree "$dir/own"
  version_sh() { "$here/qemu-version.sh" "$dir/own"; }
  # (in the repository of tlbdiff, perhaps, which is another one)
  same "$(version_sh)" 1.0
  in_git() { git -C "$dir/own" -c user.name=x -c user.email=x@example.invalid "$@"; }
  in_git init -q
  in_git add -A
  in_git commit -q -m one
  in_git tag -a -m tag v1
  same "$(version_sh)" '1.0, commit v1'
  echo '// by hand' >> "$dir/own/util/util.c"
  same "$(version_sh)" '1.0, commit v1-dirty'
  in_git commit -q -a -m two
  same "$(version_sh)" "1.0, commit v1-1-g$(in_git rev-parse --short HEAD)"
  in_git tag -d v1
  same "$(version_sh)" "1.0, commit $(in_git rev-parse --short HEAD)"
}

test_usage() {
  begin "$1"
  fails usage source_sh
  fails usage build_sh
  fails usage build_sh configure x
}

# --- qemu-build.sh -----------------------------------------------------------

# A configured build of the patched mock, in $build, as flavour $2.
begin_build() {
  begin "$1"
  build=$dir/build
  source_sh "$dir/out"
  build_sh configure "$dir/out/src" "$build" "$2"
}

test_tree_without_deferral() {
  begin "$1"
  make_mock_tree "$dir/own"
  build_sh configure "$dir/own" "$dir/build" san
  fails 'not a QEMU source tree' build_sh configure "$dir" "$dir/build" san
  traits() { "$here/qemu-traits.sh" "$dir/own" | tr '\n' ' '; }
  sections() { echo "#define QEMU_SECTION_BY_TYPE $1 #define QEMU_SECTION $2 #define QEMU_SECTION_INDEX $3 "; }
  same "$(traits)" "#define QEMU_EAGER 1 $(sections 0 0 0)"
  mkdir -p "$dir/own/include/hw/core"
  echo '    CPUTLBEntryXlat xlat[MMU_ACCESS_COUNT];' > "$dir/own/include/hw/core/cpu.h"
  same "$(traits)" "#define QEMU_EAGER 1 $(sections 1 0 0)"
  echo '    hwaddr xlat_offset;' > "$dir/own/include/hw/core/cpu.h"
  same "$(traits)" "#define QEMU_EAGER 1 $(sections 0 1 0)"
  echo '    hwaddr xlat_section;' > "$dir/own/include/hw/core/cpu.h"
  printf '%s\n' 'static void later(void)' '{' '    flags |= TLB_IOMMU;' '}' >> "$dir/own/accel/tcg/cputlb.c"
  same "$(traits)" "#define QEMU_EAGER 1 $(sections 0 0 1)"
  printf '%s\n' 'void tlb_set_page_full(CPUState *cpu,' '    int x)' '{' '    flags |= TLB_IOMMU;' '}' >> "$dir/own/accel/tcg/cputlb.c"
  same "$(traits)" "#define QEMU_EAGER 0 $(sections 0 0 1)"
}

test_configure_once() {
  begin_build "$1" plain
  mark
  build_sh configure "$dir/out/src" "$build" plain
  same "$(newer "$build")" ''
  lacks "$build/configure.log" asan
  build_sh configure "$dir/out/src" "$build" san
  has "$build/configure.log" "-fsanitize-coverage-allowlist=$build/allowlist.txt"
  lacks "$build/configure.log" plugins
  build_sh configure "$dir/out/src" "$build" san+plugins
  has "$build/configure.log" "--enable-plugins"
  has "$build/configure.log" "-fsanitize-coverage-allowlist=$build/allowlist.txt"
  fails 'no such flavour' build_sh configure "$dir/out/src" "$build" sun
}

# A tree's own checker devices, whatever their files and symbols are called.
test_devices() {
  begin_build "$1" plain
  same "$(cat "$build/devices.txt" "$build/devices.mak")" ''
  lacks "$build/configure.log" with-devices
  make_mock_tree "$dir/own" 10.2.9
  rm -r "$dir/own/subprojects/keycodemapdb"
  mkdir -p "$dir/own"/{hw/guard,hw/other,include/hw/guard,configs/devices/riscv64-softmmu}
  echo '#define TYPE_GUARD "riscv.wgchecker"' > "$dir/own/include/hw/guard/guard.h"
  printf '%s\n' 'static const TypeInfo info = {' '    .name          = TYPE_GUARD,' '};' 'type_init(f)' > "$dir/own/hw/guard/guard.c"
  # one that only uses it, and a type that is another
  printf '%s\n' 'qdev_new(TYPE_GUARD);' 'static TypeInfo i = { .name = "riscv-iopmp-stream" };' 'type_init(f)' > "$dir/own/hw/other/board.c"
  printf '%s\n' "system_ss.add(when: 'CONFIG_OTHER', if_true: files('other.c'))" \
    "specific_ss.add(when: ['CONFIG_GUARD', 'CONFIG_RISCV'], if_true: files(" "  'guard.c'," "))" > "$dir/own/hw/guard/meson.build"
  same "$("$here/qemu-devices.py" "$dir/own")" 'WGCHECKER riscv.wgchecker hw/guard/guard.c CONFIG_GUARD,CONFIG_RISCV'
  source_sh "$dir/out2" "$dir/own"
  build_sh configure "$dir/out2/links" "$dir/build2" san
  same "$(xargs < "$dir/build2/devices.mak")" 'CONFIG_GUARD=y CONFIG_RISCV=y'
  has "$dir/build2/allowlist.txt" 'src:*hw/guard/guard.c'
  # QEMU looks for the list from there, by name and by "..": both are the same
  relative=$(sed -n 's/.*--with-devices-riscv64=\([^ ]*\).*/\1/p' "$dir/build2/configure.log")
  same "$(realpath "$dir/out2/links/configs/devices/riscv64-softmmu/$relative.mak")" "$dir/build2/devices.mak"
  same "$(realpath -sm "$dir/out2/links/configs/devices/riscv64-softmmu/$relative.mak")" "$dir/build2/devices.mak"
  # it is there no more: configured anew
  rm "$dir/own/hw/guard/guard.c"
  build_sh configure "$dir/out2/links" "$dir/build2" san
  same "$(cat "$dir/build2/devices.txt" "$dir/build2/devices.mak")" ''
  lacks "$dir/build2/configure.log" with-devices
}

test_configure_fails() {
  begin "$1"
  source_sh "$dir/out"
  touch "$dir/out/src/broken"
  fails 'ERROR: broken on purpose' build_sh configure "$dir/out/src" "$dir/build" san
  has "$dir/stderr" "$dir/build/configure.log"
  rm "$dir/out/src/broken"
  fails 'not configured' build_sh compile "$dir/build" "$dir/stamp"
  build_sh configure "$dir/out/src" "$dir/build" san
  build_sh compile "$dir/build" "$dir/stamp"
}

test_foreign_directory_is_left_alone() {
  begin "$1"
  source_sh "$dir/out"
  mkdir "$dir/mine"
  touch "$dir/mine/file"
  fails 'not empty' build_sh configure "$dir/out/src" "$dir/mine" san
  [ -f "$dir/mine/file" ]
}

test_compile() {
  begin_build "$1" san
  local p=libsystem.a.p
  build_sh compile "$build" "$dir/stamp" cov
  same "$(tr '\n' ' ' < "$build/objects.rsp")" "$build/$p/cputlb.c.o $build/$p/memory.c.o $build/$p/physmem.c.o "
  same "$(tr '\n' ' ' < "$build/objects-cov.rsp")" "$build/cov/cputlb.o $build/cov/memory.o $build/cov/physmem.o "
  xargs ls < "$build/objects-cov.rsp"
  llvm-objdump -h "$build/cov/memory.o" > "$dir/sections"
  has "$dir/sections" __llvm_covfun

  # nothing to do
  mark
  build_sh compile "$build" "$dir/stamp" cov
  same "$(newer "$build" | tr ' ' '\n' | grep '\.o$' || true)" ''
  [ "$dir/stamp" -ot "$dir/mark" ] || die 'stamp touched for nothing'

  # one source, then one header, then an archive
  mark
  echo 'int more;' >> "$dir/out/src/system/memory.c"
  build_sh compile "$build" "$dir/stamp" cov
  same "$(newer "$build" | tr ' ' '\n' | grep '\.o$' | xargs)" "./cov/memory.o ./$p/memory.c.o"
  [ "$dir/stamp" -nt "$dir/mark" ] || die 'stamp not touched'
  mark
  echo '#define MORE' >> "$dir/out/src/include/exec/tlb-flags.h"
  build_sh compile "$build" "$dir/stamp" cov
  same "$(newer "$build" | tr ' ' '\n' | grep '\.o$' | xargs)" "./cov/cputlb.o ./$p/cputlb.c.o"
  mark
  echo 'int more;' >> "$dir/out/src/util/util.c"
  build_sh compile "$build" "$dir/stamp" cov
  [ "$dir/stamp" -nt "$dir/mark" ] || die 'stamp not touched'
}

test_compile_variants() {
  begin_build "$1" san
  build_sh compile "$build" "$dir/stamp"
  [ -s "$build/objects.rsp" ]
  gone "$build/objects-cov.rsp"
  build_sh compile "$build" "$dir/stamp" afl cmplog
  gone "$build/objects-cov.rsp"
  echo 'int compare(int a, int b); int compare(int a, int b) { return a < b; }' >> "$dir/out/src/system/memory.c"
  mark
  build_sh compile "$build" "$dir/stamp" afl cmplog
  [ "$dir/stamp" -nt "$dir/mark" ] || die 'stamp not touched'
  same "$(tr '\n' ' ' < "$build/objects-cmplog.rsp")" "$build/cmplog/cputlb.o $build/cmplog/memory.o $build/cmplog/physmem.o "
  nm "$build/afl/memory.o" "$build/cmplog/memory.o" | grep -o '__sanitizer_cov_[a-z0-9_]*' | sort -u > "$dir/symbols"
  has "$dir/symbols" __sanitizer_cov_trace_pc_guard
  has "$dir/symbols" __sanitizer_cov_trace_cmp4
  lacks "$dir/symbols" 8bit
  fails 'no such variant' build_sh compile "$build" "$dir/stamp" alf
  fails 'no such variant' build_sh variant alf
}

test_configure_as_cflags_say() {
  begin "$1"
  source_sh "$dir/out"
  build_sh configure "$dir/out/src" "$dir/build" cflags clang-14 -O1 -fsanitize=address
  has "$dir/build/configure.log" "-O1 -fsanitize=address -Qunused-arguments -fsanitize-coverage-allowlist=$dir/build/allowlist.txt"
  has "$dir/build/configure.log" clang-14
  lacks "$dir/build/configure.log" enable-asan
}

test_another_builds_qemu() {
  begin_two "$1"
  mkdir "$dir/one" "$dir/two"
  ln -s ../one/qemu "$dir/two/qemu"
  mkdir "$dir/one/qemu"
  local src=$dir/one/qemu/src one=$dir/one/qemu/san two=$dir/two/qemu/san
  source_sh "$dir/one/qemu"
  build_sh configure "$src" "$one" san
  build_sh compile "$one" "$dir/stamp1" cov
  # the same: nothing is made again
  mark
  same "$(source_sh "$dir/two/qemu")" "$src"
  build_sh configure "$src" "$two" san
  same "$(newer "$one")" ''
  build_sh compile "$two" "$dir/stamp2" afl
  same "$(newer "$one" | tr ' ' '\n' | grep '\.o$' | xargs)" './afl/cputlb.o ./afl/memory.o ./afl/physmem.o'
  has "$one/objects-afl.rsp" "$one/afl/memory.o"
  # anything else is refused, and changes nothing
  fails "is linked by other builds, with 'flavour san'" build_sh configure "$src" "$two" plain
  fails "is linked by other builds, with '--cc=" build_sh configure "$src" "$two" san clang-14
  make_mock_tree "$dir/own"
  echo '#define TLB_IOMMU 2' >> "$dir/own/include/exec/tlb-flags.h"
  fails "is linked by other builds, with 'source $src'" build_sh configure "$dir/own" "$two" san
  fails 'does not test base 0.9' source_sh "$dir/two/qemu" '' 0.9
  is_good "$dir/one/qemu"
  mark
  build_sh configure "$src" "$one" san
  build_sh compile "$one" "$dir/stamp1" cov
  same "$(newer "$one" | tr ' ' '\n' | grep '\.o$' || true)" ''
  # another flavour of the same source
  build_sh configure "$src" "$dir/two/qemu/plain" plain
  build_sh compile "$dir/two/qemu/plain" "$dir/stamp2"
  has "$dir/one/qemu/plain/objects.rsp" "$dir/one/qemu/plain/libsystem"
}

test_compile_error() {
  begin_build "$1" san
  echo 'int x = y;' >> "$dir/out/src/system/memory.c"
  ! build_sh compile "$build" "$dir/stamp" 2> "$dir/stderr" || die 'did not fail'
  has "$dir/stderr" "use of undeclared identifier 'y'"
  has "$dir/stderr" "$build/ninja.log"
  gone "$dir/stamp"
  sed -i '$d' "$dir/out/src/system/memory.c"
  build_sh compile "$build" "$dir/stamp"
}

test_flags() {
  begin_build "$1" san
  same "$(build_sh cflags "$build" | xargs)" "-I$build -I$dir/out/src/include -iquote $build/util"
  same "$(build_sh libs "$build" | xargs)" "-Wl,--start-group $build/libqemuutil.a -lm -pthread -Wl,--end-group"
  fails 'not configured' build_sh cflags "$dir"
  fails 'not configured' build_sh libs "$dir"
}

# -----------------------------------------------------------------------------

main() {
  local test status failed=0
  [ $# = 1 ] || { echo 'usage: test-source.sh WORKDIR' >&2; exit 2; }
  mkdir -p "$1"
  work=$(realpath "$1")/source
  rm -rf "$work"
  mkdir -p "$work/archives" "$work/unpacked"
  make_bases
  make_commands
  for test in $(compgen -A function test_); do
    set +e              # or the tests would go on after an error
    (set -e; "$test" "${test#test_}") > "$work/${test#test_}.log" 2>&1
    status=$?
    set -e
    if [ "$status" = 0 ]; then
      echo "ok ${test#test_}"
    else
      failed=1
      echo "FAIL ${test#test_}: $(tail -n 1 "$work/${test#test_}.log"): see $work/${test#test_}.log"
    fi
  done
  exit "$failed"
}

main "$@"; exit
