#!/bin/bash
# Makes sure that a QEMU source tree is there, and prints its absolute path.
#   qemu-source.sh OUT [DIR [BASE]]
# With DIR (or $QEMU_TREE) that tree is taken as it is, and OUT is bound to it for
# good: it is taken where neither is given later, and another one is refused.
# Otherwise the tree is OUT/src: the pinned release of BASE (of those in versions.sh,
# default: the first) with the patches of its series. If that release cannot be had,
# the base that versions.sh names in its place is taken, for as long as OUT is there
# and the same BASE is asked for; if it names none, that is an error. Where OUT is a
# symbolic link, to that of another build, it has to be for that BASE.
# Archives are kept in ${XDG_CACHE_HOME:-~/.cache}/tlbdiff.
#
# TLBDIFF_EXTRA_PATCHES  files to apply after the series, space-separated
# TLBDIFF_UPSTREAM_URL   where to get upstream's release tarball instead
# TLBDIFF_VERSIONS, TLBDIFF_PATCHES  stand-ins for versions.sh and patches/
#                        (used by test-source.sh)
#
# Of a tree without the subprojects that configure demands, as git has it, those of
# the pinned release are taken, if they are of the same revision: the tree is then
# OUT/links, a directory of links to DIR's files. DIR is never written to.
#
# OUT/tree: the tree that OUT is bound to, and its version. Of the others, beside
# OUT/src: OUT/base, the base that was asked for, and the one that it is;
# OUT/stamp, written last, says what OUT/src was made from; OUT/manifest lists the
# files put into it; OUT/base-* is the pristine base; OUT/tmp is there only during
# a run.
set -euo pipefail
export LC_ALL=C
exec 3>&1 1>&2          # stdout is for the path alone

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/versions.sh
. "${TLBDIFF_VERSIONS:-$here/versions.sh}"

say() { echo "qemu-source: $*"; }
die() { say "$*"; exit 1; }

# Prints the line that says why a command failed, given its output.
reason() { grep -m 1 -i 'no space left' <<< "$1" || tail -n 1 <<< "$1"; }

# run WHAT COMMAND...: runs it silently; if it fails, so do we, with the reason.
run() {
  local what=$1 output
  shift
  output=$("$@" 2>&1) || die "$what: $(reason "$output")"
}

# must COMMAND...: the same for what fails only when the disk is full or alike.
must() { run "$out: make room or correct this, and run again" "$@"; }

is_qemu_tree() {
  [ -f "$1/VERSION" ] && [ -f "$1/configure" ] && [ -f "$1/accel/tcg/cputlb.c" ]
}

# --- A tree that is given ----------------------------------------------------

# Binds OUT to the tree $1, or finds the one that it is bound to, and sets `tree`;
# fails if it is bound to none and none is given.
bind_tree() {
  local dir=$1 bound='' before='' version
  [ ! -f "$out/tree" ] || { read -r bound && read -r before; } < "$out/tree" || die "$out/tree: cannot be read: remove $out"
  if [ -n "$dir" ]; then
    is_qemu_tree "$dir" || die "$dir: not a QEMU source tree (no VERSION, configure and accel/tcg/cputlb.c): give the top directory of one"
    dir=$(realpath "$dir")
    [ -z "$bound" ] || [ "$dir" = "$bound" ] \
      || die "$out: belongs to a build that tests $bound: give $dir a build directory of its own, as BUILD=DIR"
    [ ! -f "$out/base" ] \
      || die "$out: belongs to a build that tests base $(base_of "$out"): give $dir a build directory of its own, as BUILD=DIR"
  elif [ -n "$bound" ]; then
    is_qemu_tree "$bound" || die "$bound: the tree that $out was set up for is gone: bring it back, or remove that build directory"
    say "testing $bound, as this build was set up to"
    dir=$bound
  else
    return 1
  fi
  [ -z "${TLBDIFF_EXTRA_PATCHES:-}" ] || die "$dir: is taken as it is: unset TLBDIFF_EXTRA_PATCHES, or give no tree"
  version=$(head -n 1 "$dir/VERSION")
  if [ "$version" != "$before" ]; then
    [ -z "$bound" ] || say "$dir: is QEMU $version now, and was $before when it was built last"
    must tee "$out/tree" <<< "$dir"$'\n'"$version"
  fi
  tree=$dir
}

