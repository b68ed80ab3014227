#!/bin/bash
# corpus.sh, with small corpora: what is kept, what goes, and that nothing is
# lost; and that the features of a scenario are its own.
#   test-corpus.sh BUILD
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"
# shellcheck source=ci/fuzz-lib.sh
. "$here/fuzz-lib.sh"

build=$(realpath "$1")
seeds=$(realpath "$here/../corpus/fuzz-iommu/seeds")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# A build directory of its own, for what is put into it.
mkdir build in
ln -s "$build/tlbdiff" "$build/fuzz-iommu" build/
export BUILD=$work/build CORPUS=$work/c TARGET=iommu

# corpus COMMAND...: what it prints is in output
corpus() { "$here/corpus.sh" "$@" > output 2>&1; }
names() { ls "${1:-c}"; }
own_names() { (cd "$1" && sha1sum -- * | awk '$2 != $1 ".tlb" { bad = 1 } END { exit bad }'); }

scenario() {
  local file=in/$1.tlb
  shift
  printf '%s\n' 'tlbdiff 1 iommu' 'setup pt=identity iommu=open dirty=all fill=page' "$@" > "$file"
}
load='load cpu=0 idx=0 va=0x4000 size=8 le'
store='store cpu=0 idx=0 va=0x4000 size=8 le val='
scenario one "$load" "${store}0x1" "$load"
scenario two "$load" "${store}0x2" "$load"
scenario reversed "${store}0x1" "$load" "${store}0x1"
cp in/one.tlb in/same.tlb
echo '# a remark' >> in/same.tlb
"$build/tlbdiff" encode in/one.tlb -o in/binary

# Two forms and a remark: still one scenario.
added() {
  corpus add in/*
  [ "$(names | wc -l)" = 3 ]
  own_names c
  cmp "c/$(sha1sum < in/one.tlb | cut -c 1-40).tlb" in/one.tlb
}
check 'add: canonical, by the SHA-1' added

# Values are no feature, the order of operations is one.
minimized() {
  corpus minimize
  [ "$(names | wc -l)" = 2 ]
  own_names c
  names > first
  corpus minimize
  names | cmp - first
}
check 'minimize: what has nothing of its own goes' minimized

merged() {
  corpus merge c in
  names | cmp - first
  corpus merge c "$seeds/c14-flush-page.tlb"
  [ "$(names | wc -l)" = 3 ]
  grep -q ' 3 scenarios, 1 of them new' output
  [ "$(names | grep -cxF -f first)" = 2 ]
}
check 'merge: what brings nothing is not taken' merged
merged_into_nothing() {
  corpus merge not-there c
  if grep -v '^/' output; then return 1; fi
  names not-there > there
  names c | cmp - there
}
check 'merge: into a directory that is not there' merged_into_nothing

counted() {
  corpus stats
  grep -q 'c: 3 scenarios, [0-9]* bytes, [0-9]* operations, [0-9]* features: [0-9]* edges, [0-9]* pairs' output
  grep -q '^load  *[1-9]' output
}
check 'stats' counted

# fuzz_into DIR RUNS [TARGET]: what libFuzzer keeps of so many runs, besides
# those of the seeds: binary files
fuzz_into() {
  local target=fuzz-${3:-iommu} runs
  mkdir "$1"
  runs=$(($(names "$seeds/../../$target/seeds" | wc -l) + $2))
  "$build/$target" "${fuzz_flags[@]}" -runs="$runs" -seed=1 "$1" "$seeds/../../$target/seeds" > log 2>&1
}

from_fuzzer() {
  fuzz_into new 200
  cp -r new d
  corpus minimize d
  own_names d
  [ "$(names d | wc -l)" -gt 10 ]
  [ "$(names d | wc -l)" -lt "$(names new | wc -l)" ]
}
check 'minimize: the corpus of a campaign' from_fuzzer

# features CONTROL DIR [TARGET]: lines "FILE features", of each file of DIR
features() {
  rm -rf out "$1"
  mkdir out
  "$build/fuzz-${3:-iommu}" -set_cover_merge=1 -merge_control_file="$1" "${fuzz_flags[@]}" out "$2" > log 2>&1
  awk 'FNR == 1 { n = $1 } FNR > 2 && FNR <= n + 2 { sub(".*/", ""); name[FNR - 3] = $0 }
       $1 == "FT" { $1 = name[$2]; $2 = ""; print }' "$1" | sort
}
# same_features DIR [TARGET]: alone among others, in either form: the harness
# leaves nothing behind.
same_features() {
  rm -rf some text
  mkdir some
  names "$1" | awk 'NR % 5 == 0' | sed "s|^|$1/|" | xargs cp -t some
  features control "$1" "${2:-}" > all.ft
  features control some "${2:-}" > some.ft
  [ "$(wc -l < some.ft)" -gt 20 ]
  join -v 2 -t '' all.ft some.ft > differ
  [ ! -s differ ]
  "$build/tlbdiff" show --into=text some > list
  features control text "${2:-}" | sed 's/^[^ ]*//' | sort > text.ft
  sed 's/^[^ ]*//' some.ft | sort | cmp - text.ft
}
check 'features are the same, whatever ran before' same_features new
for target in "${all_targets[@]#fuzz-}"; do
  [ "$target" != iommu ] || continue
  fuzz_into "new-$target" 450 "$target"
  check "... with $target" same_features "new-$target" "$target"
