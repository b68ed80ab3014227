#!/bin/bash
# The tool, as a user meets it: exit status, bad input, the two forms.
#   test-cli.sh BUILD
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

tool=$(realpath "$1")/tlbdiff
corpus=$(realpath "$here/../corpus/fuzz-iommu")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# bad NAME PATTERN ARG...: the tool must refuse with status 2 and one line
bad() {
  local name=$1 pattern=$2 status=0 err
  shift 2
  err=$("$tool" "$@" 2>&1 > out) || status=$?
  [ "$status" = 2 ] || { report "$name" 1 "exit status $status"; return; }
  [ ! -s out ] || { report "$name" 1 "it wrote to standard output"; return; }
  one_line "$err" || { report "$name" 1 "not one line: $err"; return; }
  grep -q -e "$pattern" <<< "$err" || { report "$name" 1 "$err"; return; }
  report "$name" 0
}

line() { printf 'tlbdiff 1 iommu\n%s\n' "$1" > "$2"; }

line 'laod cpu=0' typo.tlb
line 'load cpu=0 idx=0 va=0x4008 size=3 le' size.tlb
line 'load cpu=0 idx=0 va=0x8004008 size=8 le' va.tlb
line 'load cpu=0 idx=0 va=0x4008 size=8 le  # fine' good.tlb
line 'store cpu=0 idx=0 va=0x8 size=1 le val=0x1ff' fit.tlb
printf 'tlbdiff 2 iommu\n' > version.tlb
printf 'tlbdiff 1 iommu\n\0' > nul.tlb
head -c 5000 /dev/zero > large
mkdir empty
printf '#!/bin/sh\necho "fault C3 a mistake; an effect"\n' > zoo
printf '#!/bin/sh\necho Hello\n' > nonsense
chmod +x zoo nonsense

bad 'no command' 'no command'
bad 'unknown command' "unknown command 'frobnicate'" frobnicate
bad 'unknown option' 'Unknown option --frobnicate' replay --frobnicate good.tlb
bad 'no file' 'needs a file' replay
bad 'no file to measure' 'bench: needs a file' bench
bad 'a report on nothing' 'report: needs --coverage' report good.tlb
bad 'no number of seconds' 'bench: .*seconds' bench --seconds=soon good.tlb
bad 'no time to measure' 'bench: --seconds: expected at least 1' bench --seconds=0 good.tlb
bad 'less than no tolerance' 'bench: --tolerance: expected at least 0' bench --tolerance=-1 good.tlb
bad 'no seeds for the zoo' 'zoo: needs a directory' zoo
bad 'a file for the zoo' 'good.tlb: expected a directory' zoo --target=./zoo good.tlb
bad 'no seeds in the directory' 'empty: no scenarios' zoo --target=./zoo empty
bad 'no time for the zoo' 'zoo: --seconds: expected at least 1' zoo --seconds=0 empty
bad 'no runs of the zoo' 'zoo: --runs: expected at least 1' zoo --runs=0 empty
bad 'too many runs of the zoo' 'zoo: --runs: expected at most' zoo --runs=1000000 empty
bad 'less than no jobs' 'zoo: --jobs: expected at least 0' zoo --jobs=-1 empty
bad 'no such fault' 'zoo: --only=yes: no such fault' zoo --target=./zoo --only=yes empty
bad 'no such zoo' 'none-zoo: there is no such program; ci/build.sh' zoo --target=none-zoo empty
bad 'a zoo without faults' '/bin/true: .*no faults' zoo --target=/bin/true empty
bad 'a zoo that lists nonsense' "expected a name.*found 'Hello'" zoo --target=./nonsense empty
bad 'no place for results' 'no/such/dir' zoo --target=./zoo --state=no/such/dir/state "$corpus/seeds"
bad 'nothing to minimize' 'minimize: needs a file' minimize
bad 'no time to minimize' 'minimize: --timeout: expected at least 1' minimize --timeout=0 good.tlb
bad 'minimize a typo' 'typo.tlb:2:1' minimize typo.tlb
bad 'no place for what is minimized' 'good.tlb/dir: cannot make' minimize -o good.tlb/dir good.tlb nul.tlb
bad 'nothing to triage' 'triage: needs a file' triage
bad 'no time to triage' 'triage: --timeout: expected at least 1' triage --timeout=0 good.tlb
bad 'a typo among many' 'typo.tlb:2:1' triage good.tlb typo.tlb
bad 'no place for groups' 'good.tlb/dir: cannot make' triage -o good.tlb/dir good.tlb
bad 'nothing is known' 'empty: no scenarios' triage --known=empty good.tlb
bad 'no such engine' "expected model, qemu or dma, found 'tcg'" replay --engine=tcg good.tlb
bad 'a typo for one engine' 'typo.tlb:2:1' replay --engine=model typo.tlb
bad 'no such stop' 'replay: --stop-at: expected at least 1' replay --stop-at=-1 good.tlb
bad 'two files to show' 'needs one file' show good.tlb good.tlb
bad 'missing file' 'none.tlb: No such file' replay none.tlb
bad 'a directory to show' 'empty: no scenarios' show empty
bad 'no such target to show' "show: --target: there is no target 'iomm'" show --target=iomm good.tlb
bad 'nowhere to show into' 'show: good.tlb/x: cannot make this directory' show --into=good.tlb/x good.tlb
bad 'empty directory' 'no scenarios' replay empty
bad 'syntax error' 'typo.tlb:2:1: expected .*load.*found .laod' replay typo.tlb
bad 'wrong word' 'size.tlb:2:33: expected 1|2|4|8' show size.tlb
bad 'out of range' 'va.tlb:2:21: expected a number for va' encode va.tlb
bad 'fields that do not fit' 'fit.tlb:2:36: expected a val that fits' show fit.tlb
bad 'wrong version' 'version.tlb:1:1: expected tlbdiff 1 iommu' show version.tlb
bad 'a zero byte' 'nul.tlb: not text' show nul.tlb
bad 'oversized' 'large: too large' replay large
bad 'unwritable output' 'dir/out' encode good.tlb -o no/such/dir/out

