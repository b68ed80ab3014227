#!/usr/bin/python3
"""The tool, as a user meets it: exit status, bad input, the two forms."""
import hashlib
import os
import re
from pathlib import Path

import tooltest
from tooltest import CI, CORPUS, SEEDS, TOOL, ToolTest, case_for_each

LINE = "load cpu=0 idx=0 va=0x4008 size=8 le"


def scenario(name, *lines):
    """Makes it a file of the current directory"""
    Path(name).write_text("\n".join(("tlbdiff 1 iommu", *lines, "")))


def program(name, line):
    """Makes it a program that prints this line"""
    Path(name).write_text("#!/bin/sh\necho \"%s\"\n" % line)
    Path(name).chmod(0o755)


@case_for_each([
    ("no command", "no command"),
    ("unknown command", "unknown command 'frobnicate'", "frobnicate"),
    ("unknown option", "Unknown option --frobnicate",
     "replay", "--frobnicate", "good.tlb"),
    ("no file", "needs a file", "replay"),
    ("no file to measure", "bench: needs a file", "bench"),
    ("a report on nothing", "report: needs --coverage", "report", "good.tlb"),
    ("no number of seconds", "bench: .*seconds",
     "bench", "--seconds=soon", "good.tlb"),
    ("no time to measure", "bench: --seconds: expected at least 1",
     "bench", "--seconds=0", "good.tlb"),
    ("less than no tolerance", "bench: --tolerance: expected at least 0",
     "bench", "--tolerance=-1", "good.tlb"),
    ("no seeds for the zoo", "zoo: needs a directory", "zoo"),
    ("a file for the zoo", "good.tlb: expected a directory",
     "zoo", "--target=./zoo", "good.tlb"),
    ("no seeds in the directory", "empty: no scenarios",
     "zoo", "--target=./zoo", "empty"),
    ("seeds for an unaided zoo",
     "zoo: --unaided: expected no directory of seeds, found empty",
     "zoo", "--unaided", "empty"),
    ("one fault of all targets", "zoo: --only is about one target",
     "zoo", "--unaided", "--only=yes"),
    ("a page of all targets", "zoo: --html is about one target",
     "zoo", "--unaided", "--html=page"),
    ("no time for the zoo", "zoo: --seconds: expected at least 1",
     "zoo", "--seconds=0", "empty"),
    ("no runs of the zoo", "zoo: --runs: expected at least 1",
     "zoo", "--runs=0", "empty"),
    ("too many runs of the zoo", "zoo: --runs: expected at most",
     "zoo", "--runs=1000000", "empty"),
    ("less than no jobs", "zoo: --jobs: expected at least 0",
     "zoo", "--jobs=-1", "empty"),
    ("no such fault", "zoo: --only=yes: no such fault",
     "zoo", "--target=./zoo", "--only=yes", "empty"),
    ("no such zoo", "none-zoo: there is no such program; ci/build.sh",
     "zoo", "--target=./none-zoo", "empty"),
    ("no such target of the zoo",
     "zoo: --target: there is no target 'none'; a program is given by its path",
     "zoo", "--target=none", "empty"),
    ("a zoo without faults", "/bin/true: .*no faults",
     "zoo", "--target=/bin/true", "empty"),
    ("a zoo that lists nonsense", "expected a name.*found 'Hello'",
     "zoo", "--target=./nonsense", "empty"),
    ("a zoo of no clause", "expected a name.*found 'fault C0 a mistake; an",
     "zoo", "--target=./lawless", "empty"),
    ("no place for results", "no/such/dir",
     "zoo", "--target=./zoo", "--state=no/such/dir/state", SEEDS),
    ("nothing to minimize", "minimize: needs a file", "minimize"),
    ("no time to minimize", "minimize: --timeout: expected at least 1",
     "minimize", "--timeout=0", "good.tlb"),
    ("minimize a typo", "typo.tlb:2:1", "minimize", "typo.tlb"),
    ("no place for what is minimized", "good.tlb/dir: cannot make",
     "minimize", "-o", "good.tlb/dir", "good.tlb", "nul.tlb"),
    ("nothing to triage", "triage: needs a file", "triage"),
    ("no time to triage", "triage: --timeout: expected at least 1",
     "triage", "--timeout=0", "good.tlb"),
    ("a typo among many", "typo.tlb:2:1", "triage", "good.tlb", "typo.tlb"),
    ("no place for groups", "good.tlb/dir: cannot make",
     "triage", "-o", "good.tlb/dir", "good.tlb"),
    ("nothing is known", "empty: no scenarios",
     "triage", "--known=empty", "good.tlb"),
    ("no time to look again", "findings: --timeout: expected at least 1",
     "findings", "--timeout=0", "good.tlb"),
    ("not a finding", "good.tlb: no comment names a signature",
     "findings", "good.tlb"),
    ("no counts", "no-counts", "findings", "--seen=no-counts", "good.tlb"),
    ("no such engine", "expected model, qemu or dma, found 'tcg'",
     "replay", "--engine=tcg", "good.tlb"),
    ("a typo for one engine", "typo.tlb:2:1",
     "replay", "--engine=model", "typo.tlb"),
    ("no such stop", "replay: --stop-at: expected at least 1",
     "replay", "--stop-at=-1", "good.tlb"),
    ("two files to show", "needs one file", "show", "good.tlb", "good.tlb"),
    ("missing file", "none.tlb: No such file", "replay", "none.tlb"),
    ("a directory to show", "empty: no scenarios", "show", "empty"),
    ("no such target to show", "show: --target: there is no target 'iomm'",
     "show", "--target=iomm", "good.tlb"),
    ("nowhere to show into", "show: good.tlb/x: cannot make this directory",
     "show", "--into=good.tlb/x", "good.tlb"),
    ("empty directory", "no scenarios", "replay", "empty"),
    ("syntax error", "typo.tlb:2:1: expected .*load.*found .laod",
     "replay", "typo.tlb"),
    ("wrong word", r"size.tlb:2:33: expected 1\|2\|4\|8", "show", "size.tlb"),
    ("out of range", "va.tlb:2:21: expected a number for va",
     "encode", "va.tlb"),
    ("fields that do not fit", "fit.tlb:2:36: expected a val that fits",
     "show", "fit.tlb"),
    ("wrong version", "version.tlb:1:1: expected tlbdiff 1 iommu",
     "show", "version.tlb"),
    ("a zero byte", "nul.tlb: not text", "show", "nul.tlb"),
    ("oversized", "large: too large", "replay", "large"),
    ("unwritable output", "dir/out",
     "encode", "good.tlb", "-o", "no/such/dir/out"),
    ("two files to encode", "encode: needs one file",
     "encode", "good.tlb", "good.tlb"),
    ("nowhere to encode into", "encode: good.tlb/x: cannot make this directory",
     "encode", "--into=good.tlb/x", "good.tlb"),
    ("two places to encode to", "encode: --into and --output: give one",
     "encode", "--into=x", "--output=x", "good.tlb"),
    ("two files of one name",
     "encode: good.tlb and sub/good.tlb: both would be into/good",
     "encode", "--into=into", "good.tlb", "sub/good.tlb"),
])
class BadInput(ToolTest):
    """The tool must refuse it: status 2, one line that says what is wrong"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        scenario("typo.tlb", "laod cpu=0")
        scenario("size.tlb", "load cpu=0 idx=0 va=0x4008 size=3 le")
        scenario("va.tlb", "load cpu=0 idx=0 va=0x8004008 size=8 le")
        scenario("good.tlb", LINE + "  # fine")
        scenario("fit.tlb", "store cpu=0 idx=0 va=0x8 size=1 le val=0x1ff")
        Path("version.tlb").write_text("tlbdiff 2 iommu\n")
        Path("nul.tlb").write_text("tlbdiff 1 iommu\n\0")
        Path("large").write_bytes(bytes(5000))
        Path("empty").mkdir()
        Path("sub").mkdir()
        scenario("sub/good.tlb", LINE)
        program("zoo", "fault C3 a mistake; an effect")
        program("lawless", "fault C0 a mistake; an effect")
        program("nonsense", "Hello")

    def case(self, pattern, *args):
        self.assert_refused(pattern, TOOL, *args)


BENCH = "[--record] [SECONDS] | --unaided BEFORE [SECONDS]"


@case_for_each([
    ("fuzz.sh: no number", "fuzz.sh", "[--limits] [SECONDS]", "soon"),
    ("fuzz.sh: no time", "fuzz.sh", "[--limits] [SECONDS]", "0"),
    ("fuzz.sh: too many arguments", "fuzz.sh", "[--limits] [SECONDS]", "60", "60"),
    ("bench.sh: no number", "bench.sh", BENCH, "soon"),
    ("bench.sh: too many arguments", "bench.sh", BENCH,
     "--record", "60", "60"),
    ("bench.sh: not before what", "bench.sh", BENCH, "--unaided"),
])
class ScriptUsage(ToolTest):
    """The scripts that people start, before they do anything"""

    def case(self, script, usage, *args):
        said = "%s: usage: %s %s\n" % (Path(script).stem, script, usage)
        self.assert_refused("^" + re.escape(said) + "$", CI / script, *args)


@case_for_each([("round trip " + path.name, path)
                for path in sorted(CORPUS.glob("*/*.tlb"))])
class RoundTrip(ToolTest):
    """Text, binary, text and binary again"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # all at once: each start of the tool is a start of QEMU
        cls.tool("encode", "--into=binary", *CORPUS.glob("*/*.tlb"))
        shown = cls.tool("show", "--into=text", "binary").out
        cls.texts = {Path(path).name: Path("text") / name
                     for name, path in map(str.split, shown.splitlines())}
        cls.tool("encode", "--into=again", "text")

    def case(self, path):
        text = self.texts[path.stem]
        self.assertEqual((Path("binary") / path.stem).read_bytes(),
                         (Path("again") / text.stem).read_bytes())
        lines = [line for line in path.read_text().splitlines()
                 if not line.startswith("#")]
        self.assertEqual(len(text.read_text().splitlines()), len(lines))


