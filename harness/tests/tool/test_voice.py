#!/usr/bin/python3
"""An attached voice: the example agrees with QEMU and the model, one with a fault
is found and named, and of the faults of others it is said whose they are.  One
that cannot be asked is told in one line.
"""
import re
import shlex
from pathlib import Path

import tooltest
from tooltest import BUILD, ENOUGH, ROOT, ToolTest, case_for_each

EXAMPLE = ROOT / "harness" / "voice" / "example.py"
CORPUS = ROOT / "corpus" / "fuzz-tzmpc"
SEEDS = CORPUS / "seeds"
FUZZ = BUILD / "fuzz-tzmpc"

# A denied access, and then the interrupt is disabled.
SCENARIO = """tlbdiff 1 tzmpc
setup pt=identity dirty=all fill=page downstream=ram words=1 rules=mixed
load cpu=0 idx=0 va=0x0 size=1 le
load cpu=0 idx=1 va=0x1fff size=1 le
int disable
reg read checker=0 offset=0x10 size=4 attrs=wid:0,secure
"""
# A denied access that does not end as an error.
QUIET = """tlbdiff 1 tzmpc
setup pt=identity dirty=all fill=page downstream=ram words=1 rules=reset
load cpu=0 idx=1 va=0x1fff size=1 le
"""
# Half of a permission register, which lies between others.
WGCHECKER = """tlbdiff 1 wgchecker
setup pt=identity dirty=all fill=page downstream=ram instance=trusted rules=open
reg read checker=0 offset=0x4c size=4 attrs=wid:1
"""
AGREES = r"^the attached voice: [1-9][0-9]* answers compared, 0 unsupported$"

# The example, with something in the place of its answers.
OTHER = """
import sys
sys.path.insert(0, %r)
import example

class Other(example.Mpc):
    def get(self, reg):
        return %s

example.Mpc = Other
example.main()
"""

# The example, whose INT_INFO1 is wrong in the upper half, and INT_INFO2 always.
TWO = """
import sys
sys.path.insert(0, %r)
import example

class Two(example.Mpc):
    def denied(self, addr, attrs):
        error = super().denied(addr, attrs)
        if addr >= 0x8000:
            self.regs[example.INT_INFO1] ^= 0x1000
        self.regs[example.INT_INFO2] ^= 2
        return error

example.Mpc = Two
example.main()
"""

# What a voice of a shell says to each question, of which there is a word in
# "$1" and all in "$line".
SHELL = """while read -r line; do set -- $line; case $1 in
%s
hello) echo 'hello 1 tzmpc x y';;
check) echo unsupported;;
read) echo unsupported;;
irq) echo unsupported;;
*) echo ok;;
esac; done"""


def voice(*args):
    """--voice= of the example"""
    return "--voice=" + shlex.join([str(EXAMPLE), *args])


