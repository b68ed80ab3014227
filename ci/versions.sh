# shellcheck shell=bash disable=SC2034  # sourced: the scripts beside it use these
# Every version, checksum and package name that the scripts in ci/ rely on, and
# where this machine gets Debian's packages from.

# --- The bases: releases of QEMU that there is a series for ------------------
# The first is the one to take where nothing else is said. Each is the name of a
# series, patches/qemu-NAME, and a case of use_base. It is how the version of the
# release begins: its major and minor number, or the major one alone.
QEMU_BASES='10.2 10.0 11'
DEBIAN_SOURCE=qemu
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# use_base NAME: sets what is pinned for that base; fails if there is none.
#   QEMU_VERSION, QEMU_SERIES    the release, and its directory in patches/
#   QEMU_INSTEAD                 the bases to take, in that order, where it cannot be
#                                had; none: that is an error
#   DEBIAN_SUITE, DEBIAN_SOURCE_VERSION, DEBIAN_FILES
#                                Debian's source package: the suite that has it,
#                                its version, SHA-256 and name of its files, the
#                                .dsc first
#   UPSTREAM_URL                 upstream's release tarball, for where Debian's
#                                package is not to be had
#   UPSTREAM_CONTENT_SHA256      what `content_hash` in qemu-source.sh gives for
#                                it. Debian's orig tarball is upstream's without
#                                some firmware and wheels and otherwise the same
#                                bytes, and content_hash leaves out the
#                                directories that these come from: so this was
#                                computed from the pinned orig tarball, and holds
#                                for upstream's too. Empty where it is not known
use_base() {
  case $1 in
  10.2)
    QEMU_INSTEAD=10.0
    QEMU_VERSION=10.2.2
    DEBIAN_SUITE=sid
    DEBIAN_SOURCE_VERSION=1:10.2.2+ds-1
    DEBIAN_FILES='
f1684b3aa5ec500c3389d346c6501dee45041ea91656c6556d4da9023b7987dd qemu_10.2.2+ds-1.dsc
be05230fe47a6937cd29f28f562932c8125f9c93c2a82c625198f7a4aa601dfb qemu_10.2.2+ds.orig.tar.xz
ddf75aceab4f8f77374f3cb34fc97b41514895aeb293ce8b2ddd5e072bb0f5c0 qemu_10.2.2+ds-1.debian.tar.xz
'
    UPSTREAM_CONTENT_SHA256=aa2e5757dd3dca6df9100f93431c66ee3f347f4db767799382762e8a981373b2 ;;
  10.0)         # Debian 13's
    QEMU_INSTEAD=10.2
    QEMU_VERSION=10.0.13
    DEBIAN_SUITE=trixie
    DEBIAN_SOURCE_VERSION=1:10.0.13+ds-0+deb13u1
    DEBIAN_FILES='
a426c892e5369058c3423816c8625bc8010bb5a58ece57261f62b64ee4d765ad qemu_10.0.13+ds-0+deb13u1.dsc
6a0888e806c2ffc0c5f0733e974f9aea55491950d3c47c98669c8b236dde59ae qemu_10.0.13+ds.orig.tar.xz
da73c092f5684c551b0334d675eb16a3dec91e1edea94759cfb1102fa4a0364e qemu_10.0.13+ds-0+deb13u1.debian.tar.xz
'
    UPSTREAM_CONTENT_SHA256=f35319f22b6fc8b09154d4c3fc5739823ea089e377b9076da64a34347b9181f1 ;;
  11)
    # sid's index lists it; at the time of writing its pool does not have the
    # files. The series is tested on 11.0.50 of May 2026, by QEMU_TREE.
    QEMU_INSTEAD=
    QEMU_VERSION=11.1.3
    DEBIAN_SUITE=sid
    DEBIAN_SOURCE_VERSION=1:11.1.3+ds-1
    DEBIAN_FILES='
f956bbe78adba4394e8dda4552bb32e9c4d3d66eb38d5f480981f84b887811b9 qemu_11.1.3+ds-1.dsc
502fe33503df3520b6a81176a94d77eef908eb252bacc675d7199f379ac26641 qemu_11.1.3+ds.orig.tar.xz
e8d0970234e4dbad7c2590c1538bfed0689aa7fdf6bfbe06bf5982aba71cc15e qemu_11.1.3+ds-1.debian.tar.xz
'
    UPSTREAM_CONTENT_SHA256= ;;
  *) return 1 ;;
  esac
  QEMU_SERIES=qemu-$1
  UPSTREAM_URL=https://download.qemu.org/qemu-$QEMU_VERSION.tar.xz
}

# base_of OUT: prints the base of the tree that qemu-source.sh made in OUT, or the
# one that it takes if there is none yet.
base_of() {
  cut -d ' ' -f 2 "$1/base" 2> /dev/null || echo "${QEMU_BASES%% *}"
}

# --- Packages of Debian 12 -------------------------------------------------
DEBIAN_RELEASE=bookworm
# The compiler with its sanitizers and libFuzzer (libclang-rt), and its tools;
# then what QEMU's configure and build need; then the harness's library and
# the tools of our own scripts and tests.
PACKAGES='
clang clang-14 libclang-rt-14-dev llvm llvm-14 lld
ninja-build pkg-config python3 python3-venv libglib2.0-dev libfdt-dev zlib1g-dev libgmp-dev
libjson-glib-dev afl++ ca-certificates ccache curl dpkg-dev gdb git groff-base patch perl
python3-jinja2 python3-tap python3-yaml shellcheck valgrind xz-utils
'
# QEMU needs meson >= 1.5: Debian 12 has it in its backports.
MESON_VERSION=1.5
MESON_SUITE=bookworm-backports

# Prints 'URI SUITE' for each of Debian's own archives in this machine's apt
# sources. Needs no package lists, as `apt-get indextargets` would.
debian_mirrors() {
  apt-get --print-uris update 2> /dev/null \
    | sed -nE "s#^'(\S*/debian(-security)?)/+dists/([^/ ]+)/(InRelease|Release)'.*#\1 \3#p" | sort -u
}

# private_apt DIR: sets `apt_options`, with which apt-get and apt-cache keep what they
# read in DIR, an absolute path, and have no sources but this machine's own mirrors of
# the release, and its backports: nobody else's can get in the way. Fails if there are none.
private_apt() {
  local mirrors main
  mirrors=$(debian_mirrors | grep " $DEBIAN_RELEASE") || return 1
  main=$(grep -m 1 " $DEBIAN_RELEASE\$" <<< "$mirrors") || return 1
  mkdir -p "$1/lists/partial" || return 1
  printf '%s\n' "$mirrors" "${main% *} $MESON_SUITE" | sort -u \
    | sed "s#.*#deb [signed-by=$DEBIAN_KEYRING] & main#" > "$1/sources.list" || return 1
  apt_options=(-q -oDir::Etc::sourcelist="$1/sources.list" -oDir::Etc::sourceparts=-
    -oDir::State::Lists="$1/lists" -oDir::Cache::pkgcache= -oDir::Cache::srcpkgcache=
    -oAPT::Sandbox::User=root -oAcquire::Retries=2)
}
