#!/usr/bin/python3
"""From a crash of the fuzzer to a short scenario, with planted faults: the
signature stays, 8 operations are enough as a rule, and to minimize the result
changes nothing.  Prints a line for each fault.
"""
import re
import statistics
import time
from pathlib import Path

import tooltest
from tooltest import BUILD, CI, FUZZ_FLAGS, SEEDS, ZOO_TOOL, ToolTest

FAULTS = ("set-dirty-any-page", "entry-not-copied")
ENOUGH = 8


class Minimize(ToolTest):
    """What the fuzzer leaves, cut down"""
    lengths = []

    @classmethod
    def operations(cls, path, fault):
        """How many there are"""
        lines = cls.tool("show", path, zoo=fault).out.splitlines()
        return len(lines) - 2

    def signature(self, path, fault):
        """What triage says that it shows"""
        return self.tool("triage", path, zoo=fault,
                         status=1).out.splitlines()[0]

    def crash(self, fault):
        """A file that the fuzzer leaves when it finds the fault"""
        found, new = Path(fault), Path(fault) / "new"
        new.mkdir(parents=True)
        self.run_command(
            BUILD / "fuzz-iommu-zoo", *FUZZ_FLAGS, "-seed=1",
            "-max_total_time=60",
            "-artifact_prefix=%s/" % found, new, SEEDS, zoo=fault, status=None)
        crashes = list(found.glob("crash-*"))
        self.assertEqual(len(crashes), 1, "not found in 60 s")
        return crashes[0]

    def minimized(self, fault):
        """The signature of its crash is that of the short scenario"""
        crash, short = self.crash(fault), Path(fault + ".tlb")
        before = self.signature(crash, fault)
        start = time.monotonic()
        self.tool("minimize", crash, "-o", short, zoo=fault)
        seconds = time.monotonic() - start
        after = self.signature(short, fault)
        length = self.operations(short, fault)
        print("# %-24s %2d -> %2d operations, %6.2f s, %s" % (
            fault, self.operations(crash, fault), length, seconds, after))
        self.lengths.append(length)
        self.assertEqual(before, after)

    def twice(self, fault):
        """The short scenario cannot be made shorter"""
        self.tool("minimize", fault + ".tlb", "-o", "again.tlb", zoo=fault)
        once = self.tool("show", fault + ".tlb").out
        self.assertNotEqual(once, "")
        self.assertEqual(once, self.tool("show", "again.tlb").out)

    def test_median(self):
        """the median of the operations is at most 8"""
        self.assertEqual(len(self.lengths), len(FAULTS))
        self.assertLessEqual(statistics.median_low(self.lengths), ENOUGH)


for number, fault in enumerate(FAULTS):
    # their names put them in this order, before the median
    def minimized(self, fault=fault):
        self.minimized(fault)
    minimized.__doc__ = "%s: the same signature" % fault
    setattr(Minimize, "test_%d_a" % number, minimized)

    def twice(self, fault=fault):
        self.twice(fault)
    twice.__doc__ = "%s: twice is once" % fault
    setattr(Minimize, "test_%d_b" % number, twice)


class Campaign(ToolTest):
    """The last step of a campaign: a short scenario of what it has found, once"""
    fault = "set-dirty-any-page"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What is built is there: nothing for meson and ninja to do.
        cls.build = cls.work / "build"
        cls.build.mkdir()
        for path in (ZOO_TOOL, BUILD / "fuzz-iommu-zoo", BUILD / "meson-info",
                     BUILD / "qemu"):
            (cls.build / path.name).symlink_to(path)
        (cls.build / "build.ninja").write_text("build all: phony\n")

    def campaign(self):
        """What it prints; it must find something"""
        return self.run_command(CI / "fuzz.sh", 60, zoo=self.fault, status=1,
                                env={"BUILD": str(self.build)}).out

    def short(self):
        """What it has kept"""
        return list((self.build / "found/fuzz-iommu-zoo").glob("*.tlb"))

    def test_1_found(self):
        """fuzz.sh: a short scenario of what it has found"""
        out = self.campaign()
        self.assert_line("^DIVERGENCE C9 ", out)
        self.assert_line("^1 divergence:$", out)
        self.assert_line("^  TLBDIFF_ZOO=%s %s/tlbdiff-zoo replay .*"
                         "/found/fuzz-iommu-zoo/crash-"
                         % (self.fault, self.build), out)
        short, = self.short()
        self.assert_line("^%s:$" % re.escape(str(short)), out)
        self.assert_line("^  # minimized from crash-", out)
        self.assertLessEqual(
            len(self.tool("show", short, zoo="").out.splitlines()) - 2, ENOUGH)

    def test_2_found_before(self):
        """fuzz.sh: it was found before"""
        self.assert_line("^found before: .*/found/fuzz-iommu-zoo/C9-",
                         self.campaign())
        self.assertEqual(len(self.short()), 1)

    def test_3_of_another_target(self):
        """report.sh: what was found is not another target's"""
        run = self.run_command(CI / "report.sh", self.work / "page", status=2,
                               zoo=self.fault, env={"BUILD": str(self.build),
                                                    "TARGET": "tzmpc"})
        self.assert_line("no campaign of fuzz-tzmpc has run there", run.err)


if __name__ == "__main__":
    tooltest.main()