class VoiceTest(ToolTest):
    """With a scenario in a file"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Path("one.tlb").write_text(SCENARIO)
        Path("quiet.tlb").write_text(QUIET)

    @staticmethod
    def shell(*cases):
        """--voice= of a shell script, which says unsupported or what @cases say"""
        Path("voice.sh").write_text(SHELL % "\n".join(cases))
        return "--voice=sh voice.sh"

    @staticmethod
    def other(value):
        """--voice= of the example with @value for self.get(reg)"""
        Path("other.py").write_text(OTHER % (str(EXAMPLE.parent), value))
        return "--voice=/usr/bin/python3 -B other.py"


class Example(VoiceTest):
    """The example, without and with faults"""

    def test_agrees(self):
        """over all seeds and regressions"""
        result = self.tool("replay", "-q", voice(), SEEDS,
                           CORPUS / "regressions")
        self.assert_line(AGREES, result.out)

    def test_environment(self):
        """the environment attaches it, too"""
        result = self.tool("replay", "-q", "one.tlb",
                           env={"TLBDIFF_VOICE": str(EXAMPLE)})
        self.assert_line(AGREES, result.out)

    def found(self, fault, clause, where, *lines):
        """A fault of the example is found, and named"""
        out = self.tool("replay", "-q", voice("--fault=" + fault), "one.tlb",
                        status=1).out
        self.assert_line("^DIVERGENCE %s [a-z]+, of the attached voice alone: "
                         % clause, out)
        self.assert_line("^%s" % where, out)
        self.assert_line("^  of three voices, the attached one stands alone$",
                         out)
        for line in lines:
            self.assert_line("^  %s$" % line, out)

    def test_decision(self):
        """a wrong decision"""
        self.found("decision", "D1", "in the set-up, before ",
                   "the attached voice, checker 0: index 1: a read at 0x6000",
                   "expected: allowed", "observed: denied")

    def test_record(self):
        """a wrong record"""
        self.found("record", "D3", "at operation 2 of 4: ",
                   "the attached voice, checker 0: register INT_INFO1 at "
                   "0x2c", "expected: 0x1fff", "observed: 0x1ffc")

    def test_interrupt(self):
        """a wrong interrupt"""
        self.found("interrupt", "D5", "at operation 3 of 4: ",
                   "the attached voice, checker 0: its interrupt",
                   "expected: not raised", "observed: raised")

    def test_passes(self):
        """it would let pass what was denied"""
        out = self.tool("replay", "-q", self.shell("denied) echo passes;;"),
                        "one.tlb", status=1).out
        self.assert_line("^  the attached voice, checker 0: index 1: a read "
                         "at 0x1fff$", out)
        self.assert_line("^  expected: denied$", out)

    def test_denied_value(self):
        """a denied read gives something else"""
        out = self.tool("replay", "-q", self.shell("denied) echo ok 5;;"),
                        "quiet.tlb", status=1).out
        self.assert_line("^DIVERGENCE D4 ", out)
        self.assert_line("^  the attached voice, checker 0: index 1: the "
                         "value of a denied read at 0x1fff$", out)

    def test_denied_response(self):
        """a denied read does not end as an error"""
        out = self.tool("replay", "-q", self.shell("denied) echo ok;;"),
                        "one.tlb", status=1).out
        self.assert_line("^  the attached voice, checker 0: index 1: the "
                         "response of a denied read at 0x1fff$", out)

    def test_write_response(self):
        """a register write ends as an error"""
        out = self.tool("replay", "-q", self.shell("write) echo error;;"),
                        "one.tlb", status=1).out
        self.assert_line("^  the attached voice, checker 0: the response to a "
                         "write of register BLK_IDX at 0x18$", out)

    def test_explain(self):
        """explain says who says what"""
        out = self.tool("explain", voice("--fault=record"), "one.tlb",
                        status=1).out
        self.assertRegex(" ".join(out.split()),
                         "it says `0x1ffc`, QEMU and the model say `0x1fff`. "
                         "Of three voices, the attached one stands alone[.]")

    def test_minimize(self):
        """minimize keeps the fault, and triage finds it"""
        self.tool("minimize", voice("--fault=record"), "one.tlb", "-o",
                  "small.tlb")
        lines = Path("small.tlb").read_text().splitlines()
        self.assertEqual(len([line for line in lines
                              if line.startswith("load ")]), 1)
        self.assertLess(len(lines), ENOUGH)
        out = self.tool("triage", voice("--fault=record"), "small.tlb",
                        status=1).out
        self.assert_line("^D3/load/attached-voice-checker-register-int_info1$",
                         out)

    def test_minimize_place(self):
        """one register does not become another with the same signature"""
        Path("two.py").write_text(TWO % str(EXAMPLE.parent))
        Path("high.tlb").write_text(SCENARIO.replace("0x1fff", "0x9fff"))
        small = self.tool("minimize", "--voice=/usr/bin/python3 -B two.py",
                          "high.tlb").out
        self.assert_line("^load cpu=0 idx=1 va=0x8000 ", small)

    def test_json(self):
        """and as JSON"""
        out = self.tool("replay", "--json", voice("--fault=interrupt"),
                        "one.tlb", status=1).out
        self.assertIn('"alone":"voice","kind":"voice","details":{"subject":'
                      '"interrupt","checker":0,', out)

    def test_fuzz_target(self):
        """a fuzz target finds it, and says how to see it again"""
        result = self.run_command(FUZZ, voice("--fault=record"), "-runs=1",
                                  "one.tlb", status=None)
        self.assertNotEqual(result.status, 0)
        self.assert_line("^DIVERGENCE D3 ", result.err)
        self.assert_line("^stat::voice_compared: [1-9]", result.err)
        command = re.search("^to see it again: (.*)$", result.err, re.M)[1]
        again = self.run_command(*shlex.split(command), status=1)
        self.assert_line("^DIVERGENCE D3 ", again.out)
        command = re.search("^to see it again: (.*)$", again.out, re.M)[1]
        self.run_command(*shlex.split(command), status=1)

    def test_unsupported(self):
        """one that supports nothing agrees"""
        out = self.tool("replay", "-q", self.shell(
            "reset) echo unsupported;;"), "one.tlb").out
        self.assert_line("^the attached voice: 0 answers compared, "
                         "[1-9][0-9]* unsupported$", out)

    def test_lost(self):
        """one that does not support a write says nothing from then on"""
        out = self.tool("replay", "-q", self.shell(
            "write) echo unsupported;;", "irq) echo 1;;"), "one.tlb").out
        self.assert_line("^the attached voice: [1-9]", out)

    def test_no_record(self):
        """one that has missed a denied access is not asked about its record"""
        Path("missing.py").write_text(
            "import sys\nsys.path.insert(0, %r)\nimport example\n"
            "answer = example.answer\n"
            "example.answer = lambda mpc, words: 'unsupported' if "
            "words[0] == 'denied' else answer(mpc, words)\n"
            "example.main()\n" % str(EXAMPLE.parent))
        out = self.tool("replay", "-q",
                        "--voice=/usr/bin/python3 -B missing.py",
                        "one.tlb").out
        self.assert_line("^the attached voice: [1-9][0-9]* answers compared, "
                         "[1-9][0-9]* unsupported$", out)

    def test_register_name(self):
        """a part of a register has its name, between others like it"""
        Path("wg.tlb").write_text(WGCHECKER)
        Path("voice.sh").write_text((SHELL % (
            "hello) echo 'hello 1 wgchecker x y';;\n"
            "read) [ $2 = 0x4c ] && echo 0x123 || echo unsupported;;")))
        out = self.tool("replay", "-q", "--voice=sh voice.sh", "wg.tlb",
                        status=1).out
        self.assert_line("^  the attached voice, checker 0: register slot perm "
                         "at 0x4c$", out)

    def test_iopmp(self):
        """one of an IOPMP is told of the instance, and asked for no register
        whose reads have an effect
        """
        Path("voice.sh").write_text(SHELL % (
            "hello) echo 'hello 1 iopmp x y';;\n"
            "denied) echo unsupported;;\n"
            "reset) echo \"$line\" >> resets; echo ok;;"))
        self.tool("replay", "-q", "--voice=sh voice.sh",
                  *(ROOT / "corpus" / "fuzz-iopmp" / "seeds").glob(
                      "d3-mfr*.tlb"))
        self.assert_line("^reset .* rrid_num=0x3 .* mfr=0x1 ",
                         Path("resets").read_text())

    def test_many_answers(self):
        """it need not answer before it has read all, nor at once"""
        Path("slow.py").write_text(
            "import os, sys, time\nsys.path.insert(0, %r)\nimport example\n"
            "class Slow:\n    def fileno(self): return 0\n"
            "read = os.read\n"
            "example.os.read = lambda fd, n: read(fd, 1 + n %% 7)\n"
            "example.main()\n" % str(EXAMPLE.parent))
        out = self.tool("replay", "-q", "--voice=/usr/bin/python3 -B slow.py",
                        "one.tlb").out
        self.assert_line(AGREES, out)


class Whose(VoiceTest):
    """A register that is wrong in QEMU's device: whose fault is it?"""

    def verdict(self, attached, line):
        """With this voice, the report says so"""
        out = self.tool("replay", "-q", attached, "one.tlb", status=1,
                        zoo="tzmpc-blk-max").out
        self.assert_line("^DIVERGENCE D2 register: ", out)
        self.assert_line("^  checker 0: register BLK_MAX at 0x10$", out)
        self.assert_line("^  %s$" % line, out)

    def test_device(self):
        """QEMU's, if the voice says what the model does"""
        self.verdict(voice(), "of three voices, QEMU's device stands alone")

    def test_model(self):
        """the model's, if the voice says what QEMU does"""
        self.verdict(self.other("1 if reg == example.BLK_MAX else "
                                "super().get(reg)"),
                     "of three voices, the model stands alone")

    def test_each(self):
        """nobody knows, if it says something else"""
        self.verdict(self.other("7 if reg == example.BLK_MAX else "
                                "super().get(reg)"),
                     "all three voices differ")

    def test_silent(self):
        """nothing is said, if it says nothing"""
        out = self.tool("replay", "-q", self.shell(), "one.tlb", status=1,
                        zoo="tzmpc-blk-max").out
        self.assert_no_line("voices", out)


