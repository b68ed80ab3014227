#!/bin/bash
# The files of GitHub's and GitLab's CI and of ClusterFuzzLite: do they parse, and is
# what they call there?
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
cd "$here/.."

for file in .github/workflows/*.yml .gitlab-ci.yml ci/clusterfuzzlite/*.y*ml ci/oss-fuzz/project.yaml; do
  why=$(/usr/bin/python3 -c 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))' "$file" 2>&1) && status=0 || status=$?
  report "$file parses" "$status" "$(tail -n 1 <<< "$why")"
  while read -r path; do
    report "$file: $path is there" "$([ -e "$path" ]; echo $?)"
  done < <(grep -oE '(ci|patches)/[a-z0-9./-]+\.(sh|py|yml|txt)|patches/[a-z0-9./-]+/series' "$file" | sort -u)
done
for dockerfile in ci/oss-fuzz/Dockerfile .clusterfuzzlite/Dockerfile; do
  while read -r path; do
    report "$dockerfile: $path is there" "$([ -x "$path" ]; echo $?)"
  done < <(grep -oE 'tlbdiff/ci/[a-z0-9./-]+\.sh' "$dockerfile" | sed 's/^tlbdiff.//' | sort -u)
done
exit "$failed"
