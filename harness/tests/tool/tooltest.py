"""What the tests of the tool's commands share: how to run it, what it must say,
and TAP output.  Each test is a program: test_NAME.py BUILD [WORD...].
"""
import configparser
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import tap

if len(sys.argv) < 2:
    sys.exit("usage: %s BUILD [WORD...]" % os.path.basename(sys.argv[0]))
BUILD = Path(sys.argv[1]).resolve()
WORDS = sys.argv[2:]
ROOT = Path(__file__).resolve().parents[3]
CI = ROOT / "ci"
CORPUS = ROOT / "corpus" / "fuzz-iommu"
SEEDS = CORPUS / "seeds"

# Operations of a scenario that was cut down: it has no more.
ENOUGH = 8
TOOL = BUILD / "tlbdiff"
ZOO_TOOL = BUILD / "tlbdiff-zoo"        # the same, with planted faults

# libFuzzer's flags for every run of a fuzz target
_options = configparser.ConfigParser()
_options.read(ROOT / "fuzz-targets" / "libfuzzer.options")
FUZZ_FLAGS = ["-%s=%s" % item for item in _options["libfuzzer"].items()]

# meson test sets these.  But the programs are to end as they do for users: with
# abort_on_error, what ASan finds would look like an assertion of QEMU's.
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "MSAN_OPTIONS",
             "MALLOC_PERTURB_", "TLBDIFF_ZOO"):
    os.environ.pop(name, None)

# To search for leaks is a fifth of what a command takes.  test_cli.py, which runs
# each of them, does it for all.
if Path(sys.argv[0]).name != "test_cli.py":
    os.environ["ASAN_OPTIONS"] = "detect_leaks=0"


def environment(zoo=None, **more):
    """The variables of a command: with planted faults, and with others"""
    env = dict(os.environ, **more)
    if zoo:
        env["TLBDIFF_ZOO"] = zoo
    return env


def one_line(text):
    """Is it one line, as an error message has to be?"""
    return len(text.splitlines()) == 1 and text.strip() != ""


class ToolTest(unittest.TestCase):
    """Cases that share a directory, which they start in and which is removed.
    Each may leave files there for those whose names come later.
    """
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.work = Path(tempfile.mkdtemp(prefix="tlbdiff-"))
        cls.addClassCleanup(shutil.rmtree, cls.work)
        os.chdir(cls.work)
        cls.addClassCleanup(os.chdir, "/")

    @classmethod
    def run_command(cls, *argv, status=0, zoo=None, env=None, **more):
        """Runs it.  It must end with @status, if that is not None; @more is for
        subprocess.run().  Returns an object with .out, .err and .status
        """
        result = subprocess.run(
            [str(arg) for arg in argv], stdin=subprocess.DEVNULL,
            env=environment(zoo, **(env or {})), encoding="utf-8",
            errors="backslashreplace",
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more})
        result.out = result.stdout or ""
        result.err = result.stderr or ""
        result.status = result.returncode
        if status is not None and result.status != status:
            raise cls.failureException(
                "%s: exit status %d, not %d\n%s%s" % (
                    " ".join(map(str, argv)), result.status, status,
                    result.out[-4000:], result.err[-4000:]))
        return result

    @classmethod
    def tool(cls, *args, status=0, zoo=None, **more):
        """tlbdiff, or with planted faults tlbdiff-zoo"""
        return cls.run_command(ZOO_TOOL if zoo is not None else TOOL, *args,
                               status=status, zoo=zoo, **more)

    def assert_line(self, pattern, text):
        """One of the lines must match, from its beginning if @pattern says so"""
        self.assertRegex(text, re.compile(pattern, re.MULTILINE))

    def assert_no_line(self, pattern, text):
        """None of the lines may match"""
        self.assertNotRegex(text, re.compile(pattern, re.MULTILINE))

    def assert_one_line(self, pattern, text):
        """It must be one line, and match"""
        self.assertTrue(one_line(text), "not one line: %r" % text)
        self.assertRegex(text, pattern)

    def assert_refused(self, pattern, *argv, **more):
        """It must end with status 2, one line that says why, and no output"""
        result = self.run_command(*argv, status=2, **more)
        self.assert_one_line(pattern, result.err)
        self.assertEqual(result.out, "")

    def assert_full_disk(self, *argv, **more):
        """On a full disk, it must end with status 2 and say so in one line"""
        with open("/dev/full", "w") as full:
            result = self.run_command(*argv, status=2, stdout=full, **more)
        self.assert_one_line("No space left", result.err)


def case_for_each(rows):
    """Decorates a class: for each row (NAME, ARGUMENT...) a case of this name,
    which calls its method case(ARGUMENT...)
    """
    def decorate(cls):
        width = len(str(len(rows)))
        for number, (name, *args) in enumerate(rows):
            def method(self, args=args):
                self.case(*args)
            method.__doc__ = name
            setattr(cls, "test_%0*d" % (width, number), method)
        return cls
    return decorate


def main():
    """Runs the cases of the program that calls it"""
    suite = unittest.defaultTestLoader.loadTestsFromModule(
        sys.modules["__main__"])
    runner = tap.TAPTestRunner()
    runner.set_stream(True)
    result = runner.run(suite)
    sys.exit(not (result.wasSuccessful() and result.testsRun))
