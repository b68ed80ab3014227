#!/usr/bin/python3
"""From a crash of the fuzzer to a short scenario, with planted faults: the
signature stays, 8 operations are enough as a rule, and to minimize the result
changes nothing.  Prints a line for each fault.
"""
import statistics
import time
from pathlib import Path

import tooltest
from tooltest import BUILD, ENOUGH, FUZZ_FLAGS, SEEDS, ToolTest

FAULTS = ("set-dirty-any-page", "entry-not-copied")


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


if __name__ == "__main__":
    tooltest.main()
