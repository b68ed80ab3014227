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
# An entry has the number of a section, and not the section itself.
trait QEMU_SECTION_INDEX grep -qsw xlat_section "$1/include/hw/core/cpu.h"
