#!/usr/bin/python3
"""The seeds of every width are those that corpus/widths.py writes, and cover what
they say.
"""
import re
from pathlib import Path

import tooltest
from tooltest import ROOT, ToolTest


class Widths(ToolTest):
    """The seeds"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = {path.name: path.read_text() for path
                    in ROOT.glob("corpus/fuzz-iommu/seeds/c03-width-*.tlb")}

    def test_made(self):
        """the script writes them"""
        self.run_command(ROOT / "corpus/widths.py", ".")
        self.assertEqual({path.name: path.read_text() for path
                          in Path(".").glob("c03-width-*.tlb")}, self.here)

    def test_covered(self):
        """each size is at each offset within 16 bytes, in each way"""
        found = set()
        for text in self.here.values():
            for kind, va, size, atom in re.findall(
                    r"^(\w+) cpu=0 idx=0 va=0x(\w+) size=(\d+) .*?"
                    r"(?:atom=([\w-]+))?$", text, re.M):
                found.add((kind, atom, int(size), int(va, 16) % 16))
        self.assertEqual(len(found), 2 * 6 * 5 * 16)


if __name__ == "__main__":
    tooltest.main()
