#!/usr/bin/python3
"""What `replay --json` and `triage --json` print, read back: all members of
planted divergences, and of what agrees.
"""
import json

import tooltest
from tooltest import CORPUS, SEEDS, TOOL, ToolTest

REGRESSION = CORPUS / "regressions" / "dirty-other-mmu-index.tlb"

# What set-dirty-any-page does to it.
DIRTY = {
    "clause": "C9",
    "clause_text": "a store leaves the dirty bits of its pages set, and no "
                   "others",
    "signature": "C9/store/audit-tlb-entry-store-on-fast-path-page-not-dirty",
    "operation": 3,
    "operation_text": "store cpu=0 idx=0 va=0x200000 size=8 le val=0x1",
    "what": "audit: TLB entry cpu=0 idx=1 va=0x200000 store: on the fast "
            "path, but its page is not dirty",
    "expected": None,
    "observed": None,
    "alone": None,
    "kind": "entry",
    "details": {"reason": "not-dirty", "cpu": 0, "mmu_idx": 1,
                "victim": False, "va": 0x200000, "type": "store"},
}


def objects(text):
    """Each line is an object, and says what was tested, as --version does"""
    version = ToolTest.run_command(tooltest.TOOL, "--version").out
    found = [json.loads(line) for line in text.splitlines()]
    for one in found:
        if one.pop("qemu") != ", ".join(version.splitlines()[1:3]):
            raise ToolTest.failureException("another version: %s" % version)
    return found


class Json(ToolTest):
    """Lines of JSON"""

    def test_replay_agrees(self):
        """what agrees"""
        conflict, flag = SEEDS / "c07-addend-conflict.tlb", SEEDS / "c01-flag.tlb"
        found = objects(self.tool("replay", "--json", flag, conflict).out)
        for one in found:
            self.assertGreater(one.pop("operations"), 0)
        self.assertEqual(found, [
            {"file": str(path), "target": "iommu", "verdict": "agree",
             "conflict": path == conflict} for path in (flag, conflict)])

    def test_replay_refused(self):
        """not with what prints something else"""
        for option in ("--trace", "--events", "--engine=qemu", "--stop-at=1"):
            self.assert_refused("--json", TOOL, "replay", "--json", option,
                                REGRESSION)

    def test_replay_bad_input(self):
        """bad input is one line on standard error"""
        self.assert_refused("no-such-file", TOOL, "replay", "--json",
                            "no-such-file")

    def test_triage_agrees(self):
        """a group that agrees"""
        path = str(SEEDS / "c01-flag.tlb")
        one, = objects(self.tool("triage", "--json", path).out)
        self.assertGreater(one.pop("operations"), 0)
        self.assertEqual(one, {
            "verdict": "agree", "count": 1, "files": [path],
            "smallest": path, "target": "iommu", "known": None,
            "fault": None})


class JsonOfFaults(ToolTest):
    """Of planted faults"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not tooltest.ZOO_TOOL.exists():
            cls.skipTest(cls, "this build has no planted faults")

    def test_replay(self):
        """every member of a divergence"""
        one, = objects(self.tool("replay", "--json", REGRESSION, status=1,
                                 zoo="set-dirty-any-page").out)
        self.assertEqual(one, {
            "file": str(REGRESSION), "target": "iommu", "operations": 4,
            "verdict": "diverge", **DIRTY})

    def test_triage(self):
        """every member of a group, which is known"""
        path = str(REGRESSION)
        one, = objects(self.tool("triage", "--json", path, status=1,
                                 zoo="set-dirty-any-page").out)
        self.assertEqual(one, {
            "verdict": "diverge", "count": 1, "files": [path],
            "smallest": path, "target": "iommu", "operations": 4,
            "known": path, "fault": "dirty-other-mmu-index", **DIRTY})

    def test_died(self):
        """what a sanitizer finds"""
        one, = objects(self.tool("triage", "--json",
                                 SEEDS / "c20-flush-in-access.tlb",
                                 zoo="entry-not-copied", status=1).out)
        self.assertEqual(
            (one["verdict"], one["clause"], one["kind"], one["details"]),
            ("died", "C20", "death",
             {"cause": "sanitizer", "sanitizer": "AddressSanitizer",
              "error": "heap-use-after-free"}))

    def test_goes_on(self):
        """replay goes on behind a sanitizer's finding, and has a line for it"""
        result = self.tool("replay", "--json", SEEDS / "c01-flag.tlb",
                           SEEDS / "c20-flush-in-access.tlb",
                           SEEDS / "c01-flag.tlb",
                           zoo="entry-not-copied", status=1)
        self.assertIn("AddressSanitizer", result.err)
        lines = objects(result.out)
        self.assertEqual([one["verdict"] for one in lines],
                         ["agree", "died", "agree"])
        self.assertEqual(lines[1]["details"]["error"], "heap-use-after-free")


if __name__ == "__main__":
    tooltest.main()
