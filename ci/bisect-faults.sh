#!/bin/bash
# Measures bisect.sh: plants a fault in one patch of the series at a time, and
# sees that it is named. Compiles QEMU many times: minutes each, at first.
#   bisect-faults.sh BUILD [PATCH...]     default: all that have a fault here
# Exit status: 0 if each is named.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

die() { echo "bisect-faults: $*" >&2; exit 2; }

# PATCH | a scenario that shows it, also of the trees between that patch and the
# last | the edit of its lines. What a later patch moves on, the same edit has to
# change there.
faults() {
  cat << 'END'
fixes/0005|seeds/c03-devices.tlb|s/extract64(val_le, 0, this_size \* 8)/extract64(val_le, 0, this_size * 4)/
fixes/0006|within.tlb|s/^+\(.*large_page_addr - addr. & mask. < len\) ||$/+\1 \&\&/
0003|seeds/c01-flag.tlb|s/IOMMU_WO : IOMMU_RO/IOMMU_RO : IOMMU_RO/
0004|seeds/c03-secure-iommu.tlb|s/^+\(.*AddressSpace \*as = cpu->cpu_ases\)\[asidx\]/+\1[0]/
0005|seeds/c03-rom.tlb|s/^+\( *\*write_flags |= \)TLB_DISCARD_WRITE;/+\1TLB_NOTDIRTY;/
0006|seeds/c02-fill-read-then-write.tlb|/^+ *read_flags |= TLB_IOMMU;$/{N;s/\(.*\)\n\(.*\)/\2\n\1/}
END
}

# For fixes/0006: before fixes/0007, a table with fewer entries is flushed as a
# whole, whatever the range.
within() {
  printf 'tlbdiff 1 iommu\nsetup pt=identity iommu=open dirty=all fill=page\n'
  printf 'crowd cpu=0 idx=0 pages=256\nflush cpu=0 all\n%.0s' 1 2 3
  cat << 'END'
pt idx=0 va=0x1000 -> pa=0x21000 prot=rwx attrs=wid:0 lg=16
load cpu=0 idx=0 va=0x1010 size=4 le
flush cpu=0 range va=0x5000 more=1 idxmap=0x1 bits=64
load cpu=0 idx=0 va=0x1010 size=4 le
END
}

build=$(realpath -e "$1" 2> /dev/null) || die "usage: bisect-faults.sh BUILD [PATCH...]"
shift
work=$build/bisect-faults
failed=0
while IFS='|' read -r patch scenario edit; do
  [ $# = 0 ] || [[ " $* " = *" $patch "* ]] || continue
  rm -rf "$work"
  mkdir -p "$work"
  cp -r "$root/patches/." "$work/"
  within > "$work/within.tlb"
  case $scenario in
  */*) scenario=$root/corpus/fuzz-iommu/$scenario ;;
  *) scenario=$work/$scenario ;;
  esac
  sed -i -e "$edit" "$work"/qemu-10.2/*.patch "$work"/qemu-10.2/fixes/*.patch
  ! cmp -s "$work/qemu-10.2/$patch"-* "$root/patches/qemu-10.2/$patch"-* || die "$patch: the edit changes nothing in it"
  start=$SECONDS status=0
  TLBDIFF_PATCHES=$work "$here/bisect.sh" "$build" "$scenario" > "$work/output" || status=$?
  if [ "$status" = 0 ] && grep -q "^first with: $patch-" "$work/output"; then
    echo "ok $patch ($((SECONDS - start)) s)"
  else
    echo "FAIL $patch ($((SECONDS - start)) s), status $status"
    failed=1
  fi
  sed 's/^/    /' "$work/output"
done < <(faults)
exit "$failed"
