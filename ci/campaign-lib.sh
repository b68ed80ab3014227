# shellcheck shell=bash
# shellcheck disable=SC2154  # found, tool, seen: the scripts that source it set these
# What campaigns find, for the scripts that run them. Sourced.
#
# They keep it in the directory $found, of one target: of each signature a scenario,
# SIGNATURE.tlb, whose comment has it. While it is there, the signature is set aside
# (TLBDIFF_SET_ASIDE); what does not show any more goes to $found/mended. $tool is
# tlbdiff, and $seen the file that says how often each signature was seen.

plural() { [ "$1" = 1 ] || echo s; }

# The scenarios that are kept.
kept() { find "$found" -maxdepth 1 -name '*.tlb' | sort; }

# Looks again at what was kept before, and says of each whether it still shows.
look_again() {
  local state signature file files=() status=0
  mapfile -t files < <(kept)
  [ "${#files[@]}" != 0 ] || return 0
  "$tool" findings --brief "${files[@]}" > "$seen.before" || status=$?
  [ "$status" != 2 ] || return 2
  echo "kept from before: ${#files[@]} signature$(plural "${#files[@]}")"
  while read -r state signature file; do
    case $state in
    shows) echo "  still there: $signature" ;;
    *)
      mkdir -p "$found/mended"
      mv "$file" "$found/mended/"
      echo "  $state: $signature: $found/mended/${file##*/}" ;;
    esac
  done < "$seen.before"
  rm "$seen.before"
}

# count_seen LOG: adds to $seen how often signatures were seen in a run
count_seen() {
  awk '/^stat::set_aside: / { n[$3] = $2 } END { for (i in n) print n[i], i }' "$1" | sort -k 2 >> "$seen"
}

# keep_crash FILE: keeps the scenario that ended a process, under its signature,
# which it prints. Prints nothing if FILE does not show it alone.
keep_crash() {
  local work signature name
  work=$(mktemp -d)
  "$tool" triage -o "$work" "$1" > "$work/log" 2>&1 || true
  for name in "$work"/*.tlb; do
    [ -e "$name" ] || continue
    signature=$(sed -n 's/^# signature: //p' "$name" | head -n 1)
    [ -e "$found/${name##*/}" ] || cp "$name" "$found/"
    echo "$signature"
  done
  rm -rf "$work"
}

# Makes those small that are as they were found.
shorten() {
  local file
  while read -r file; do
    ! grep -q '^# minimized from' "$file" || continue
    "$tool" minimize "$file" -o "$file" || true
  done < <(kept)
}

# The table of what is kept, in $seen.table.
print_table() {
  local files=() status=0
  mapfile -t files < <(kept)
  if [ "${#files[@]}" = 0 ]; then
    : > "$seen.table"
    return 0
  fi
  "$tool" findings --seen "$seen" "${files[@]}" > "$seen.table" || status=$?
  cat "$seen.table"
  [ "$status" != 2 ] || return 2
}