done

# Nothing is missing that any of them had.
nothing_lost() {
  features control new > before.ft
  features control d > after.ft
  cut -d ' ' -f 2- before.ft | tr -s ' ' '\n' | sort -u > before
  cut -d ' ' -f 2- after.ft | tr -s ' ' '\n' | sort -u | comm -23 before - > lost
  [ -s before ]
  [ ! -s lost ]
}
check 'minimize: all features are there' nothing_lost

# A fuzzer that says of the second run that a feature is missing.
cat > build/fuzz-tzmpc << END
#!/bin/bash
$build/fuzz-iommu "\$@" || exit
[ -e "$work/once" ] || { touch "$work/once"; exit; }
for arg; do
  case \$arg in -merge_control_file=*) sed -i '/^FT 0 /d; s/^\(FT [0-9]* [0-9]*\) .*/\1/' "\${arg#*=}" ;; esac
done
END
chmod +x build/fuzz-tzmpc
unstable() {
  local status=0
  cp -r d e
  names d > first
  error=$(TARGET=tzmpc "$here/corpus.sh" minimize e 2>&1) || status=$?
  [ "$status" = 2 ] && one_line "$error" && grep -q 'nothing was changed' <<< "$error" && names e | cmp - first
}
check 'what cannot be checked changes nothing' unstable

# What diverges is set aside: a fuzzer with a fault.
if [ -x "$build/fuzz-iommu-zoo" ]; then
  ln -sf "$build/fuzz-iommu-zoo" build/fuzz-iommu
  export TLBDIFF_ZOO=flag-ro
fi
set_aside() {
  local status=0 sha1
  cp "$seeds/c01-flag.tlb" c/
  sha1=$("$build/tlbdiff" show c/c01-flag.tlb | sha1sum | cut -c 1-40)
  corpus minimize || status=$?
  [ "$status" = 1 ] && own_names c && grep -q "^diverges, not kept: .*/found/fuzz-iommu/crash-$sha1" output \
    && [ "$(sha1sum < "build/found/fuzz-iommu/crash-$sha1" | cut -c 1-40)" = "$sha1" ] && [ ! -e "c/$sha1.tlb" ]
}
not_added() {
  local status=0
  names > first
  corpus add "$seeds/c01-flag.tlb" in/one.tlb || status=$?
  [ "$status" = 1 ] && one_line "$(cat output)" && grep -q "$seeds/c01-flag.tlb: diverges" output && names | cmp - first
}
if [ -v TLBDIFF_ZOO ]; then
  check 'minimize: what diverges is set aside' set_aside
  check 'add: what diverges is refused' not_added
  unset TLBDIFF_ZOO
fi

# Interrupted: nothing is changed, and nothing goes on.
cat > build/fuzz-tzmpc << END
#!/bin/bash
touch "$work/started"
exec sleep 60
END
interrupted() {
  local status=0 pid
  names d > first
  TARGET=tzmpc "$here/corpus.sh" minimize d > output 2>&1 &
  pid=$!
  while [ ! -e started ]; do sleep 0.1; done
  kill -TERM "$pid"
  wait "$pid" || status=$?
  [ "$status" = 2 ] && grep -q 'interrupted: nothing was changed' output && names d | cmp - first
}
check 'interrupted' interrupted

bad() { refused "$1" "$2" "$here/corpus.sh" "${@:3}"; }
bad 'no command' usage
bad 'no FROM' usage merge c
TARGET=none bad 'no such target' 'no such program' stats c
bad 'the seeds' 'kept by hand' minimize "$seeds"
bad 'a directory in the seeds, not there yet' 'kept by hand' merge "$seeds/not-there" c
bad 'no directory' 'no such directory' minimize none
mkdir empty notes
bad 'an empty directory' 'no scenarios in this directory' minimize empty
echo 'my notes' > notes/notes.txt
bad 'not a corpus' "is this a corpus. 'notes.txt'" minimize notes
printf 'tlbdiff 1 iommu\nlaod\n' > typo.tlb
bad 'a syntax error' 'typo.tlb:2:1' add typo.tlb
check 'it is as it was' cmp notes/notes.txt <(echo 'my notes')
check 'nothing is left behind' [ -z "$(find c d e -name '.*')" ]

exit "$failed"
