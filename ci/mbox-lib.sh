# shellcheck shell=bash
# A series as it comes by mail, as commits of a git tree. For series.sh, which
# sources this after series-lib.sh.
# shellcheck disable=SC2034,SC2154  # set for it, and by it

# A git command whose commits are the same every time, so that what is known of them
# is found again.
git_fixed() {
  GIT_AUTHOR_DATE='@0 +0000' GIT_COMMITTER_DATE='@0 +0000' git -c user.name=tlbdiff -c user.email=tlbdiff@localhost -c commit.gpgSign=false -c core.hooksPath=/dev/null "$@"
}

# release_tree NAME: makes a git tree of the pristine release that base NAME pins,
# in one commit, and sets `tree`; fails if it cannot be had.
release_tree() {
  local made=$work/base/$1
  tree=$made/git
  [ ! -d "$tree" ] || return 0
  progress "getting QEMU of base $1"
  mkdir -p "$made"
  "$here/qemu-source.sh" "$made" '' "$1" > /dev/null 2> "$work/log" || return 1
  [ "$(cat "$made/base")" = "$1 $1" ] || return 1        # another one in its place
  rm -rf "$tree.new"
  mv "$made"/base-* "$tree.new"
  rm -rf "$made/src"
  git -C "$tree.new" init -q
  git -C "$tree.new" add -A -f
  git_fixed -C "$tree.new" commit -q -m "QEMU $(cat "$tree.new/VERSION")"
  mv "$tree.new" "$tree"
}

# apply_to TREE: makes `qemu` a git tree of ours that has all of `patches` on top of
# TREE's HEAD; else says in `why` what does not apply.
apply_to() {
  local objects i
  qemu=$work/mbox
  objects=$(realpath "$(git -C "$1" rev-parse --absolute-git-dir)/objects")
  git init -q "$qemu" || die "$qemu: cannot make a git tree"
  # (nothing of an earlier run goes: what is built is a clone of this)
  grep -qsxF "$objects" "$qemu/.git/objects/info/alternates" || echo "$objects" >> "$qemu/.git/objects/info/alternates"
  git -C "$qemu" am -q --abort > /dev/null 2>&1 || true
  git -C "$qemu" checkout -q --force --detach "$(git -C "$1" rev-parse HEAD)" 2> "$work/log" || die "$qemu: $(tail -n 1 "$work/log")"
  for i in "${!patches[@]}"; do
    git_fixed -C "$qemu" am -q --committer-date-is-author-date "${patches[i]}" > "$work/log" 2>&1 && continue
    why="patch $((i + 1)) of ${#patches[@]}: $(sed -n 's/^error: \(patch failed: \)\?//p' "$work/log" | head -n 1)"
    return 1
  done
}

# read_mbox FILE BASE...: sets `qemu`, a git tree with the patches of FILE on the
# first of the BASEs that all of them apply to, `tree`, where that base is from, and
# `range`, their commits. A BASE is a git tree, or the name of one of QEMU_BASES.
read_mbox() {
  local file=$1 base tried='' why words patches
  shift
  rm -rf "$work/mails"
  mkdir "$work/mails"
  words=$("$here/mbox.py" "$file" "$work/mails") || exit 2
  patches=("$work"/mails/*)
  for base; do
    if [ -e "$base" ]; then
      tree=$(realpath "$base")
      git -C "$tree" rev-parse -q --verify HEAD > /dev/null 2>&1 || die "$base: not a git tree with commits"
    elif [[ " $QEMU_BASES " != *" $base "* ]]; then
      die "--base $base: no such directory, and none of the bases: $QEMU_BASES"
    elif ! release_tree "$base"; then
      tried+="${tried:+; }$base cannot be had"
      continue
    fi
    progress "applying ${#patches[@]} patches to $base"
    if apply_to "$tree"; then
      range=$(git -C "$tree" rev-parse HEAD)..
      progress ''
      echo "$words, applied to $base: QEMU $(cat "$qemu/VERSION")"
      return
    fi
    tried+="${tried:+; }$base: $why"
  done
  die "$file: does not apply ($tried): give the git tree that it was made for, as --base DIR"
}