@case_for_each([
    ("no such program", "no-such-program", "cannot be started: No such file"),
    ("no program", "one.tlb", "cannot be started: "),
    ("a quote", "sh 'x", "is no command: "),
    ("nothing", "", "is no command: "),
    ("it ends at once", "false", "has ended with status 1 before it answered "
     "'hello 1'"),
    ("it is killed", "sh -c 'kill -9 $$'", r"was ended by a signal \(Killed\)"),
    ("it closes its output", "sh -c 'exec > /dev/null < /dev/null; sleep 1000'",
     "has closed its output before it answered 'hello 1'"),
    ("another protocol", "echo hello 2 tzmpc x y",
     "speaks version '2' of the protocol, not 1: "),
    ("another target", "echo hello 1 iopmp x y",
     "is a voice for iopmp, and a scenario is of tzmpc: "),
    ("no greeting", "echo hello", "answered 'hello' to 'hello 1', expected "),
    ("it talks", "sh -c 'yes 2> /dev/null'", "answered 'y' to 'hello 1', expected |has said more "),
    ("no line", "sh -c 'printf hello; exec > /dev/null < /dev/null; sleep 9'",
     "has closed its output before it answered 'hello 1'"),
    ("a NUL", r"printf '\0\n'", "answered with a NUL"),
    ("no end", "sh -c 'tr \\\\0 x < /dev/zero 2> /dev/null'",
     "does not end its answer"),
])
class BadCommand(VoiceTest):
    """Voices that cannot be asked: status 2 and one line"""

    def case(self, command, pattern):
        """The line names the voice, and says what is wrong"""
        self.assert_refused("^tlbdiff: voice '.*': .*" + pattern, tooltest.TOOL,
                            "replay", "-q", "--voice=" + command, "one.tlb")


