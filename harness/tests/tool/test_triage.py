#!/usr/bin/python3
"""Many crash files of one campaign, which has found 12 faults: tlbdiff triage
must find 12 groups.

The faults are planted, all at once.  The files are scenarios that show one, with
operations of others between theirs.
"""
import re
import shutil
import time
from collections import Counter, defaultdict
from pathlib import Path

import tooltest
from tooltest import CI, CORPUS, SEEDS, ToolTest, case_for_each

SIGNATURES = 12
FILES = 60
FAULTS = ("section-index,index-zero,mask-ignored,lost-notdirty,"
          "code-first-byte,romd-written,no-notifier-store,flush-keeps-victim,"
          "page1-first,rmw-reads-io,failed-physaddr,watch-8-bytes,"
          "entry-not-copied")


def groups(text):
    """What triage --files has printed: the paths, by the signature"""
    found = defaultdict(list)
    signature = None
    for line in text.splitlines():
        if re.fullmatch(r"[^ ]+/[^ ]+", line):
            signature = line
        elif line.startswith("    "):
            found[signature].append(line.split()[0])
    return found


def signature_of(path):
    """What the comment in a file that triage has written says"""
    return re.search("^# signature: (.*)", path.read_text(), re.M)[1]


class Triage(ToolTest):
    """Of a campaign"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The seeds show many faults: a file for each of the first signatures.
        cls.tool("triage", "-o", "base", SEEDS, zoo=FAULTS, status=1)
        cls.bases = sorted(Path("base").rglob("*.tlb"))[:SIGNATURES]
        cls.wanted = sorted(map(signature_of, cls.bases))
        # Some candidates lose their fault, or show another one first: not
        # taken.  Of each as many as there are, one of each in turn.
        for name in ("candidates", "crashes"):
            Path(name).mkdir()
        cls.run_command(CI / "crash-files.py", "candidates", 2 * FILES, SEEDS,
                        *cls.bases)
        found = groups(cls.tool("triage", "--files", "candidates", zoo=FAULTS,
                                status=1).out)
        taken = sorted((turn, signature, path)
                       for signature in cls.wanted for turn, path
                       in enumerate(sorted(found[signature])))[:FILES]
        cls.taken = Counter(signature for _, signature, _ in taken)
        for _, _, path in taken:
            shutil.copy(path, "crashes")
        start = time.monotonic()
        cls.result = cls.tool("triage", "--files", "-o", "smallest", "crashes",
                              zoo=FAULTS, status=None)
        print("# %d files in %.2f s" % (FILES, time.monotonic() - start))

    def test_bases(self):
        """12 signatures among the seeds"""
        self.assertEqual(len(set(self.wanted)), SIGNATURES)

    def test_crash_files(self):
        """60 crash files"""
        self.assertEqual(len(list(Path("crashes").iterdir())), FILES)

    def test_status(self):
        """the exit status is 1"""
        self.assertEqual((self.result.status, self.result.err), (1, ""))

    def test_groups(self):
        """12 groups"""
        self.assertRegex(self.result.out.splitlines()[-1],
                         "^%d files: %d signatures, " % (FILES, SIGNATURES))

    def test_same_files(self):
        """each file is in its group"""
        found = groups(self.result.out)
        self.assertEqual({signature: len(paths)
                          for signature, paths in found.items()}, self.taken)

    def test_smallest(self):
        """a file for each group"""
        self.assertEqual(len(list(Path("smallest").rglob("*.tlb"))),
                         SIGNATURES)

    def test_smallest_show_them(self):
        """these have the same signatures"""
        out = self.tool("triage", "smallest", zoo=FAULTS, status=1).out
        self.assertEqual(sorted(re.findall("^[^ ]+/[^ ]+$", out, re.M)),
                         self.wanted)

    def test_without_faults(self):
        """without the faults all agree"""
        # A file of those without the faults is none that diverges.
        out = self.tool("triage", "smallest", zoo="").out
        self.assert_line("0 signatures.*%d without any" % SIGNATURES, out)

    def test_known(self):
        """a signature is known"""
        # A comment in a file of a directory that is given says so.
        Path("known").mkdir()
        shutil.copy(self.bases[0], "known/fixed.tlb")
        out = self.tool("triage", "--known=known", self.bases[0], zoo=FAULTS,
                        status=1).out
        self.assert_line("^  known: known/fixed.tlb$", out)
        self.assertRegex(out.splitlines()[-1],
                         "^1 file: 1 signature, 1 of them known")


@case_for_each([
    ("fixes/0001 is known", "set-dirty-any-page", "dirty-other-mmu-index"),
    ("fixes/0002 is known", "entry-not-copied", "io-flushed-in-access"),
    ("fixes/0006 is known", "range-in-large-page", "flush-range-large-page"),
])
class KnownRegression(ToolTest):
    """The regressions say what their faults look like without the fixes"""

    def case(self, fault, name):
        path = CORPUS / "regressions" / (name + ".tlb")
        out = self.tool("triage", path, zoo=fault, status=1).out
        self.assert_line("^  known: %s: .* \\(patches/qemu-.*/fixes/" % name,
                         out)


class KnownElsewhere(ToolTest):
    """Another fault with a signature of a known one, which is mended here"""

    def test_not_known(self):
        """it is new"""
        Path("wide.tlb").write_text(
            "tlbdiff 1 iommu\n"
            "setup pt=identity iommu=open dirty=all fill=page\n"
            "store cpu=0 idx=0 va=0x300010 size=16 le val=0x1 hi=0x2\n")
        out = self.tool("triage", "wide.tlb", zoo="wide-store-offset",
                        status=1).out
        self.assert_line("^C3/store/events-differ-want-dev-write-got-dev-"
                         "write$", out)
        self.assert_line("^  new$", out)


if __name__ == "__main__":
    tooltest.main()
