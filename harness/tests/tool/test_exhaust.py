#!/usr/bin/python3
"""tlbdiff exhaust: small worlds to their end, and what is planted in them.
"""
import re

from tooltest import ROOT, TOOL, ToolTest, case_for_each, main

WORLDS = ROOT / "harness" / "exhaust" / "worlds"
SOME = sorted(path.stem for path in WORLDS.glob("*.world"))
# (colliding-pages, nested and wgchecker take a minute: ci/exhaust.sh)
SMALL = ["code", "device", "granules", "iopmp", "large-pages", "one-page",
         "page-flags", "pieces", "two-cpus", "two-indexes", "watchpoints"]

# What ci/exhaust.sh --zoo has written: (FAULT, REST OF THE LINE)
TABLE = [line.split(maxsplit=1) for line in (
    ROOT / "harness" / "exhaust" / "zoo.txt").read_text().splitlines()
    if not line.startswith("#")]
CELL = re.compile(r"([a-z-]+)\(([0-9]+)\)")


@case_for_each([(name, name) for name in SMALL])
class Complete(ToolTest):
    """A world, to its end"""

    def case(self, name):
        out = self.tool("exhaust", "--check=50",
                        WORLDS / (name + ".world")).out
        self.assert_line("^%s: complete: there is no other state$" % name, out)
        self.assert_line("^pairs of equal states that were checked: [1-9]",
                         out)


class Processes(ToolTest):
    """One or many"""

    def test_same(self):
        """they find the same"""
        numbers = re.compile("^([0-9]+ states, [0-9]+ transitions, depth "
                             "[0-9]+);", re.M)
        one, two = (numbers.search(self.tool(
            "exhaust", "-j", jobs, WORLDS / "one-page.world").out).group(1)
            for jobs in "12")
        self.assertEqual(one, two)


@case_for_each([(name, name) for name in SOME])
class Agrees(ToolTest):
    """The first steps of each world"""

    def case(self, name):
        out = self.tool("exhaust", "--depth=2", "--check=20",
                        WORLDS / (name + ".world")).out
        self.assert_line("every sequence of up to 2 steps was run$", out)


def longest():
    """Of each world that shows a fault, the one that takes most operations:
    (WORLD, FAULT, OPERATIONS)
    """
    most = {}
    for fault, row in TABLE:
        for world, operations in CELL.findall(row):
            if int(operations) > most.get(world, ("", 1))[1]:
                most[world] = (fault, int(operations))
    return [(world, *most[world]) for world in sorted(most)]


@case_for_each([(world, world, *rest) for world, *rest in longest()])
class Found(ToolTest):
    """What is planted is found, without seeds, and shortest"""

    def case(self, world, fault, operations):
        path = WORLDS / (world + ".world")
        out = self.tool("exhaust", "-o", "found.tlb", path, status=1,
                        zoo=fault).out
        self.assert_line("a divergence after %d operations" % operations, out)
        self.assert_line("^DIVERGENCE ", out)
        self.tool("replay", "found.tlb")
        self.tool("replay", "found.tlb", status=1, zoo=fault)
        # all that are shorter agree
        out = self.tool("exhaust", "--depth=%d" % (operations - 1), path,
                        zoo=fault).out
        self.assert_line("every sequence of up to %d steps was run$"
                         % (operations - 1), out)


class Table(ToolTest):
    """Which faults are visible in which world"""

    def test_whole(self):
        """it is about the faults and worlds that there are"""
        zoo = (ROOT / "patches" / "qemu-10.2" / "bug-zoo" / "zoo.h").read_text()
        threads = set(re.findall(r'X\([A-Z0-9_]+, "([^"]+)"', zoo[
            zoo.index("define THREAD_FAULTS"):]))
        self.assertTrue(threads)
        self.assertEqual([fault for fault, row in TABLE], [
            line.split()[0] for line in self.tool(zoo="list").out.splitlines()
            if line.split()[0] not in threads])
        named = set(re.findall(r"[a-z][a-z-]*", " ".join(
            row.split(":")[0] for fault, row in TABLE))) - {"not", "check"}
        self.assertLessEqual(named, set(SOME))

    def test_reasons(self):
        """it says why, where a fault could have shown and does in no world"""
        reasons = dict(line.split(maxsplit=1) for line in (
            WORLDS.parent / "zoo-reasons.txt").read_text().splitlines()
            if not line.startswith("#"))
        silent = {fault: row for fault, row in TABLE
                  if row.startswith("-; not ")}
        self.assertEqual(set(silent), set(reasons))
        for fault, row in silent.items():
            self.assertEqual(row.partition(": ")[2], reasons[fault])

    def test_check(self):
        """what is not the same each time is seen by --check"""
        shown = [(fault, world) for fault, row in TABLE
                 for world in re.findall(r"([a-z-]+)\(check\)", row)]
        self.assertTrue(shown)
        for fault, world in shown:
            out = self.tool("exhaust", "--check=1", "--jobs=1", "--depth=5",
                            WORLDS / (world + ".world"), status=1,
                            zoo=fault).out
            self.assert_line("^%s: two states have one fingerprint, and are "
                             "not the same" % world, out)

    def test_reached(self):
        """the program says to which sites it came"""
        def reached(world):
            self.tool("exhaust", "--depth=2", WORLDS / (world + ".world"),
                      zoo="", env={"TLBDIFF_ZOO_REACHED": "reached"})
            with open("reached") as names:
                return names.read().splitlines()
        self.assertIn("flag-none", reached("one-page"))
        self.assertNotIn("tzmpc-swapped", reached("one-page"))
        self.assertIn("tzmpc-swapped", reached("tzmpc"))
        result = self.tool("exhaust", "--depth=1",
                           WORLDS / "one-page.world", zoo="", status=2,
                           env={"TLBDIFF_ZOO_REACHED": "none/reached"})
        self.assert_one_line("^zoo: .*none/reached: cannot be written",
                             result.err)


class GoesOn(ToolTest):
    """What has stopped goes on"""

    def test_goes_on(self):
        """a search in two parts finds the same"""
        world = WORLDS / "one-page.world"
        self.tool("exhaust", "--depth=3", "--state=state", world)
        rest = self.tool("exhaust", "--state=state", world).out
        self.assert_line("^one-page: goes on with [0-9]+ states", rest)
        whole = self.tool("exhaust", world).out
        line = re.compile("^[0-9]+ states, [0-9]+ transitions", re.M)
        self.assertEqual(line.search(whole).group(),
                         line.search(rest).group())


class Refused(ToolTest):
    """Bad input"""

    def test_refused(self):
        """each is refused in one line"""
        world = WORLDS / "one-page.world"
        with open("bad.world", "w") as bad:
            bad.write("tlbdiff 1 iommu\n")
        with open("state", "w") as bad:
            bad.write("something")
        for pattern, *args in [
                ("No such file", "none.world"),
                ("^tlbdiff: exhaust: bad.world:2: expected a step$",
                 "bad.world"),
                ("needs a world", ),
                ("--jobs: expected at least 0, found -1", "-j", "-1", world),
                ("--memory: expected at least 1", "--memory=0", world),
                ("--state: expected one world, found 2", "--state=x", world,
                 world),
                ("state: not a file of exhaust: remove it", "--state=state",
                 world)]:
            self.assert_refused(pattern, TOOL, "exhaust", *args)

    def test_full_disk(self):
        """a full disk is said"""
        self.assert_full_disk(TOOL, "exhaust", "--depth=1",
                              WORLDS / "one-page.world")


if __name__ == "__main__":
    main()