class Commands(ToolTest):
    """What the commands do with a good scenario"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        scenario("good.tlb", LINE + "  # fine")
        scenario("look.tlb", "setup pt=identity iommu=open dirty=all fill=page",
                 "store cpu=0 idx=0 va=0x4010 size=2 le val=0x1234",
                 "load cpu=0 idx=0 va=0x4010 size=2 be",
                 "probe cpu=0 idx=0 access va=0x4010 type=load len=4")
        with open(TOOL, "rb") as file:
            Path("bytes").write_bytes(file.read(1000))

    def test_full_disk(self):
        """full disk"""
        self.assert_full_disk(TOOL, "show", "good.tlb")

    def test_into(self):
        """show --into"""
        last = sorted(CORPUS.glob("*/*.tlb"))[-1]
        self.tool("encode", last, "-o", "a.bin")
        text = self.tool("show", "a.bin").out
        Path("a.tlb").write_text(text)
        out = self.tool("show", "--into=shown", "a.bin", "good.tlb",
                        "a.tlb").out
        names = {file: name for name, file in map(str.split, out.splitlines())}
        self.assertEqual(sorted(names), ["a.bin", "a.tlb", "good.tlb"])
        # two of them are the same scenario
        self.assertEqual(sorted(os.listdir("shown")),
                         sorted(set(names.values())))
        self.assertEqual(len(os.listdir("shown")), 2)
        for path in Path("shown").iterdir():
            self.assertEqual(path.name, hashlib.sha1(
                path.read_bytes()).hexdigest() + ".tlb")
        self.assertEqual((Path("shown") / names["a.bin"]).read_text(), text)

    def test_replay_text(self):
        """replay text"""
        self.assert_line("^ok good.tlb", self.tool("replay", "good.tlb").out)

    def test_replay_bytes(self):
        """replay any bytes"""
        self.tool("replay", "-q", "bytes")

    def test_corpus(self):
        """the corpus agrees"""
        self.tool("replay", "-q", SEEDS, CORPUS / "regressions")

    def test_code(self):
        """generated code does what helpers do, in the whole corpus"""
        self.tool("replay", "-q", "--code", *CORPUS.parent.glob("fuzz-*/*"))

    def test_no_fault(self):
        """no fault to minimize"""
        result = self.tool("minimize", "good.tlb", "-o", "short.tlb", status=1)
        self.assert_one_line("nothing diverges", result.out + result.err)
        self.assertFalse(Path("short.tlb").exists())
        self.assert_line("^2 files: 0 signatures.*2 without any",
                         self.tool("triage", "good.tlb", "bytes").out)

    def test_help(self):
        """help for all commands"""
        commands = re.findall("^  ([a-z]+)", self.tool("--help").out, re.M)
        self.assertGreaterEqual(len(commands), 8)
        for command in commands:
            self.assert_line("^  tlbdiff %s .*" % command,
                             self.tool(command, "--help").out)

    def test_version(self):
        """the version names each device, and what it is compared with"""
        devices = dict(line.split(": ", 1) for line in
                       self.tool("--version").out.splitlines()[3:])
        self.assertEqual(sorted(devices), sorted(
            path.name[5:] for path in CORPUS.parent.glob("fuzz-*")
            if path.name not in ("fuzz-iommu", "fuzz-threads")))
        for line in devices.values():
            self.assertRegex(line, r"^[\w/.-]+\.c, by .*\w$")

    def test_leaks(self):
        """what only other tests run leaks nothing"""
        seed = SEEDS / "c02-deferral.tlb"
        self.tool("explain", seed)
        self.tool("explain", "--json", seed)
        self.tool("export", "--mail", seed, zoo="flag-none", status=1)
        self.tool("export", "--c", seed, zoo="flag-none", status=1)

    def test_trace(self):
        """replay --trace"""
        out = self.tool("replay", "--trace", "look.tlb").out
        self.assert_line("^  2  load ", out)
        self.assert_line("^ +done, value 0x3412  +done, value 0x3412$", out)
        self.assert_line("^ +(translate|fill) ", out)

    def alone(self, engine, *patterns):
        """What is printed of one engine must match these"""
        out = self.tool("replay", "--engine=" + engine, "look.tlb").out
        for pattern in patterns:
            self.assert_line(pattern, out)

    def test_engine_model(self):
        """replay --engine=model"""
        self.alone("model", "^  2  load ", "^ +done, value 0x3412$")

    def test_engine_qemu(self):
        """replay --engine=qemu"""
        self.alone("qemu", "^  2  load ", "^ +done, value 0x3412$", "^ +fill ")

    def test_engine_dma(self):
        """replay --engine=dma"""
        self.alone("dma", "^ +dma-write pa=0x4010 .*: 3412 -> ram0",
                   "^ +dma-read pa=0x4010 .*: 3412$", "left out")

    def test_stop(self):
        """replay --stop-at"""
        result = self.tool("replay", "--stop-at=2", "look.tlb")
        self.assert_line("^stopped before operation   2  load", result.err)
        self.assert_line(r"\(gdb\) break mmu_lookup1", result.err)
        self.assert_line("^ok look.tlb", result.out)


class Determinism(ToolTest):
    """C21: the same bytes give the same events, whatever ran before"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = sorted(CORPUS.glob("*/*.tlb"), reverse=True)

    def events(self, *files):
        """The log of all of them"""
        return self.tool("replay", "--events", *files).out

    def events_of_each(self, log):
        """The logs in it, by the file"""
        parts = re.split("^scenario (.*)\n", log, flags=re.M)
        self.assertEqual(parts[0], "")
        return dict(zip(parts[1::2], parts[2::2]))

    def test_twice(self):
        """event logs are the same twice"""
        first = self.events(*CORPUS.glob("seeds"), CORPUS / "regressions")
        self.assertGreater(len(first.splitlines()), 300)
        self.assertEqual(first, self.events(SEEDS, CORPUS / "regressions"))

    def test_backwards(self):
        """nothing is left from the scenario before"""
        first = self.events_of_each(self.events(SEEDS, CORPUS / "regressions"))
        third = self.events_of_each(self.events(*self.files))
        for file in map(str, self.files):
            self.assertNotEqual(first[file], "")
            self.assertEqual(first[file], third[file])


if __name__ == "__main__":
    tooltest.main()
