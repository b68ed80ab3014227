#!/bin/bash
# tlbdiff bench: what it writes, and what it makes of a baseline. Baselines are
# made from a measurement by hand, so that nothing here depends on time.
#   test-bench-command.sh BUILD
# shellcheck disable=SC2317  # functions are called by name
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=ci/test-lib.sh
. "$here/test-lib.sh"

tool=$(realpath "$1")/tlbdiff
seed=$(realpath "$here/../corpus/fuzz-iommu/seeds")/c16-crossing.tlb
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# bench STATUS ARG...: measure, with that exit status; output is in `out`, `err`
bench() {
  local wanted=$1 status=0
  shift
  "$tool" bench --seconds=1 "$@" "$seed" > out 2> err || status=$?
  [ "$status" = "$wanted" ] || { cat out err; echo "exit status $status"; return 1; }
}

# baseline QEMU MODEL ALL: as was measured, but for the costs on average
baseline() {
  /usr/bin/python3 - "$@" << 'PYTHON' > baseline
import json, sys
bench = json.load(open("measured"))
bench["ns"] = dict(zip(("qemu", "model", "all"), map(float, sys.argv[1:])))
bench["kinds"] = {}
json.dump(bench, sys.stdout)
PYTHON
}

writes_json() {
  bench 0 --json && [ ! -s err ] && cp out measured
  /usr/bin/python3 - << 'PYTHON'
import json
bench = json.load(open("measured"))
def check(costs):
    assert all(costs[depth] > 0 for depth in ("qemu", "model", "all")), costs
check(bench["ns"])
assert set(bench["reset_ns"]) == {"empty", "average"}
for costs in bench["reset_ns"].values():
    check(costs)
assert bench["scenarios"] == 1 and bench["rss_kib"] > 0
assert bench["operations"] == sum(kind["count"] for kind in bench["kinds"].values())
assert "load" in bench["kinds"] and "crowd" not in bench["kinds"]
for costs in bench["kinds"].values():
    check(costs)
assert len(bench["growth"]) == 6
for points in bench["growth"].values():
    assert [point["x"] for point in points] == sorted({point["x"] for point in points})
    for costs in points:
        check(costs)
PYTHON
}
writes_tables() {
  bench 0 && [ ! -s err ] && grep -Eq '^all comparisons +[0-9]+ +[0-9]+ +[0-9]+%$' out \
    && grep -Eq '^load +[0-9]+( +[0-9]+){3} +[0-9.]+x$' out && grep -q '^that is empty ' out \
    && grep -Eq '^IOMMU levels +0 ' out && grep -Eq '^peak memory: [0-9]+ MiB$' out
}
writes_page() {
  bench 0 --html=page && [ "$(grep -c '^<figure>' page)" = 6 ] && grep -q '>load</th>' page \
    && ! grep -Eqi '<script|https?:|url\(' page && ! grep -Ewq 'nan|inf' page
}
no_page() { bench 2 --html=no/such/dir/page && one_line "$(cat err)" && grep -q '^peak memory' out; }
full_disk() {
  local status=0
  "$tool" bench --seconds=1 --json "$seed" 2> err > /dev/full || status=$?
  [ "$status" = 2 ] && one_line "$(cat err)" && grep -q 'No space left' err
}

# A baseline in which the comparison is all but free: now it is worse.
better_then() {
  baseline 1000000 1000000 1000000
  bench 1 --check=baseline && [ "$(wc -l < err)" = 2 ] \
    && grep -q 'bench: overall, all comparisons: .* times QEMU alone, 1.00 in baseline: ' err \
    && grep -q 'bench: overall, with the model: ' err && grep -q '^2 of 2 ratios are more than 25% worse' out
}
# One in which it costs more than it ever will.
worse_then() {
  baseline 1 1000000 1000000
  bench 0 --check=baseline && [ ! -s err ] && grep -q '^0 of 2 ratios are more than 25% worse than in baseline$' out
}
tolerated() {
  baseline 1000000 1000000 1000000
  bench 0 --check=baseline --tolerance=2000000000 && [ ! -s err ]
}
# Each kind by itself; the ratios on average are good.
by_kind() {
  /usr/bin/python3 - << 'PYTHON' > baseline
import json, sys
bench = json.load(open("measured"))
bench["ns"] = {"qemu": 1, "model": 1e6, "all": 1e6}
bench["kinds"] = {"load": {"count": 1000, "qemu": 1e6, "model": 1e6, "all": 1e6}}
json.dump(bench, sys.stdout)
PYTHON
  # enough loads for a pass, of whatever length
  local files=()
  for _ in {1..20}; do files+=("$seed"); done
  bench 1 --check=baseline "${files[@]}" && grep -q 'bench: load, all comparisons: ' err \
    && ! grep -q overall err && grep -q '2 of 4 ratios .*, which is of other operations$' out
}
machines_too() {
  baseline 1000000 1000000 1000000
  bench 1 --check=baseline --json && [ "$(wc -l < err)" = 2 ] && /usr/bin/python3 -m json.tool out > /dev/null
}

# bad NAME PATTERN: the file `baseline` must be refused, with one line, before
# anything is measured
bad() {
  local name=$1 pattern=$2 status=0
  "$tool" bench --seconds=600 --check=baseline "$seed" > out 2> err || status=$?
  report "$name" "$([ "$status" = 2 ] && [ ! -s out ] && one_line "$(cat err)" \
    && grep -q -e "$pattern" err; echo $?)" "exit status $status: $(cat err)"
}

check 'bench: JSON' writes_json
check 'bench: tables' writes_tables
check 'bench: a page' writes_page
check 'bench: no place for the page' no_page
check 'bench: full disk' full_disk
check 'bench: it was better' better_then
check 'bench: it was worse' worse_then
check 'bench: as much as is tolerated' tolerated
check 'bench: one kind was better' by_kind
check 'bench: a check with JSON' machines_too
rm baseline
bad 'bench: no baseline' 'baseline.*No such file'
echo '{"ns": ' > baseline
bad 'bench: half a baseline' 'baseline:.*Parse error'
sed '/"all"/d' measured > baseline
bad 'bench: a baseline with a line missing' "baseline: expected an object 'ns'"
sed 's/"all": [0-9.]*/"some": 1/' measured > baseline
bad 'bench: a baseline without costs' "expected a number 'all' in 'ns'"
sed '/flavour/d' measured > baseline
bad 'bench: a baseline of what build?' "flavour .* of this build, found 'none'"
exit "$failed"
