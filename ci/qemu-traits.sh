#!/bin/bash
# Prints what of a QEMU tree the contract depends on, as macros of C, each 1 or 0.
#   qemu-traits.sh SRC
set -euo pipefail
fill=$(sed -n '/^void tlb_set_page_full(/,/^}/p' "$1/accel/tcg/cputlb.c")
trait() { if "${@:2}"; then echo "#define $1 1"; else echo "#define $1 0"; fi; }
defers() { [[ $fill == *TLB_IOMMU* ]]; }
not() { ! "$@"; }
# IOMMUs are asked when a TLB entry is filled: the tree is one of before deferred
# translation, or of a series that comes to it.
trait QEMU_EAGER not defers
# Where an entry leads: for each access type, as in our series; for all of them, as
# upstream has it since 11.0; or by the number of a section, as before.
entry_has() { grep -qsE "^ +$1;" "$entry"; }
entry=$1/include/hw/core/cpu.h
trait QEMU_SECTION_BY_TYPE entry_has 'CPUTLBEntryXlat xlat\[.*\]'
trait QEMU_SECTION entry_has 'hwaddr xlat_offset'
trait QEMU_SECTION_INDEX entry_has 'hwaddr xlat_section'
