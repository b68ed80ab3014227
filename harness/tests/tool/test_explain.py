#!/usr/bin/python3
"""What `tlbdiff explain` says of planted faults: of each, the clause, and the
entry or the event that is wrong, in the first paragraph.  And the pages that it
and `tlbdiff report` write.
"""
import json
import shutil
from pathlib import Path

import tooltest
from tooltest import SEEDS, ToolTest, case_for_each

# Fault, seed, clause, and words that must be there; ".*" where others may be.
FAULTS = r"""
flag-ro            c01-flag              C1   In `store .*\(operation 2\): a store translates with flag r\..* through `iommu0\+0x4000` \(index 0\) to `ram0\+0x4000`
probe-not-asked    c02-probes            C2   In `probe .*type=load .*: the IOMMU was not asked for the load at 0x1010\.
fill-translates    c02-deferral          C2   In `store .*: an IOMMU was called while the TLB was filled\.
section-index      c03-io-behind-iommu   C3   After `iommu mmu=1 .*\(operation 7\), in `store .*QEMU has `failed .*demands `dev-write blocked\+0x2010
nested-stops       c03-nested            C3   the IOMMU behind the first was not asked about 0x1010\..*through `iommu1\+0x1010` and `iommu0\+0x1010`
perm-ignored       c04-denied            C4   demands `failed .* decode-error`.* through `iommu0\+0x4010` \(index 0\), which denies them
index-zero         c05-index             C5   : translated with index 0; the entry's attributes say 2\..*\(index 2\)
mask-ignored       c06-granule           C6   entry for page `0x1000` of cpu 0, MMU index 0 is wrong for loads: the next access would not ask the IOMMU
small-page-cached  c06-small-page        C6   After `pt idx=0 va=0x4000 .* lg=4` \(operation 1\).*page `0x4000` .* for loads: live, but each access must ask the page tables
addend-overwritten c07-addend-conflict   C7   page `0x4000` .* for loads: the addend leads elsewhere \(`ram0\+0x5000`, not `ram0\+0x3000`\)
all-types          c01-flag              C8   page `0x4000` .* for stores: .*By QEMU's entry, stores are: fast, to `ram0\+0x4000`; by the contract: must ask the IOMMU
nested-perm        c08-nested-perm       C8   page `0x101000` .* for stores: the next access would not ask the IOMMU
notdirty-load-page c09-dirty-deferred-load C9 After `clear-dirty client=vga -> ram0\+0x6000` \(operation 4\), .* the vga dirty bit of ram0\+0x6000 is clear
reset-dirty-one-cpu c09-two-cpus         C9   After `clear-dirty .*\(operation 14\): QEMU's TLB entry for page `0x4000` of cpu 1, .* but its page is not dirty
protect-keeps-tlb  c10-code              C10  After `block .*: QEMU's TLB entry for page `0x200000` .* for stores: .*: its page has code
readonly-written   c03-rom               C11  page `0x30d000` .* for stores: .*stores are: fast, to `rom\+0x0`; by the contract: slow
fill-keeps-victim  c12-stale-victim      C12  QEMU's victim TLB entry for page `0x1000` of cpu 0, MMU index 0 is wrong for loads
notify-current-cpu c13-notify-two-cpus   C13  After `iommu .*\(operation 13\): .* page `0x1000` of cpu 1, .*are: fast, to `ram0\+0x1000`; .* to `ram1\+0x2000` \(operation 13\)
notifier-once      c13-notify            C13  page `0x4000` .*: no notification of changes in iommu0 would reach it
flush-keeps-victim c14-flush-victim      C14  After `flush cpu=0 page va=0x104000` \(operation 7\): QEMU's victim TLB entry for page `0x104000` .*: live, but it should be gone
synced-one-cpu     c14-flushes-synced    C14  After `flush cpu=1 all synced` \(operation 4\): .* page `0x1000` of cpu 0,
range-in-large-page c14-large-page-range C14  After `flush cpu=0 range va=0x5000 .*: QEMU's TLB entry for page `0x4000`
commit-one-cpu     c15-two-cpus          C15  After `map-offset ram0\+0x1000` \(operation 4\): .* page `0x200000` of cpu 1, .*are: fast, to `ram0\+0x0`; .* to `ram0\+0x1000`
romd-silent        c15-romd              C15  After `romd-mode off` \(operation 4\): .* page `0x30c000`
failure-goes-on    c16-crossing-wide     C16  QEMU has `dev-write blocked\+0x1ffe .*demands `failed .*va=0x1ffd
rmw-discarded      c17-exits             C17  After `pt idx=0 va=0x5000 .*, in `rmw .*demands `EXCP_ATOMIC`
watch-before-fault c18-fault-before-watch C18 After `pt-clear idx=0 va=0x201000` \(operation 2\), in `load .*not asked for the load at 0x201000\..*permit no loads at `0x201000`
failed-physaddr    c03-io-behind-iommu   C18  QEMU has `failed .*pa=0x2010 .*demands `failed .*pa=0x12010
watch-both         c19-watchpoints       C19  After `watch cpu=0 va=0x1020 watch=w` \(operation 12\), in `load .*QEMU has `watchpoint
resize-first-half  c12-resize            C20  During `crowd .*\(operation 6\) the process ended: AddressSanitizer: heap-buffer-overflow\.
in-page-kept       c04-denied-in-pieces  C22  an assertion that was not predicted: .*memory_region_is_ram
victim-shuffled    c21-victims           C21  the second run of the same bytes had other events
"""


