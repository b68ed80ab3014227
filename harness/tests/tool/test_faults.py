#!/usr/bin/python3
"""The table of the faults that are known, patches/faults.ini: it has each fix of each
base, and each has a scenario, whose comment has a signature that the table knows.
"""
import configparser
import re
from fnmatch import fnmatchcase

import tooltest
from tooltest import ROOT, ToolTest

PATCHES = ROOT / "patches"


class Faults(ToolTest):
    """The table"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = configparser.ConfigParser(interpolation=None)
        cls.table.read(PATCHES / "faults.ini")
        cls.regressions = {path.stem: path for path
                           in ROOT.glob("corpus/*/regressions/*.tlb")}

    def test_rows(self):
        """a row has a patch, a sentence and signatures"""
        for name in self.table.sections():
            self.assertEqual(set(self.table[name]),
                             {"patch", "what", "signatures"}, name)
            self.assertTrue(all(self.table[name].values()), name)

    def test_fixes(self):
        """each fix has a row, and each row a fix, in every base; or a patch of
        the series that some base needs
        """
        rows = {self.table[name]["patch"] for name in self.table.sections()}
        fixes = sorted(row for row in rows if row.startswith("fixes/"))
        bases = list(PATCHES.glob("qemu-*/fixes"))
        self.assertGreater(len(bases), 0)
        for base in bases:
            self.assertEqual(sorted("fixes/" + path.name[:4]
                                    for path in base.glob("*.patch")),
                             fixes, base)
        for row in rows.difference(fixes):
            self.assertTrue(list(PATCHES.glob("qemu-*/%s-*.patch" % row)), row)

    def test_targets(self):
        """each fix of a target, which no scenario can show, is in the series of
        its base and has a row of targets.md
        """
        rows = re.findall(r"^\| `targets/(\d+)`",
                          (PATCHES / "targets.md").read_text(), re.M)
        numbers = set()
        for base in PATCHES.glob("qemu-*/targets"):
            names = sorted("targets/" + path.name
                           for path in base.glob("*.patch"))
            series = (base.parent / "series").read_text().split("\n")
            self.assertEqual(names, [line for line in series
                                     if line.startswith("targets/")], base)
            numbers.update(name.split("/")[1][:4] for name in names)
        self.assertEqual(sorted(numbers), rows)

    def test_regressions(self):
        """each row has a scenario, and each scenario a row"""
        self.assertEqual(sorted(self.regressions),
                         sorted(self.table.sections()))

    def test_signatures(self):
        """the signature of the scenario is one of the row"""
        for name, path in self.regressions.items():
            signatures = re.findall("^# signature: (.*)$", path.read_text(),
                                    re.M)
            self.assertEqual(len(signatures), 1, path)
            patterns = self.table[name]["signatures"].split(";")
            self.assertTrue(any(fnmatchcase(signatures[0], pattern)
                                for pattern in patterns), path)


if __name__ == "__main__":
    tooltest.main()
