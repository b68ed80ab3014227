#!/usr/bin/python3
"""The faults that QEMU had are found from the seeds: nineteen of twenty, and
nine of ten of these as a breach of the clause that their row names.

    test_history.py BUILD

Prints what `tlbdiff zoo --history` does.  One second is for each: all seeds
are run, and hardly anything is made of them.
"""
import re

import tooltest
from tooltest import ROOT, SEEDS, ToolTest

HUNT = ToolTest.tool("zoo", "--history", "--runs=1", "--jobs=1",
                     "--seconds=1", "--state=/dev/null", SEEDS, status=None)
for said in (HUNT.out + HUNT.err).splitlines():
    print("# " + said)

# name, clause, reported, commit, year, found
ROWS = re.findall(r"^([a-z0-9-]+) +([CD][0-9]+) +(\S+) .* ([0-9a-f]{12}) "
                  r"(20[12][0-9]) +([01])/1$", HUNT.out, re.M)
FOUND = [row for row in ROWS if row[5] == "1"]


class History(ToolTest):
    """The faults of history"""

    def test_rows(self):
        """each has a row, and a commit"""
        header = ROOT / "patches/qemu-10.2/bug-zoo/history.h"
        sites = re.findall(r'^    X\(\w+, "([a-z0-9-]+)"',
                           header.read_text(), re.M)
        self.assertEqual([row[0] for row in ROWS], sites)
        self.assertEqual(HUNT.err, "")

    def test_names(self):
        """no name is there twice, nor in the bug zoo"""
        other = (ROOT / "patches/qemu-10.2/bug-zoo/zoo.h").read_text()
        names = [row[0] for row in ROWS]
        names += re.findall(r'^    X\(\w+, "([a-z0-9-]+)"', other, re.M)
        self.assertEqual(len(names), len(set(names)))

    def test_found(self):
        """nineteen of twenty are found"""
        self.assertGreaterEqual(20 * len(FOUND), 19 * len(ROWS))

    def test_clause(self):
        """nine of ten as a breach of their clause"""
        as_such = [row for row in FOUND if row[1] == row[2]]
        self.assertGreaterEqual(10 * len(as_such), 9 * len(FOUND))


if __name__ == "__main__":
    tooltest.main()