# The scripts that people start, before they do anything.
fuzz_usage() {
  local status=0 err
  err=$("$here/fuzz.sh" "$@" 2>&1) || status=$?
  [ "$status" = 2 ] && [ "$err" = 'fuzz: usage: fuzz.sh [SECONDS]' ]
}
check 'fuzz.sh: no number' fuzz_usage soon
check 'fuzz.sh: no time' fuzz_usage 0
check 'fuzz.sh: too many arguments' fuzz_usage 60 60
bench_usage() {
  local status=0 err
  err=$("$here/bench.sh" "$@" 2>&1) || status=$?
  [ "$status" = 2 ] && [ "$err" = 'bench: usage: bench.sh [--record] [SECONDS]' ]
}
check 'bench.sh: no number' bench_usage soon
check 'bench.sh: too many arguments' bench_usage --record 60 60

# A full disk: /dev/full is one.
full_disk() {
  local status=0 err
  err=$("$tool" show good.tlb 2>&1 > /dev/full) || status=$?
  [ "$status" = 2 ] && one_line "$err" && grep -q 'No space left' <<< "$err"
}
check 'full disk' full_disk

# text -> binary -> text -> binary
round_trip() {
  "$tool" encode "$1" -o a.bin && "$tool" show a.bin > a.tlb \
    && "$tool" encode a.tlb > b.bin && cmp a.bin b.bin \
    && [ "$(grep -vc '^#' "$1")" = "$(wc -l < a.tlb)" ]
}
for file in "$corpus"/{seeds,regressions}/*.tlb; do
  check "round trip $(basename "$file")" round_trip "$file"
done

# Many at once, each under the name of its text.
into() {
  "$tool" show --into=shown a.bin good.tlb a.tlb > out && [ "$(wc -l < out)" = 3 ] \
    && (cd shown && sha1sum -- *) | awk '$2 != $1 ".tlb" { exit 1 }' && [ "$(find shown -type f | wc -l)" = 2 ] \
    && "$tool" show a.bin | cmp - "shown/$(awk '$2 == "a.bin" { print $1 }' out)"
}
check 'show --into' into

# Agreement is 0; any bytes are a scenario.
replay_text() { "$tool" replay good.tlb > out && grep -q '^ok good.tlb' out; }
check 'replay text' replay_text
head -c 1000 "$tool" > bytes
check 'replay any bytes' "$tool" replay -q bytes
check 'the corpus agrees' "$tool" replay -q "$corpus/seeds" "$corpus/regressions"

# What has no fault cannot be minimized, and is no group.
no_fault() {
  local status=0 err
  err=$("$tool" minimize good.tlb -o short.tlb 2>&1) || status=$?
  [ "$status" = 1 ] && one_line "$err" && grep -q 'nothing diverges' <<< "$err" && [ ! -e short.tlb ] \
    && "$tool" triage good.tlb bytes > out && grep -q '^2 files: 0 signatures.*2 without any' out
}
check 'no fault to minimize' no_fault

# Help for each command of the table.
helps() {
  local command
  "$tool" --help > out
  while read -r command _; do
    "$tool" "$command" --help | grep -q "^  tlbdiff $command .*" || return 1
  done < <(grep '^  [a-z]' out)
  [ "$(grep -c '^  [a-z]' out)" -ge 8 ]
}
check 'help for all commands' helps

# To look at a scenario more closely: what is printed, and of whom.
line 'store cpu=0 idx=0 va=0x4010 size=2 le val=0x1234' look.tlb
sed -i 's/^store/setup pt=identity iommu=open dirty=all fill=page\n&/' look.tlb
echo 'load cpu=0 idx=0 va=0x4010 size=2 be' >> look.tlb
echo 'probe cpu=0 idx=0 access va=0x4010 type=load len=4' >> look.tlb
trace() {
  "$tool" replay --trace look.tlb > out && grep -q '^  2  load ' out \
    && grep -Eq '^ +done, value 0x3412  +done, value 0x3412$' out \
    && grep -Eq '^ +(translate|fill) ' out
}
# alone ENGINE PATTERN...
alone() {
  local engine=$1 pattern
  shift
  "$tool" replay --engine="$engine" look.tlb > out || return 1
  for pattern; do
    grep -Eq "$pattern" out || { cat out; return 1; }
  done
}
stop() {
  "$tool" replay --stop-at=2 look.tlb < /dev/null > out 2> err && grep -q '^stopped before operation   2  load' err \
    && grep -q '(gdb) break mmu_lookup1' err && grep -q '^ok look.tlb' out
}
check 'replay --trace' trace
check 'replay --engine=model' alone model '^  2  load ' '^ +done, value 0x3412$'
check 'replay --engine=qemu' alone qemu '^  2  load ' '^ +done, value 0x3412$' '^ +fill '
check 'replay --engine=dma' alone dma '^ +dma-write pa=0x4010 .*: 3412 -> ram0' '^ +dma-read pa=0x4010 .*: 3412$' 'left out'
check 'replay --stop-at' stop

# C21: the same bytes give the same events, whatever ran before.
mapfile -t backwards < <(find "$corpus/seeds" "$corpus/regressions" -name '*.tlb' | sort -r)
events() { "$tool" replay --events "$@"; }
events_of() { awk -v f="$1" '/^scenario / { on = $2 == f } on' "$2"; }
same_twice() {
  events "$corpus/seeds" "$corpus/regressions" > first
  events "$corpus/seeds" "$corpus/regressions" > second
  cmp first second && [ "$(wc -l < first)" -gt 300 ]
}
same_backwards() {
  events "${backwards[@]}" > third
  for file in "${backwards[@]}"; do
    [ -n "$(events_of "$file" first)" ] || return 1
    [ "$(events_of "$file" first)" = "$(events_of "$file" third)" ] || return 1
  done
}
check 'event logs are the same twice' same_twice
check 'nothing is left from the scenario before' same_backwards

"$here/test-bench-command.sh" "$(dirname "$tool")" || failed=1
"$here/test-zoo-command.sh" "$(dirname "$tool")" || failed=1
exit "$failed"
