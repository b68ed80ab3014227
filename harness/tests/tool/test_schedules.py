#!/usr/bin/python3
"""tlbdiff schedules: threads, by every schedule with few preemptions.
"""
import json
import re

from tooltest import ROOT, TOOL, ToolTest, case_for_each, main

THREADS = ROOT / "corpus" / "fuzz-threads"
FILES = {path.stem: path for part in ("seeds", "regressions")
         for path in sorted((THREADS / part).glob("*.tlb"))}

# What is planted: the scenario that shows it, and with how many preemptions at
# least. Which switches it has itself does not matter: they are left out.
PLANTED = [
    ("flush-other-directly", "c14-synced-flush", 0),
    ("work-of-first-cpu", "c13-change-while-loading", 0),
    ("notifier-on-late", "c13-change-while-translating", 1),
    ("fill-flags-early", "c9-clear-while-filling", 1),
    ("fill-unlocked", "c9-clear-when-filled", 1),
    ("lazy-flags-early", "c9-clear-while-translating", 1),
    ("lazy-addend-late", "c9-clear-when-translated", 1),
    ("notdirty-taken-late", "c9-clear-when-noticed", 1),
    ("victim-half-late", "c9-clear-when-it-comes-back", 1),
    ("dirty-bits-lost", "c9-two-pages", 1),
    ("cleared-after-reset", "c9-clear-then-tell", 1),
    ("reset-dirty-unlocked", "c14-clear-while-flushing", 1),
    ("flush-unlocked", "c14-flush-while-clearing", 1),
    ("reset-dirty-old-table", "c20-resize-while-clearing", 1),
    ("xchg-in-two", "c17-exchange", 1),
    ("cmpxchg-in-two", "c17-compare-exchange", 1),
    ("store-in-halves", "c16-store-while-loading", 1),
    ("io-unlocked", "c22-device-lock", 0),
]

# An access of each CPU: no more is at once.
SMALL = """tlbdiff 1 threads
setup pt=identity iommu=open dirty=none fill=page
thread 0
load cpu=0 idx=0 va=0x300000 size=4 le
thread 1
load cpu=1 idx=0 va=0x300000 size=4 le
%s"""


# These are about what is left half done in the middle of an access: in some of their
# schedules, no order is demanded.
IN_PARTS = {"c7-change-while-exchanging", "c13-change-after-fill"}


def numbers(out, agrees="all agree"):
    """of a scenario that agrees: (SCHEDULES, PLACES)"""
    return tuple(map(int, re.search(
        r": ([0-9]+) schedules?, up to ([0-9]+) places? to switch at: "
        + agrees + "$", out, re.M).groups()))


@case_for_each([(name, path) for name, path in FILES.items()])
class Agrees(ToolTest):
    """With one preemption"""

    def case(self, path):
        out = self.tool("schedules", "--preemptions=1", path).out
        schedules, places = numbers(
            out, "[0-9]+ of them held to no order, and the others agree"
            if path.stem in IN_PARTS else "all agree")
        # each place but the last ones is one where another can go on
        self.assertGreater(schedules, 3)
        self.assertGreater(places, 2)


@case_for_each([("c16-store-while-loading", ) * 2,
                ("c17-exchange", ) * 2,
                ("c9-clear-when-noticed", ) * 2])
class Two(ToolTest):
    """With two, there are more, and those with one among them"""

    def case(self, name):
        few, more = (numbers(self.tool(
            "schedules", "--preemptions=%d" % n, FILES[name]).out)[0]
            for n in (1, 2))
        self.assertGreater(more, 2 * few)


@case_for_each([(row[0], *row) for row in PLANTED])
class Found(ToolTest):
    """What is planted is found, by the fewest preemptions"""

    def case(self, fault, name, preemptions):
        result = self.tool("schedules", "-o", "found.tlb", FILES[name],
                           status=1, zoo=fault)
        self.assert_line(": a divergence with %d preemptions?, and none with "
                         "fewer: found.tlb$" % preemptions, result.out)
        self.assert_line("^DIVERGENCE ", result.out + result.err)
        self.tool("replay", "found.tlb")


class Small(ToolTest):
    """What can be counted by hand"""

    def test_own_switches(self):
        """the switches of a scenario are left out"""
        seen = set()
        for switches in ["", "switch after=1 to=1\n",
                         "switch after=0 to=1\nswitch after=3 to=0\n"]:
            with open("small.tlb", "w") as small:
                small.write(SMALL % switches)
            seen.add(numbers(self.tool("schedules", "small.tlb").out))
        self.assertEqual(len(seen), 1)

    def test_order(self):
        """without a preemption, either of two begins"""
        with open("small.tlb", "w") as small:
            small.write(SMALL % "")
        out = self.tool("schedules", "--preemptions=0", "small.tlb").out
        self.assertEqual(numbers(out)[0], 2)

    def test_none(self):
        """a scenario without threads says so"""
        with open("small.tlb", "w") as small:
            small.write("".join(SMALL.splitlines(True)[:2]) +
                        "load cpu=0 idx=0 va=0x300000 size=4 le\n")
        self.assert_line("^small.tlb: no threads do anything at once$",
                         self.tool("schedules", "small.tlb").out)


class Several(ToolTest):
    """What one scenario has broken is not there for the next one"""

    def test_alone(self):
        """each is as if it were alone"""
        names = ["c14-clear-while-flushing", "c14-flush-while-clearing",
                 "c17-exchange"]
        out = self.tool("schedules", *(FILES[name] for name in names),
                        status=1, zoo="flush-unlocked").out
        for name in names[:2]:
            self.assert_line(name + r"\.tlb: a divergence with 1 preemption,",
                             out)
        self.assert_line(names[2] + r"\.tlb: [0-9]+ schedules, ", out)

    def test_again(self):
        """one that diverges does so each time, and in the same way"""
        path = FILES["c14-flush-while-clearing"]
        out = self.tool("replay", "--json", path, path, path, status=1,
                        zoo="reset-dirty-unlocked").out.splitlines()
        self.assertEqual(len(out), 3)
        self.assertEqual(json.loads(out[0])["clause"], "C14")
        self.assertEqual(len(set(out)), 1)


class Refused(ToolTest):
    """Bad input"""

    def test_refused(self):
        """each is refused in one line"""
        small = FILES["c17-exchange"]
        with open("full.tlb", "w") as full:
            full.write(SMALL % ("load cpu=1 idx=0 va=0x300000 size=4 le\n"
                                * 60))
        for pattern, *args in [
                ("No such file", "none.tlb"),
                ("needs a file", ),
                ("--preemptions: expected 0 to 4, found 5",
                 "--preemptions=5", small),
                ("--preemptions: expected 0 to 4, found -1",
                 "--preemptions=-1", small),
                ("--output: expected one file, found 2", "--output=x", small,
                 FILES["c17-atomics"]),
                ("full.tlb: expected room for 3 more operations", "full.tlb"),
                ]:
            self.assert_refused(pattern, TOOL, "schedules", *args)

    def test_full_disk(self):
        """a full disk is said"""
        self.assert_full_disk(TOOL, "schedules", FILES["c17-exchange"])


if __name__ == "__main__":
    main()