@case_for_each([
    ("reset", "reset) echo yes;;", "answered 'yes' to 'reset words=.*"
     "expected ok or unsupported"),
    ("write", "write) echo;;", "answered '' to 'write 0x18 "),
    ("read", "read) echo 0xg;;", "answered '0xg' to 'read 0x0 4 wid:0,secure'"),
    ("a large number", "read) echo -1;;", "answered '-1' to 'read "),
    ("check", "check) echo +;;", r"answered '[+]' to 'check read 0 0x0"),
    ("check, a letter", "check) echo xx;;", "answered 'xx' to 'check read 0"),
    ("denied", "denied) echo 5;;", "answered '5' to 'denied read 1 0x1fff"),
    ("irq", "irq) echo 2;;", "answered '2' to 'irq', expected 0, 1 or "),
    ("it ends", "denied) exit 3;;", "has ended with status 3 before it "
     "answered 'denied read 1 0x1fff 1 wid:1"),
])
class BadAnswer(VoiceTest):
    """Answers that are none: status 2 and one line"""

    def case(self, words, pattern):
        """The line has the question and the answer"""
        self.assert_refused("^tlbdiff: voice 'sh voice.sh': .*" + pattern,
                            tooltest.TOOL, "replay", "-q", self.shell(words),
                            "one.tlb")


class BadElsewhere(VoiceTest):
    """The same of other commands"""

    def test_hangs(self):
        """it hangs, in a process of a trial"""
        self.assert_refused("^tlbdiff: voice 'sh voice.sh': hangs: for 10 "
                            "seconds, no answer to 'denied read 1 0x1fff",
                            tooltest.TOOL, "triage",
                            self.shell("denied) sleep 100;;"), "one.tlb")

    def test_many(self):
        """it ends, with many files"""
        self.assert_refused("^tlbdiff: voice 'false': has ended",
                            tooltest.TOOL, "replay", "-q", "--voice=false",
                            "one.tlb", "one.tlb")

    def test_explain(self):
        """it ends, with explain"""
        self.assert_refused("^tlbdiff: voice 'false': has ended",
                            tooltest.TOOL, "explain", "--voice=false",
                            "one.tlb")

    def test_minimize(self):
        """it ends, with minimize"""
        self.assert_refused("^tlbdiff: voice 'false': has ended",
                            tooltest.TOOL, "minimize", "--voice=false",
                            "one.tlb")

    def test_fuzz_target(self):
        """it ends, with a fuzz target: that is no crash"""
        result = self.run_command(FUZZ, "--voice=false", "-runs=1", "one.tlb",
                                  status=2)
        self.assert_line("^tlbdiff: voice 'false': has ended", result.err)
        self.assert_no_line("ERROR: libFuzzer", result.err)

    def test_engine(self):
        """one side alone has no voice"""
        self.assert_refused("--voice: is compared with both sides", tooltest.TOOL,
                            "replay", "--engine=model", "--voice=false",
                            "one.tlb")

    def test_iommu(self):
        """a scenario without a checker"""
        self.assert_refused("is a voice for tzmpc, and a scenario is of iommu",
                            tooltest.TOOL, "replay", voice(),
                            tooltest.SEEDS / "c12-victim.tlb")


if __name__ == "__main__":
    tooltest.main()
