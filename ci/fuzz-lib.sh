# shellcheck shell=bash
# shellcheck disable=SC2034  # sourced: the scripts beside it use these
# What every run of a fuzz target has in common.
fuzz_targets=$(cd "$(dirname "${BASH_SOURCE[0]}")/../fuzz-targets" && pwd)

# libFuzzer's flags; of two that differ the later one holds.
mapfile -t fuzz_flags < <(sed -n 's/^\([a-z_]*\) = /-\1=/p' "$fuzz_targets/libfuzzer.options")

# The names of all: fuzz-iommu ...
all_targets=("$fuzz_targets"/fuzz-*.c)
all_targets=("${all_targets[@]##*/}")
all_targets=("${all_targets[@]%.c}")

# lcov PROGRAM RAW: prints the coverage of its run that has left RAW.
lcov() {
  llvm-profdata-14 merge -o "$2.merged" "$2"
  llvm-cov-14 export -format=lcov -instr-profile "$2.merged" "$1"
}

# The most that a scenario takes in binary form: AFL++'s own mutations add no more.
scenario_bytes() {
  awk '$2 == "RECORD_SIZE" { size = $3 } $2 == "SCENARIO_OPS" { ops = $3 }
       END { print size * (1 + ops) }' "$fuzz_targets/../harness/scenario/scenario.h"
}

# limits_left_out LOG: prints what the runs in LOG have left out for limits, if asked to
limits_left_out() {
  awk 'sub(/^stat::limit_/, "") { name = $1; sub(/:$/, "", name); if (!(name in n)) { names[++k] = name } n[name] += $2 }
       /^stat::limited_scenarios: / { scenarios += $2 }
       END { if (k) {
               printf "left out for limits:"
               for (i = 1; i <= k; i++) { printf " %s %d,", names[i], n[names[i]] }
               printf " operations in %d scenarios\n", scenarios
             } }' "$1"
}

# sections_left_open LOG: prints how much of what threads did at once in the runs of LOG
# was held to no order, if they had threads
sections_left_open() {
  awk '/^stat::sections: / { n += $2 }
       /^stat::sections_left_open: / { open += $2 }
       END { if (n) {
               printf "threads: %d times at once, %d of them held to no order\n", n, open
             } }' "$1"
}

# no_news LOG...: says so if the second half of all runs in each LOG, one for each
# process of a campaign, and of enough of them, has brought no feature: to go on like
# that is of little use
no_news() {
  awk 'FNR == 1 { end_of_log(); before = last = news = 0 }
       /^#[0-9]+\t/ { n = substr($1, 2) + 0; if (n < last) { before += last } last = n
                      if ($2 == "NEW") { news = before + n } }
       END { end_of_log()
             if (!some && quiet) {
               printf "nothing new in the last %d of %d scenarios: another TARGET or BASE may show more, or all states of a small world (tlbdiff exhaust)\n", quiet, all
             } }
       function end_of_log(n) {
         n = before + last
         all += n
         if (n >= 100000 && news < n / 2) { quiet += n - news } else if (n) { some = 1 }
       }' "$@"
}
