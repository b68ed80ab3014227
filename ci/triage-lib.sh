# shellcheck shell=bash
# What tlbdiff triage has printed, for scripts. Sourced.

# groups FILE: a line for each group: signature, number of files, smallest file
groups() {
  awk '/^[^ ]+\/[^ ]+$/ { signature = $1 }
       signature && match($0, /^  [0-9]+ files?, the smallest with [0-9]+ operations?: /) {
         print signature, $1, substr($0, RLENGTH + 1)
         signature = ""
       }' "$1"
}