def seed(name):
    """The file of a seed"""
    return SEEDS / (name + ".tlb")


def paragraph(text):
    """The first one, which begins with the fifth line, in one line"""
    lines = text.splitlines()[4:]
    return " ".join(lines[:lines.index("")])


@case_for_each([(row.split()[0], *row.split(None, 3))
                for row in FAULTS.strip().splitlines()])
class Told(ToolTest):
    """What is said of a fault that a seed shows"""

    def case(self, fault, name, clause, words):
        result = self.tool("explain", seed(name), zoo=fault, status=1)
        said = paragraph(result.out)
        self.assertRegex(said, words)
        self.assertIn("This breaks %s " % clause, said)
        self.assertEqual(result.err, "")


@case_for_each([("%s is told the same twice" % name, name)
                for name in ("c14-flush-victim", "c12-resize")])
class ToldTwice(ToolTest):
    """No pointer, number of a process or time: the same words each time"""

    def case(self, name):
        first, second = (
            self.tool("explain", seed(name), zoo="resize-first-half",
                      status=None) for _ in range(2))
        self.assertNotEqual(first.out, "")
        self.assertIn(first.status, (0, 1))
        self.assertEqual(first.out, second.out)
        self.assertEqual(first.status, second.status)


class Page(ToolTest):
    """The page about one scenario"""

    def test_page(self):
        """a page is written"""
        self.tool("explain", "--html", "page.html", seed("c14-flush-victim"),
                  zoo="")
        self.assertTrue(Path("page.html").exists())

    def test_whole(self):
        """it is whole"""
        self.assert_line("^</html>", Path("page.html").read_text())

    def test_name(self):
        """a scenario's name is shown as it is"""
        name = 'a<&"b.tlb'
        shutil.copy(SEEDS / "c14-flush-victim.tlb", name)
        self.tool("explain", "--html", "name.html", name, zoo="")
        self.assertIn("explain a&lt;&amp;&#34;b.tlb</p>",
                      Path("name.html").read_text())

    def test_json(self):
        """JSON, in one line"""
        result = self.tool("explain", "--json", seed("c14-flush-victim"),
                           zoo="flush-keeps-victim", status=1)
        self.assert_one_line("^{", result.out)
        self.assertEqual(json.loads(result.out)["clause"], "C14 flush")

    def test_no_file(self):
        """a file that is not there"""
        self.assert_refused("no-such-file", tooltest.ZOO_TOOL, "explain",
                            "no-such-file")

    def test_checker(self):
        """a fault of a checker, and one that shows in the set-up"""
        seeds = tooltest.ROOT / "corpus" / "fuzz-tzmpc" / "seeds"
        for fault, where in (("tzmpc-stale-record", "In `store "),
                             ("tzmpc-blk-max", "In the set-up: checker 0: ")):
            out = self.tool("explain", seeds / "d3-record.tlb", zoo=fault,
                            status=1).out
            self.assertIn(where, out)
            self.assertRegex(" ".join(out.split()),
                             "The device is `hw/misc/tz-mpc.c`[.]")

    def test_device(self):
        """a page does not take the place of a device file"""
        self.assert_refused("/dev/full: is not a regular file",
                            tooltest.ZOO_TOOL, "explain",
                            "--html", "/dev/full", seed("c14-flush-victim"))
        self.assertFalse(Path("/dev/full").is_file())


@case_for_each([("it has " + part, part) for part in (
    "400, 200 a second", '<a href="crash-1.html">', 'value="98.5"',
    "C14 flush", 'points="0,140 240.0,', "</html>")])
class CampaignPage(ToolTest):
    """The page about a campaign"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Path("samples").write_text("1 10 200 30 0\nno numbers\n"
                                   "2 25 400 40 1\n")
        Path("lines").write_text(
            "lines that the series adds:  98.5 % (197 of 200)\n")
        cls.result = cls.tool(
            "report", "--html", "page.html", "--samples", "samples",
            "--lines", "lines", "--found", "crash-1",
            seed("c14-flush-victim"), zoo="", status=None)

    def test_written(self):
        """the page of a campaign is written"""
        self.assertEqual((self.result.status, self.result.err), (0, ""))
        self.assertTrue(Path("page.html").exists())

    def case(self, part):
        self.assertIn(part, Path("page.html").read_text())


if __name__ == "__main__":
    tooltest.main()
