#!/usr/bin/python3
"""Writes the seeds of fuzz-iommu that try every width of an access:

    corpus/widths.py DIR

Each size, with each MO_ATOM_*, as a load and as a store, at each offset within
16 bytes; wherever it crosses a line of 64 bytes, a page, and the end of a RAM;
and the last bytes of both RAMs.
"""
import sys
from pathlib import Path

ATOMS = ["ifalign", "ifalign-pair", "within16", "within16-pair", "subalign",
         "none"]
SIZES = [1, 2, 4, 8, 16]
# with pt=identity
RAM0, LINE, PAGE, RAM1, END = 0x200000, 0x201040, 0x203000, 0x208000, 0x210000
# a scenario has no more operations
OPS = 64


def places():
    """The size and the address of each access."""
    for size in SIZES:
        for offset in range(16):
            yield size, RAM0 + offset
        for border in LINE, PAGE, RAM1:
            for before in range(1, size):
                yield size, border - before
        for border in RAM1, END:
            yield size, border - size
        # the next page cannot be mapped
        if size > 1:
            yield size, END - size // 2


def values(kind, number, size):
    """What is to be written: all bits of it change with the second one."""
    if kind == "load":
        return [""]
    ones = 2**(8 * min(size, 8)) - 1
    value = number * 0x9e3779b97f4a7c15 & ones
    high = " hi=0x%x" if size == 16 else "%.0s"
    return [" val=0x%x" % low + high % (low ^ 0x5555)
            for low in (value, value ^ ones)]


def operations(kind, atom):
    """The lines of one kind of access."""
    for number, (size, va) in enumerate(places(), 1):
        for value in values(kind, number, size):
            # the first kind of atomicity is not written
            yield "%s cpu=0 idx=0 va=0x%x size=%d %s%s%s" % (
                kind, va, size, "be" if number % 3 == 0 else "le", value,
                " atom=" + atom if atom != ATOMS[0] else "")


def seeds():
    """The name and the text of each."""
    for atom in ATOMS:
        for kind in "load", "store":
            lines = list(operations(kind, atom))
            for number, at in enumerate(range(0, len(lines), OPS), 1):
                yield "c03-width-%s-%s-%d.tlb" % (kind, atom, number), "\n".join(
                    ["tlbdiff 1 iommu",
                     "setup pt=identity iommu=deny dirty=all fill=page",
                     "# every width: made by corpus/widths.py"]
                    + lines[at:at + OPS]) + "\n"


def main():
    """Write them."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for name, text in seeds():
        Path(sys.argv[1], name).write_text(text)


if __name__ == "__main__":
    main()
