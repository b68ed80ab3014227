#!/usr/bin/python3
"""Campaigns: a divergence, or a death, ends nothing.  Each signature is kept, set
aside and counted; what is behind it is found; and what is known has its name.

The faults are planted.  Runs have a number of scenarios, and a seed.
"""
import fcntl
import re
from pathlib import Path

import tooltest
from tooltest import (BUILD, CI, CORPUS, ENOUGH, FUZZ_FLAGS, SEEDS, ZOO_TOOL,
                      ToolTest)

FUZZ = BUILD / "fuzz-iommu-zoo"

# The faults, and what they show: without fixes/0001, without fixes/0002, which
# AddressSanitizer finds, and one that is not among the known ones.
DIRTY = "set-dirty-any-page"
FREED = "entry-not-copied"
WATCH = "watch-8-bytes"
DIRTY_SHOWS = "C9/store/audit-tlb-entry-store-on-fast-path-page-not-dirty"
FREED_SHOWS = "C20/load/addresssanitizer-heap-use-after-free"
WATCH_SHOWS = ("C19/store/event-must-not-happen-want-nothing-more-got-"
               "watchpoint")

# The first store shows DIRTY, the last one WATCH.
BOTH = """tlbdiff 1 iommu
setup pt=identity iommu=open dirty=none fill=page
pt idx=1 va=0x200000 -> pa=0x28000 prot=rwx attrs=wid:0
load cpu=0 idx=1 va=0x200000 size=8 le
store cpu=0 idx=0 va=0x200000 size=8 le val=0x1
store cpu=0 idx=1 va=0x200000 size=8 le val=0x2
watch cpu=0 va=0x200004 more=3 watch=w
store cpu=0 idx=1 va=0x200000 size=4 le val=0x3
"""


def seen_in(log):
    """How often each signature was seen, as the fuzz target says at its end"""
    return {signature: int(count) for count, signature
            in re.findall(r"^stat::set_aside: (\d+) (\S+)$", log, re.M)}


def file_of(signature):
    """The name under which it is kept"""
    return signature.replace("/", "-") + ".tlb"


class Summary(ToolTest):
    """What fuzz.sh says of the log of a campaign: ci/fuzz-lib.sh"""

    def said(self, function, log):
        """What @function says of the lines of @log"""
        Path("log").write_text(log)
        return self.run_command("bash", "-c", f'. "{CI}/fuzz-lib.sh"; '
                                f"{function} log").out

    def test_news(self):
        """the second half of a campaign has brought nothing, or something"""
        first = "#10\tINITED ft: 1\n#40000\tNEW    ft: 2\n#60000\tDONE   ft: 2\n"
        self.assertEqual(self.said("no_news", first), "")
        # it died, and began anew: numbers go on
        self.assertEqual(
            self.said("no_news", first + "#10\tINITED ft: 2\n#65000\tpulse  ft: 2\n"),
            "nothing new in the last 85000 of 125000 scenarios: another TARGET or BASE may "
            "show more, or all states of a small world (tlbdiff exhaust)\n")
        self.assertEqual(
            self.said("no_news", first + "#10000\tNEW    ft: 3\n#65000\tpulse  ft: 3\n"), "")

    def test_news_of_processes(self):
        """each of them has to have brought nothing: their numbers are their own"""
        quiet = "#40000\tNEW    ft: 2\n#150000\tDONE   ft: 2\n"
        news = "#90000\tNEW    ft: 2\n#150000\tDONE   ft: 2\n"
        Path("other").write_text(quiet)
        self.assertEqual(self.said("no_news other", news), "")
        self.assertIn("in the last 220000 of 300000 scenarios: ",
                      self.said("no_news other", quiet))

    def test_sections(self):
        """sections of threads that were held to no order, of all runs"""
        self.assertEqual(self.said("sections_left_open", "stat::scenarios: 3\n"), "")
        self.assertEqual(
            self.said("sections_left_open", 2 * ("stat::sections: 10\n"
                                                 "stat::sections_left_open: 1\n")),
            "threads: 20 times at once, 2 of them held to no order\n")


