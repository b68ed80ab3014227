#!/usr/bin/python3
"""Every fault that is planted in a target must be found, from its seeds; and
for each clause of its faults, or of the whole contract, there must be one that
is reported as a breach of it.

    test_zoo.py BUILD TARGET

Prints what `tlbdiff zoo` does: for each fault the clause expected and the one
reported, the time, the operations it took.  Another clause than that is not a
failure by itself: one mistake can break several.
"""
import re

import tooltest
from tooltest import BUILD, FUZZ_FLAGS, ROOT, ToolTest, case_for_each

TARGET, = tooltest.WORDS
PROGRAM = BUILD / ("fuzz-%s-zoo" % TARGET)
CORPUS = ROOT / "corpus" / ("fuzz-" + TARGET)
SECONDS = 60        # that each may take

# As "NAME CLAUSE the mistake; what is seen of it"
PLANTED = [line.split()[0] for line in ToolTest.run_command(
    PROGRAM, zoo="list").out.splitlines()]

# One core, a fixed seed, and the seeds alone: the regressions would give away
# the faults that they are named after.
HUNT = ToolTest.tool("zoo", "--target=" + TARGET, "--runs=1", "--jobs=1",
                     "--seconds=%d" % SECONDS, "--state=/dev/null",
                     CORPUS / "seeds", status=None)
for said in (HUNT.out + HUNT.err).splitlines():
    print("# " + said)

# Its tables: the clause that each fault breaks, and whether it was found ...
FAULTS = {name: (clause, found) for name, clause, found in re.findall(
    "^([a-z0-9-]+) +([CD][0-9]+) .* ([0-9]+/[0-9]+)$", HUNT.out, re.M)}
# ... and for each clause how many faults were reported as a breach of it.
CLAUSES = {clause: int(reported) for clause, reported in re.findall(
    "^([CD][0-9]+) .*?[0-9]+ +([0-9]+) +[0-9]+(?:  none!)?$", HUNT.out, re.M)}


@case_for_each([(name + " found", name) for name in PLANTED])
class Found(ToolTest):
    """A planted fault"""

    def case(self, name):
        self.assertEqual(FAULTS[name][1], "1/1")


@case_for_each([("a fault is reported as " + clause, clause)
                for clause in CLAUSES])
class Reported(ToolTest):
    """A clause"""

    def case(self, clause):
        self.assertGreater(CLAUSES[clause], 0)


class Target(ToolTest):
    """The hunt as a whole, and the program"""

    def test_status(self):
        """the hunt is a success"""
        self.assertEqual((HUNT.status, HUNT.err), (0, ""))

    def test_enough(self):
        """there are five faults or more"""
        self.assertGreaterEqual(len(PLANTED), 5)

    def test_clauses(self):
        """each clause that a fault breaks has its line"""
        self.assertLessEqual({clause for clause, _ in FAULTS.values()},
                             set(CLAUSES))
        if TARGET == "iommu":
            header = (ROOT / "reference-model/clauses.h").read_text()
            contract = set(re.findall(r"\bRM_(C\d+)_", header))
            self.assertEqual(set(CLAUSES), contract)

    def test_no_fault(self):
        """no fault chosen, none found"""
        dirs = [path for path in CORPUS.iterdir()
                if path.name in ("seeds", "regressions")]
        self.assertIn(CORPUS / "seeds", dirs)
        self.run_command(PROGRAM, "-runs=0", *FUZZ_FLAGS, *dirs)

    def test_no_such_fault(self):
        """a fault that does not exist is refused"""
        self.assert_refused("no-such-fault: no such fault", PROGRAM,
                            zoo="no-such-fault")


if __name__ == "__main__":
    tooltest.main()