# --- The patches -----------------------------------------------------------

# Sets `patches`: the files of the series, then the extra ones.
read_series() {
  local line i readable=()
  patches_dir=${TLBDIFF_PATCHES:-$here/../patches}/$QEMU_SERIES
  patches=()
  [ -f "$patches_dir/series" ] || die "$patches_dir/series: not found: it lists the patches, one a line"
  while read -r line || [ -n "$line" ]; do
    line=${line%%#*}
    line=${line%"${line##*[![:space:]]}"}
    [ -z "$line" ] || patches+=("$patches_dir/$line")
  done < "$patches_dir/series"
  # shellcheck disable=SC2206  # documented as separated by spaces
  patches+=(${TLBDIFF_EXTRA_PATCHES:-})
  [ "${#patches[@]}" = 0 ] || mapfile -t readable < <(grep -ls '^+++ ' "${patches[@]}")
  for i in "${!patches[@]}"; do
    [ "${readable[i]:-}" = "${patches[i]}" ] \
      || die "${patches[i]}: not a readable patch: correct $patches_dir/series or TLBDIFF_EXTRA_PATCHES"
  done
}

# Sets `stamp`: what OUT/src is to be made from.
set_stamp() {
  local sum made_from=$base_id
  while read -r sum _; do
    made_from+=$'\n'$sum
  done < <([ "${#patches[@]}" = 0 ] || sha256sum "${patches[@]}")
  stamp=$(sha256sum <<< "$made_from")
  stamp=${stamp%% *}
}

# In a directory that nobody uses yet, so that a half-applied patch harms nothing.
apply_patches() {
  local patch path output
  for patch in "${patches[@]}"; do
    path=$patch
    [[ $path == /* ]] || path=$PWD/$path
    output=$(patch -d "$1" -p1 -F0 -f -r - --no-backup-if-mismatch -i "$path" 2>&1) \
      || die "$patch: does not apply to QEMU $QEMU_VERSION: $(patch_reason "$output"): correct it, or take it out of the series"
  done
}
patch_reason() {
  awk '/^patching file/ { file = $3 ": " }
       /No space left|FAILED|malformed|find file/ { print file $0; found = 1; exit }
       END { if (!found) print }' <<< "$1"
}

# --- The base --------------------------------------------------------------

# take_base NAME: use_base, and sets `base_id`, a name for what it pins. The first
# number is to be raised when this script makes another tree of the same archives.
take_base() {
  use_base "$1"
  base_id=$(sha256sum <<< "1 $QEMU_VERSION $DEBIAN_FILES $UPSTREAM_CONTENT_SHA256")
  base_id=${base_id:0:16}
}

# manifest DIR: one line 'SHA-256  path' for each file below it, sorted. Further
# arguments are conditions of find(1).
manifest() {
  local dir=$1
  shift
  (cd "$dir" && {
    find . "$@" -type f -print0 | xargs -0 -r sha256sum && find . "$@" -type l -printf '%l  %p\n'
  } | sort)
}
# shellcheck disable=SC2317  # called by `must`
manifest_into() { manifest "$2" > "$1"; }       # FILE DIR

# A hash over all files but firmware and Python wheels: the directories that
# Debian removes files from. Of those only the meson.build files, which are
# executed, count.
content_hash() {
  manifest "$1" -not -path './roms/*' -not -path './python/wheels/*' \
    -not -path './subprojects/packagecache/*' -not -path './subprojects/packagefiles/*' \
    '(' -not -path './pc-bios/*' -o -name meson.build ')' | sha256sum | cut -c 1-64
}

# What was tried to get the base, and why it failed: for the one error at the end.
tried=
note() { tried+="; $*"; }

# wrong_file DIR: prints the first of DEBIAN_FILES that is not what is pinned in DIR;
# false if none is.
wrong_file() {
  local sum name sums='' output
  while read -r sum name; do
    [ -z "$name" ] || sums+="$sum  $1/$name"$'\n'
  done <<< "$DEBIAN_FILES"
  output=$(sha256sum -c <<< "${sums%$'\n'}" 2> /dev/null) && return 1
  name=$(sed -n '/: OK$/!{s/: FAILED.*//p;q}' <<< "$output")
  echo "${name##*/}"
}

debian_is_cached() {
  local name
  name=$(wrong_file "$cache") || return 0
  if [ -f "$cache/$name" ]; then
    say "$cache/$name: wrong SHA-256: removed, to be fetched again"
    rm -f "$cache/$name"
  fi
  return 1
}

# For an error: what the suite has, if not the pinned version, and what to do.
other_version() {
  local version
  version=$(apt-get "${opts[@]}" source --print-uris "$DEBIAN_SOURCE" 2> /dev/null \
    | sed -n "s/^.* ${DEBIAN_SOURCE}_\([^ ]*\)\.dsc .*/\1/p" | tail -n 1)
  [ -z "$version" ] || [ "$version" = "${DEBIAN_SOURCE_VERSION#*:}" ] \
    || echo " ($DEBIAN_SUITE has $version now: put it into use_base of $here/versions.sh)"
}

fetch_debian() {
  local tmp=$out/tmp/fetch mirror opts output name files=()
  local what="Debian's $DEBIAN_SOURCE $DEBIAN_SOURCE_VERSION"
  for name in apt-get dpkg-source; do
    command -v "$name" > /dev/null || { note "$what: no $name on this machine"; return 1; }
  done
  # The machine's own mirror, and a private configuration: nothing of the
  # system's apt is changed, and no root is needed. A mirror's list of packages
  # may be old: the files are pinned.
  mirror=$(debian_mirrors | grep -o -m 1 '^[^ ]*debian') \
    || { note "$what: no Debian mirror in this machine's apt sources"; return 1; }
  must mkdir -p "$tmp/lists/partial" "$tmp/apt/archives/partial"
  must tee "$tmp/sources.list" <<< "deb-src [signed-by=$DEBIAN_KEYRING] $mirror $DEBIAN_SUITE main"
  opts=(-q -oDir::Etc::sourcelist="$tmp/sources.list" -oDir::Etc::sourceparts=-
    -oDir::State::Lists="$tmp/lists" -oDir::Cache="$tmp/apt" -oAPT::Sandbox::User=root
    -oAcquire::Check-Valid-Until=false -oAcquire::Retries=2 -oAcquire::http::Timeout=60 -oAcquire::https::Timeout=60)
  say "fetching $what"
  output=$(cd "$tmp" && { apt-get "${opts[@]}" --error-on=any update \
    && apt-get "${opts[@]}" source --download-only "$DEBIAN_SOURCE=$DEBIAN_SOURCE_VERSION"; } 2>&1) \
    || { note "$what: $(grep -m 1 '^[EW]:' <<< "$output" || tail -n 1 <<< "$output")$(other_version)"; return 1; }
  ! name=$(wrong_file "$tmp") || { note "$what: $name: wrong SHA-256"; return 1; }
  while read -r _ name; do
    [ -z "$name" ] || files+=("$tmp/$name")
  done <<< "$DEBIAN_FILES"
  run "$cache: make room or correct this, and run again" mv -f "${files[@]}" "$cache/"
}

# Debian's tarball configures only with Debian's own patches.
extract_debian() {
  run "$cache: cannot unpack Debian's source package" \
    dpkg-source --no-check -x "$cache/$(awk '/\.dsc$/ { print $2 }' <<< "$DEBIAN_FILES")" "$1"
  must rm -rf "$1"/{.pc,debian,roms}      # roms: firmware's sources, two thirds of the files
}

fetch_upstream() {
  local output
  [ -n "$UPSTREAM_CONTENT_SHA256" ] || { note "$upstream_url: no checksum of it is known"; return 1; }
  command -v curl > /dev/null || { note "$upstream_url: no curl on this machine"; return 1; }
  say "fetching $upstream_url"
  output=$(curl -fsSL --retry 2 --connect-timeout 30 --speed-limit 1000 --speed-time 60 \
    -o "$1" "$upstream_url" 2>&1) || { note "$upstream_url: $(reason "$output")"; return 1; }
}

# What the pinned hash does not cover and QEMU's build could execute is removed:
# the wheels. One of them, pycotap, is demanded though only QEMU's functional
# tests use it: that demand goes too.
extract_upstream() {
  local tarball=$1 dir=$2 output
  must rm -rf "$dir"
  must mkdir "$dir"
  output=$(tar -x -f "$tarball" -C "$dir" --strip-components=1 --exclude='*/roms/*' 2>&1) \
    || { note "$tarball: cannot be unpacked: $(reason "$output")"; return 1; }
  [ "$(content_hash "$dir")" = "$UPSTREAM_CONTENT_SHA256" ] \
    || { note "$tarball: is not QEMU $QEMU_VERSION: wrong SHA-256 of its content"; return 1; }
  must rm -rf "$dir"/{roms,python/wheels,subprojects/packagecache,subprojects/packagefiles}
  must sed -i 's/^pycotap *=/#&/' "$dir/pythondeps.toml"
}

# Puts the pristine base into directory $1.
make_base() {
  local upstream_url=${TLBDIFF_UPSTREAM_URL:-$UPSTREAM_URL}
  local tarball=$cache/${upstream_url##*/} fetched=$out/tmp/upstream.tar
  if debian_is_cached; then
    extract_debian "$1"
  elif [ -f "$tarball" ] && extract_upstream "$tarball" "$1"; then
    return
  elif fetch_debian; then
    extract_debian "$1"
  elif fetch_upstream "$fetched" && extract_upstream "$fetched" "$1"; then
    run "$cache: make room or correct this, and run again" mv -f "$fetched" "$tarball"
  else
    return 1
  fi
}

# --- The subprojects of a tree that is given ----------------------------------

lacks_subprojects() {
  [ -f "$1/subprojects/keycodemapdb.wrap" ] && [ ! -f "$1/subprojects/keycodemapdb/README" ]
}

# fitting BASE: the subprojects of BASE that $tree lacks and has the same .wrap of
fitting() {
  local wrap name
  for wrap in "$tree"/subprojects/*.wrap; do
    name=$(basename "$wrap" .wrap)
    if [ ! -e "$tree/subprojects/$name" ] && [ -d "$1/subprojects/$name" ] && cmp -s "$wrap" "$1/subprojects/$name.wrap"; then
      echo "$name"
    fi
  done
}

# Puts those of a release into directory $1; else says in `tried` why not.
find_subprojects() {
  local release name names base why=
  for release in $QEMU_BASES; do
    take_base "$release"
    have_base || { why=$tried; continue; }
    base=$out/base-$base_id
    names=$(fitting "$base")
    if [[ $'\n'$names$'\n' == *$'\n'keycodemapdb$'\n'* ]]; then
      for name in $names; do must cp -a "$base/subprojects/$name" "$1/"; done
      must rm -rf "$base"
      return
    fi
    why="those of QEMU $QEMU_VERSION are of another revision"
  done
  tried=$why
  return 1
}

# Links to all of $tree's files into directory $1, but to no .git: what git says
# of that would be said of $1. The directories above the lists of devices are there
# themselves: QEMU's build leaves them by "..", and comes out elsewhere in a link.
link_tree() {
  local entry name dir
  local dirs='subprojects configs configs/devices configs/devices/riscv64-softmmu'
  for dir in . $dirs; do
    must mkdir -p "$1/$dir"
    for entry in "$tree/$dir"/* "$tree/$dir"/.[!.]*; do
      [ -e "$entry" ] || continue
      name=${entry#"$tree"/}
      name=${name#./}
      case " .git $dirs " in
      *" $name "*) ;;
      *) [ -e "$1/$name" ] || must ln -sfn "$tree/$name" "$1/$name" ;;
      esac
    done
  done
}

# Makes `tree` one that configures.
complete_tree() {
  local links=$out/links
  if [ ! -d "$links" ]; then
    lacks_subprojects "$tree" || return 0
    [ ! -e "$out/tmp" ] || must rm -rf "$out/tmp"
    trap 'rm -rf "$out/tmp"' EXIT
    must mkdir -p "$out/tmp/links/subprojects"
    find_subprojects "$out/tmp/links/subprojects" \
      || die "$tree: has no subprojects ($tried): run 'meson subprojects download keycodemapdb berkeley-softfloat-3 berkeley-testfloat-3' in it"
    must mv "$out/tmp/links" "$links"
    rm -rf "$out/tmp"
    trap - EXIT
  fi
  link_tree "$links"
  tree=$links
}

# --- The tree --------------------------------------------------------------

# Prints the paths of a manifest.
paths() { cut -d ' ' -f 3- | sort -u; }

# Makes OUT/src equal to $1, touching only files whose content differs, so that
# ninja compiles only those.
update_src() {
  local new=$1 src=$out/src tmp=$out/tmp path
  must manifest_into "$tmp/now" "$src"
  must touch "$out/manifest"
  comm -13 "$out/manifest" "$tmp/now" | paths > "$tmp/edited"
  # If this is interrupted, the next run must know the files of both.
  must sort -u -o "$tmp/both" "$out/manifest" "$tmp/new"
  must cp "$tmp/both" "$tmp/manifest"
  must mv -f "$tmp/manifest" "$out/manifest"

  comm -23 "$tmp/new" "$tmp/now" | paths | while read -r path; do
    if [ -f "$src/$path" ] && grep -qxF -e "$path" "$tmp/edited"; then
      must mkdir -p "$out/edits/${path%/*}"
      must cp "$src/$path" "$out/edits/$path"
      say "$src/${path#./}: your edit is replaced, and kept as $out/edits/${path#./}"
    fi
    must mkdir -p "$src/${path%/*}"
    # By rename, so that no compiler sees half a file.
    must cp -P --preserve=mode "$new/$path" "$tmp/file"
    must mv -f "$tmp/file" "$src/$path"
  done
  # What an earlier run put here, and is no longer wanted.
  comm -13 <(paths < "$tmp/new") <(paths < "$tmp/both") | while read -r path; do
    must rm -f "$src/$path"
  done
}

# Is OUT/src what the series makes of the base?
is_current() {
  local made_of=
  [ ! -f "$out/stamp" ] || read -r made_of < "$out/stamp"
  [ "$made_of" = "$stamp" ] && is_qemu_tree "$out/src"
}

# Makes sure that OUT/base-* is there; else says in `tried` why not.
have_base() {
  local base=$out/base-$base_id others=$tried
  [ ! -d "$base" ] || return 0
  must mkdir -p "$out/tmp"
  tried=
  if make_base "$out/tmp/base"; then
    must rm -rf "$out"/base-*
    must mv "$out/tmp/base" "$base"
    tried=$others
    return
  fi
  tried="$others${others:+; }no source of QEMU $QEMU_VERSION: nothing in $cache$tried"
  return 1
}

# Chooses the base where $1 is asked for: the one that was taken for it last time,
# or it itself, or one in its place.
choose_base() {
  local asked=$1 name seen=' ' before=() last=
  use_base "$asked" || die "$asked: no such base: use one of: $QEMU_BASES"
  [ ! -f "$out/base" ] || read -r -a before < "$out/base"
  [ "${before[0]:-}" != "$asked" ] || last=${before[1]:-}
  for name in $last $asked $QEMU_INSTEAD; do
    [[ $seen != *" $name "* ]] || continue
    seen+="$name "
    take_base "$name"
    [ -z "$tried" ] || [ -f "${TLBDIFF_PATCHES:-$here/../patches}/$QEMU_SERIES/series" ] || continue
    read_series
    set_stamp
    is_current || have_base || continue
    [ -z "$tried" ] || say "$tried: taking base $name, QEMU $QEMU_VERSION, instead"
    [ "${before[*]}" = "$asked $name" ] || must tee "$out/base" <<< "$asked $name"
    return
  done
  die "$tried: connect to a network, or give a patched tree with -Dqemu=DIR or QEMU_TREE=DIR"
}

# Makes OUT/src anew from OUT/base-*.
make_src() {
  local base=$out/base-$base_id new=$out/tmp/src
  must mkdir -p "$out/tmp"
  # Files of an update may be links to the base's: patch(1) replaces whole files.
  # A new OUT/src is people's to edit: so it gets files of its own.
  if [ -d "$out/src" ]; then must cp -al "$base" "$new"; else must cp -a "$base" "$new"; fi
  apply_patches "$new"
  is_qemu_tree "$new" || die "$patches_dir/series: these patches leave no QEMU source tree: correct them"

  must manifest_into "$out/tmp/new" "$new"
  must rm -f "$out/stamp"
  if [ -d "$out/src" ]; then
    update_src "$new"
  else
    # Newer than any object that an earlier tree left behind.
    must find "$new" -type f -exec touch '{}' +
    must mv "$new" "$out/src"
  fi
  must mv -f "$out/tmp/new" "$out/manifest"
  must tee "$out/tmp/stamp" <<< "$stamp"
  must mv "$out/tmp/stamp" "$out/stamp"
}

make_tree() {
  [ ! -e "$out/tmp" ] || must rm -rf "$out/tmp"         # of a run that was killed
  trap 'rm -rf "$out/tmp"' EXIT
  choose_base "$1"
  is_current || make_src
  [ ! -e "$out/tmp" ] || rm -rf "$out/tmp"
  trap - EXIT
}

main() {
  local dir=${2:-${QEMU_TREE:-}} base tree
  (( $# >= 1 && $# <= 3 )) || die "usage: qemu-source.sh OUT [DIR [BASE]]"
  [ -z "${QEMU_TREE:-}" ] || [ "$dir" -ef "$QEMU_TREE" ] \
    || die "QEMU_TREE=$QEMU_TREE: this build tests $dir: unset it, or give it a build directory of its own, as BUILD=DIR"
  [ -d "$1" ] || run "$1: cannot make this directory" mkdir -p "$1"
  out=$(realpath "$1")
  cache=${XDG_CACHE_HOME:-${HOME:-$out}/.cache}/tlbdiff
  [ -d "$cache" ] || run "$cache: cannot make this directory: set XDG_CACHE_HOME" mkdir -p "$cache"
  exec 9> "$out/lock"
  flock 9               # two builds at once must not write the same tree
  if bind_tree "$dir"; then
    complete_tree
    echo "$tree" >&3
    return
  fi
  base=${3:-${QEMU_BASES%% *}}
  if [ -L "$1" ] && [ "$(cut -d ' ' -f 1 "$out/base" 2> /dev/null)" != "$base" ]; then
    die "$1: is that of another build, which does not test base $base: give this one a QEMU of its own"
  fi
  make_tree "$base"
  echo "$out/src" >&3
}

main "$@"; exit         # bash reads no further, should this file be edited meanwhile