class FuzzTarget(ToolTest):
    """The fuzz target with one scenario, which shows two faults"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Path("both.tlb").write_text(BOTH)

    def fuzz(self, *args, aside=None, **more):
        """Runs it with what is set aside in the directory @aside"""
        if aside:
            Path(aside).mkdir(exist_ok=True)
        return self.run_command(
            FUZZ, *FUZZ_FLAGS, "-detect_leaks=0", *args, "both.tlb",
            env={"TLBDIFF_SET_ASIDE": str(self.work / aside)} if aside
            else None, **more).err

    def test_1_aborts(self):
        """without a directory, the first divergence ends it"""
        err = self.fuzz(zoo=DIRTY + "," + WATCH, status=None)
        self.assertEqual(len(re.findall("^DIVERGENCE ", err, re.M)), 1)
        self.assert_line("deadly signal", err)

    def test_2_behind(self):
        """with one, the second fault is seen behind the first"""
        seen = seen_in(self.fuzz(aside="a", zoo=DIRTY + "," + WATCH))
        self.assertEqual(seen, {DIRTY_SHOWS: 1, WATCH_SHOWS: 1})
        self.assertEqual(sorted(path.name for path in Path("a").iterdir()),
                         sorted(map(file_of, seen)))

    def test_3_alone(self):
        """what is kept of the second shows it alone"""
        out = self.tool("triage", "a/" + file_of(WATCH_SHOWS), status=1,
                        zoo=DIRTY + "," + WATCH).out
        self.assert_line("^%s$" % re.escape(WATCH_SHOWS), out)

    def test_4_again(self):
        """what is there is set aside, counted, and not reported again"""
        before = {path: path.read_text() for path in Path("a").iterdir()}
        err = self.fuzz(aside="a", zoo=DIRTY + "," + WATCH)
        self.assertEqual(seen_in(err), {DIRTY_SHOWS: 1, WATCH_SHOWS: 1})
        self.assert_no_line("^DIVERGENCE ", err)
        self.assertEqual({path: path.read_text()
                          for path in Path("a").iterdir()}, before)

    def test_5_nothing_left(self):
        """and leaves nothing behind: alone it is as after many others"""
        once = self.fuzz(aside="b", zoo=WATCH)
        many = self.fuzz("-runs=20", aside="b", zoo=WATCH)
        self.assertEqual(seen_in(once), {WATCH_SHOWS: 1})
        self.assertEqual(seen_in(many), {WATCH_SHOWS: 20})

    def test_6_no_directory(self):
        """a directory that is not there is refused"""
        run = self.run_command(FUZZ, "both.tlb", status=2, zoo=WATCH,
                               env={"TLBDIFF_SET_ASIDE": "none"})
        self.assert_line("^TLBDIFF_SET_ASIDE=none: no such directory$",
                         run.err)


class Replay(ToolTest):
    """tlbdiff replay of several files, one of which ends the process"""

    def test_goes_on(self):
        """it says what was not run, runs all others, and its status is 1"""
        good = SEEDS / "c01-flag.tlb"
        deadly = CORPUS / "regressions/io-flushed-in-access.tlb"
        run = self.tool("replay", good, deadly, good, zoo=FREED, status=1)
        self.assertIn("AddressSanitizer", run.err)
        self.assertRegex(run.out, re.compile(
            "^ok %s .*\ndied %s: AddressSanitizer: heap-use-after-free\n"
            "  at operation 4 of 4; the rest of it was not run\n.*\n"
            "ok %s .*\n3 scenarios, " % (good, deadly, good), re.M))

    def test_silent(self):
        """where all ends well, nothing is on standard error"""
        good = SEEDS / "c01-flag.tlb"
        self.assertEqual(self.tool("replay", good, good, zoo="").err, "")


class Campaign(ToolTest):
    """fuzz.sh, twice in the same build directory"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What is built is there: nothing for meson and ninja to do.
        cls.build = cls.work / "build"
        cls.build.mkdir()
        for path in (ZOO_TOOL, FUZZ, BUILD / "meson-info", BUILD / "qemu"):
            (cls.build / path.name).symlink_to(path)
        (cls.build / "build.ninja").write_text("build all: phony\n")
        cls.found = cls.build / "found/fuzz-iommu-zoo"

    def campaign(self, *faults):
        """What it prints; it must find something"""
        return self.run_command(CI / "fuzz.sh", 600, zoo=",".join(faults),
                                status=1, env={"BUILD": str(self.build),
                                               "SEED": "1", "RUNS": "2000"}).out

    def assert_row(self, signature, known, out):
        """A row of the table: seen, with its state and its scenario"""
        self.assertRegex(out, re.compile(
            r"^ +[1-9]\d*  %s\n +%s\n +\d+ operations?: %s$" % (
                re.escape(signature), known,
                re.escape(str(self.found / file_of(signature)))), re.M))

    def test_0_two_at_once(self):
        """another campaign of the same target and build directory is refused"""
        with open(self.build / "fuzz-iommu.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assert_refused("another campaign of fuzz-iommu uses it",
                                CI / "fuzz.sh", env={"BUILD": str(self.build)})

    def test_1_table(self):
        """a table of all of them, with the names of those that are known"""
        out = self.campaign(DIRTY, FREED, WATCH)
        self.assert_row(DIRTY_SHOWS, r"known: dirty-other-mmu-index: .*"
                        r"\(patches/qemu-10.2/fixes/0001\)", out)
        self.assert_row(FREED_SHOWS, r"known: io-flushed-in-access: .*"
                        r"\(patches/qemu-10.2/fixes/0002\)", out)
        self.assert_row(WATCH_SHOWS, "new", out)
        self.assert_line("^the fuzzer's process died 1 time, and began anew$",
                         out)

    def test_2_short(self):
        """each has a short scenario, and nothing else is kept"""
        kept = {path.name for path in self.found.iterdir()}
        self.assertLessEqual(
            set(map(file_of, (DIRTY_SHOWS, FREED_SHOWS, WATCH_SHOWS))), kept)
        for path in self.found.iterdir():
            self.assert_line("^# minimized from ", path.read_text())
            self.assertLessEqual(
                len(self.tool("show", path, zoo="").out.splitlines()) - 2,
                ENOUGH)

    def test_3_mended(self):
        """the next one says what is mended, and what is still there"""
        out = self.campaign(DIRTY, WATCH)
        self.assert_line("^  mended: %s: " % re.escape(FREED_SHOWS), out)
        self.assert_line("^  still there: %s$" % re.escape(DIRTY_SHOWS), out)
        self.assert_row(DIRTY_SHOWS, "known: .*", out)
        self.assert_no_line("C20/.*$(?<!tlb)", out.split("set aside")[1])
        self.assertTrue((self.found / "mended" / file_of(FREED_SHOWS)).exists())
        self.assertFalse((self.found / file_of(FREED_SHOWS)).exists())

    def test_4_processes(self):
        """several processes share a corpus, and what one finds is in the table"""
        out = self.run_command(
            CI / "fuzz.sh", 600, zoo=WATCH, status=1,
            env={"BUILD": str(self.build), "SEED": "1", "RUNS": "2000", "JOBS": "2"}).out
        self.assert_row(WATCH_SHOWS, "new", out)
        self.assert_line(r"^fuzzed \d+ s: \d+ scenarios, .*, in 2 processes$", out)
        for n in "12":
            log = (self.build / ("fuzz-iommu-zoo.log." + n)).read_text()
            self.assertGreaterEqual(
                int(re.search("^stat::scenarios: ([0-9]+)$", log, re.M)[1]), 2000)

    def test_5_plain(self):
        """without sanitizers: all but the first"""
        for name in ("tlbdiff", "fuzz-iommu", "fuzz-iommu-cov"):
            (self.build / name).symlink_to(BUILD / name)
        out = self.run_command(
            CI / "fuzz.sh", 600, zoo="",
            env={"BUILD": str(self.build), "PLAIN": str(self.build), "SEED": "1",
                 "RUNS": "100", "JOBS": "2"}).out
        self.assert_line(", in 2 processes, 1 without sanitizers$", out)
        self.assert_line("^no divergences$", out)

    def test_6_ends_early(self):
        """a process that ends before its time, and has found nothing, has failed"""
        stand_in = self.work / "plain" / "fuzz-iommu"
        stand_in.parent.mkdir()
        stand_in.write_text("#!/bin/sh\n")
        stand_in.chmod(0o755)
        run = self.run_command(
            CI / "fuzz.sh", 600, zoo="", status=2,
            env={"BUILD": str(self.build), "PLAIN": str(stand_in.parent), "SEED": "1",
                 "RUNS": "100", "JOBS": "2"})
        self.assert_line("^fuzz: the fuzzer stopped with status 0: see .*/fuzz-iommu"
                         r"\.log\.2$", run.err)
        self.assert_no_line("no divergences", run.out)

    def test_7_refused(self):
        """a number of processes that is none; a build that has no such program"""
        self.assert_refused("JOBS=none: expected a number of processes",
                            CI / "fuzz.sh", env={"JOBS": "none"})
        self.assert_refused("PLAIN=/: no fuzz-iommu in it",
                            CI / "fuzz.sh", env={"PLAIN": "/", "JOBS": "2"})

    def test_8_of_another_target(self):
        """report.sh: what was found is not another target's"""
        run = self.run_command(CI / "report.sh", self.work / "page", status=2,
                               zoo=DIRTY, env={"BUILD": str(self.build),
                                               "TARGET": "tzmpc"})
        self.assert_line("no campaign of fuzz-tzmpc has run there", run.err)


if __name__ == "__main__":
    tooltest.main()
