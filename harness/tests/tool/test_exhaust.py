#!/usr/bin/python3
"""tlbdiff exhaust: small worlds to their end, and what is planted in them.
"""
import re

from tooltest import ROOT, TOOL, ToolTest, case_for_each, main

WORLDS = ROOT / "harness" / "exhaust" / "worlds"
SMALL = ["one-page"]
SOME = sorted(path.stem for path in WORLDS.glob("*.world"))


@case_for_each([(name, name) for name in SMALL])
class Complete(ToolTest):
    """A world, to its end"""

    def case(self, name):
        world = WORLDS / (name + ".world")
        one = self.tool("exhaust", "-j", "1", "--check=50", world).out
        two = self.tool("exhaust", "-j", "2", "--check=50", world).out
        self.assert_line("^%s: complete: there is no other state$" % name, one)
        self.assert_line("^pairs of equal states that were checked: [1-9]",
                         one)
        numbers = re.compile("^([0-9]+ states, [0-9]+ transitions, depth "
                             "[0-9]+);", re.M)
        self.assertEqual(numbers.search(one).group(1),
                         numbers.search(two).group(1))


@case_for_each([(name, name) for name in SOME])
class Agrees(ToolTest):
    """The first steps of each world"""

    def case(self, name):
        out = self.tool("exhaust", "--depth=2", "--check=20",
                        WORLDS / (name + ".world")).out
        self.assert_line("every sequence of up to 2 steps was run$", out)


class Found(ToolTest):
    """What is planted is found, and shortest"""

    def test_planted(self):
        """a planted fault"""
        world = WORLDS / "two-indexes.world"
        result = self.tool("exhaust", "-o", "found.tlb", world, status=1,
                           zoo="set-dirty-any-page")
        steps = int(re.search("a divergence after ([0-9]+) operations",
                              result.out).group(1))
        self.assert_line("^DIVERGENCE C9 ", result.out)
        self.tool("replay", "found.tlb")
        self.tool("replay", "found.tlb", status=1, zoo="set-dirty-any-page")
        # all that are shorter agree
        result = self.tool("exhaust", "--depth=%d" % (steps - 1), world,
                           zoo="set-dirty-any-page")
        self.assert_line("every sequence of up to %d steps was run"
                         % (steps - 1), result.out)


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
