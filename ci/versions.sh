# shellcheck shell=bash disable=SC2034  # sourced: the scripts beside it use these
# Every version, checksum and package name that the scripts in ci/ rely on, and
# where this machine gets Debian's packages from.

# --- The pinned base: QEMU 10.2.2 ------------------------------------------
QEMU_VERSION=10.2.2
# The series for that base, in patches/.
QEMU_SERIES=qemu-10.2

# Debian's source package; the suite that has it; the keyring that signs it.
DEBIAN_SOURCE=qemu
DEBIAN_SOURCE_VERSION=1:10.2.2+ds-1
DEBIAN_SUITE=sid
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
# SHA-256 and name of its files, the .dsc first.
DEBIAN_FILES='
f1684b3aa5ec500c3389d346c6501dee45041ea91656c6556d4da9023b7987dd qemu_10.2.2+ds-1.dsc
be05230fe47a6937cd29f28f562932c8125f9c93c2a82c625198f7a4aa601dfb qemu_10.2.2+ds.orig.tar.xz
ddf75aceab4f8f77374f3cb34fc97b41514895aeb293ce8b2ddd5e072bb0f5c0 qemu_10.2.2+ds-1.debian.tar.xz
'

# Upstream's release tarball, for where Debian's package is not to be had.
UPSTREAM_URL=https://download.qemu.org/qemu-10.2.2.tar.xz
# What `content_hash` in qemu-source.sh gives for it. Debian's orig tarball is
# upstream's without some firmware and wheels and otherwise the same bytes, and
# content_hash leaves out the directories that these come from: so this was
# computed from the pinned orig tarball, and holds for upstream's too.
UPSTREAM_CONTENT_SHA256=aa2e5757dd3dca6df9100f93431c66ee3f347f4db767799382762e8a981373b2

# --- Packages of Debian 12 -------------------------------------------------
DEBIAN_RELEASE=bookworm
# The compiler with its sanitizers and libFuzzer (libclang-rt), and its tools;
# then what QEMU's configure and build need; then the harness's library and
# the tools of our own scripts.
PACKAGES='
clang clang-14 libclang-rt-14-dev llvm llvm-14 lld
ninja-build pkg-config python3 python3-venv libglib2.0-dev libfdt-dev zlib1g-dev libgmp-dev
libjson-glib-dev ca-certificates ccache curl dpkg-dev git patch perl shellcheck xz-utils
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
