#!/bin/bash
# Prints in one line what a QEMU tree is: its version, and of a tree of git's its
# commit, and whether it has changes on top.
#   qemu-version.sh DIR
set -euo pipefail
version=$(head -n 1 "$1/VERSION")
# What git says of the directory itself, not of one that it happens to lie in.
# Without a lock: git would write what it finds out into the tree.
if [ -e "$1/.git" ] && commit=$(GIT_OPTIONAL_LOCKS=0 git -C "$1" describe --always --dirty --tags 2> /dev/null); then
  echo "$version, commit $commit"
else
  echo "$version"
fi
