#!/bin/bash
# Installs the Debian 12 packages that tlbdiff needs and that are missing (the
# list is in versions.sh). Does nothing, without network, if none is.
#   setup.sh [PACKAGE...]      these as well
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/versions.sh
. "$here/versions.sh"

die() { echo "setup: $*" >&2; exit 1; }

# Prints the packages that are to be installed, as arguments for apt-get.
missing_packages() {
  local packages installed name meson
  mapfile -t packages < <(tr -s ' ' '\n' <<< "$PACKAGES $*" | grep .)
  # dpkg-query fails when it does not know one of them
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${packages[@]}" 2> /dev/null || true)
  for name in "${packages[@]}"; do
    grep -qxF "installed $name" <<< "$installed" || echo "$name"
  done
  meson=$(dpkg-query -W -f '${db:Status-Status} ${Version}' meson 2> /dev/null || true)
  if [ "${meson%% *}" != installed ] || dpkg --compare-versions "${meson#* }" lt "$MESON_VERSION"; then
    echo "meson/$MESON_SUITE"
  fi
}

# Installs with a private apt configuration, so that nothing of the system's
# changes but the packages.
install_packages() {
  local root=() opts
  if [ "$(id -u)" != 0 ]; then
    command -v sudo > /dev/null || die "not root and no sudo: run as root: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  tmp=$(mktemp -d)
  trap '"${root[@]}" rm -rf "$tmp"' EXIT
  private_apt "$tmp" \
    || die "no Debian mirror of $DEBIAN_RELEASE in this machine's apt sources: add one, or install these by hand: ${missing[*]}"
  opts=("${apt_options[@]}" -oDPkg::Lock::Timeout=300)
  root+=(env DEBIAN_FRONTEND=noninteractive)
  "${root[@]}" apt-get "${opts[@]}" --error-on=any update > "$tmp/log" 2>&1 \
    || die "apt-get update failed: $(grep -m 1 '^[EW]:' "$tmp/log"): check the network and this machine's apt sources"
  echo "setup: installing ${missing[*]}"
  "${root[@]}" apt-get "${opts[@]}" install -y --no-install-recommends "${missing[@]}" > "$tmp/log" 2>&1 \
    || die "apt-get install failed: $(grep -m 1 '^E:' "$tmp/log" || tail -n 1 "$tmp/log"): install these by hand: ${missing[*]}"
}

command -v apt-get > /dev/null || die "not Debian (no apt-get): install what PACKAGES in $here/versions.sh names by hand"
mapfile -t missing < <(missing_packages "$@")
[ "${#missing[@]}" = 0 ] || install_packages
