#!/bin/bash -eu
# In the image in which OSS-Fuzz or ClusterFuzzLite builds: fetches all that
# build.sh needs, which has no network. Beside $SRC/tlbdiff.
set -o pipefail
apt-get update
apt-get install -y --no-install-recommends libfdt-dev libglib2.0-dev libjson-glib-dev \
  libpcre2-dev ninja-build patch pkg-config python3 python3-pip python3-venv xz-utils zlib1g-dev
# QEMU needs meson >= 1.5, which that distribution has not.
pip3 install --break-system-packages 'meson>=1.5'
"$SRC/tlbdiff/ci/qemu-source.sh" "$SRC/qemu"
