#!/usr/bin/python3
"""tlbdiff zoo, mostly on a mock of the program with the faults: what it prints,
what it keeps, and that it goes on after an interruption.
"""
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import tooltest
from tooltest import BUILD, FUZZ_FLAGS, SEEDS, TOOL, ToolTest, environment

# Two faults: one is found at once, as another clause with seed 2; what becomes
# of the other is in the file `next`.
MOCK = r"""#!/bin/bash
[ "$TLBDIFF_ZOO" = list ] || [ "$TLBDIFF_ZOO" = history ] || echo "$TLBDIFF_ZOO $*" >> calls
[ "$1" = -runs=0 ] || ls "${@: -1}" > last
[ "$1" = -runs=0 ] || echo "blind: ${TLBDIFF_BLIND:-}" > blind
case $TLBDIFF_ZOO in
list)
  echo 'quick C3 a <mistake> & more; its "effect"'
  echo 'other C4 a mistake; none; or nearly'
  ;;
history) echo 'quick C3 0123456789ab 2019 a mistake; an effect' ;;
quick)
  clause=C3
  [ "$1" != -seed=2 ] || clause=C8
  printf '%s\n' "DIVERGENCE $clause name: text" 'stat::scenarios: 3' \
    'stat::operations: 70'
  exit 77
  ;;
other) . ./next ;;
esac
"""
FOUND = "echo DIVERGENCE C4 name: text; exit 77\n"
FOUND_AS_C8 = "echo DIVERGENCE C8 name: text; exit 77\n"
RUNS_ON = "echo $$ > running; exec sleep 300\n"


def wait_until(condition, seconds):
    """Returns whether it came true"""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def has_text(name):
    """Is this file there, with something in it?"""
    return Path(name).exists() and Path(name).stat().st_size > 0


def is_gone(pid):
    """It may be that nobody asks for the exit status of an orphan."""
    try:
        stat = Path("/proc/%d/stat" % pid).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rsplit(")", 1)[1].split()[0] in "ZX"


class Zoo(ToolTest):
    """The hunter, with programs that pretend"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Path("tmp").mkdir()

    def setUp(self):
        for path in Path(".").iterdir():
            if path.is_file():
                path.unlink()
        Path("mock").write_text(MOCK)
        Path("mock").chmod(0o755)
        Path("calls").touch()

    def arguments(self, *args, state="state"):
        """Of the tool"""
        return ("zoo", "--target=./mock", "--state=" + state, *args, SEEDS)

    # to see what is left there
    tmp = {"TMPDIR": "tmp"}

    def zoo(self, *args, status=0):
        """Hunts the mock's faults"""
        return self.tool(*self.arguments(*args), status=status, env=self.tmp)

    def start(self, *args):
        """Begins a hunt whose second run does not end, and waits for that run;
        returns the process
        """
        Path("next").write_text(RUNS_ON)
        process = subprocess.Popen(
            [str(arg) for arg in (TOOL, *self.arguments(*args))],
            env=environment(**self.tmp), encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(wait_until(lambda: has_text("running") and
                                   has_text("state"), 60))
        return process

    def assert_runs(self, number):
        """So often the mock was started to find something"""
        self.assertEqual(len(Path("calls").read_text().splitlines()), number)

    def assert_results(self, number):
        """So many are kept"""
        self.assertEqual(len(Path("state").read_text().splitlines()), number)

    def assert_none_left(self):
        """No temporary directory"""
        self.assertEqual(os.listdir("tmp"), [])

    def assert_gone(self):
        """What was running is not any more"""
        pid = int(Path("running").read_text())
        self.assertTrue(wait_until(lambda: is_gone(pid), 10))

    def test_finds(self):
        """zoo: a fault is found"""
        result = self.zoo("--only=quick", "--runs=1")
        self.assertEqual(result.err, "")
        self.assert_runs(1)
        self.assert_none_left()
        self.assert_line(r"^quick +C3 +C3 +0\.[0-9]+ +70 +1/1$", result.out)
        self.assertIn("1 of 1 faults in every run", result.out)
        self.assertIn("100%", result.out)

    def test_how_it_is_started(self):
        """zoo: how the program is started"""
        self.zoo("--only=quick", "--runs=1")
        self.assert_line(
            "^quick -seed=1 %s -max_total_time=60 .* %s$"
            % (" ".join(FUZZ_FLAGS), SEEDS), Path("calls").read_text())

    def test_unaided(self):
        """zoo: without any scenario"""
        result = self.tool("zoo", "--target=./mock", "--state=state",
                           "--unaided", "--only=quick", "--runs=2")
        self.assert_line(r"-max_total_time=60 \S+ \S+ \S+/new$",
                         Path("calls").read_text())
        self.assertEqual(Path("last").read_text(), "one-load\n")
        self.assertRegex(result.out, "found +1 of 1 faults in every run, 2 of "
                         r"2 runs, [0-9]+\.[0-9] a minute of one processor")

    def test_blind(self):
        """zoo: without feedback, and with it, are two different things"""
        self.zoo("--only=quick", "--runs=1")
        self.assertEqual(Path("blind").read_text(), "blind: \n")
        self.zoo("--only=quick", "--runs=1", "--blind")
        self.assertEqual(Path("blind").read_text(), "blind: 1\n")
        self.assert_runs(2)

    def test_resumes(self):
        """zoo: nothing is run twice"""
        self.zoo("--only=quick", "--runs=1")
        result = self.zoo("--only=quick", "--runs=1")
        self.assert_runs(1)
        self.assertIn("1 of 1 results were there", result.out)

    def test_history(self):
        """zoo: the faults of history, with what mended them"""
        self.assertNotIn("mended", self.zoo("--only=quick", "--runs=1").out)
        out = self.zoo("--history", "--runs=1", "--html=page").out
        self.assert_line(r"^quick +C3 +C3 .* 70 0123456789ab 2019 +1/1$", out)
        self.assertIn("0123456789ab 2019", Path("page").read_text())
        # they are no list that has one of each clause
        self.assertNotIn("none!", out)

    def test_another_clause(self):
        """zoo: another clause"""
        result = self.zoo("--only=quick", "--runs=3")
        self.assert_line(r"^quick +C3 +C3 2x, C8 \* .* 3/3$", result.out)
        self.assert_line("^C3 target +1 +0 +1$", result.out)
        self.assertIn("67%, 2 of 3", result.out)

    def test_no_fault_as_such(self):
        """zoo: a clause as which no fault is reported"""
        Path("next").write_text(FOUND_AS_C8)
        result = self.zoo("--runs=1", status=1)
        self.assert_line(r"^other +C4 +C8 \* .* 1/1$", result.out)
        self.assert_line("^C4 permission +1 +0 +0  none!$", result.out)
        self.assertIn("2 of 2 faults in every run", result.out)
        # of a choice that is not asked
        self.zoo("--only=other", "--runs=1")

    def test_changed_program(self):
        """zoo: a changed program begins anew"""
        self.zoo("--only=quick", "--runs=1")
        Path("mock").write_text(MOCK + "# changed\n")
        self.zoo("--only=quick", "--runs=1")
        self.assert_runs(2)

    def test_misses(self):
        """zoo: a fault is not found"""
        Path("next").write_text("echo stat::operations: 5\n")
        result = self.zoo("--runs=1", "--seconds=7", status=1)
        self.assert_line("^other +C4 +- +> 7 +- +0/1$", result.out)
        self.assert_runs(2)

    def test_misses_again(self):
        """zoo: another time limit"""
        # What was not found in 7 seconds may be in 8; what was found, was.
        Path("next").write_text("echo stat::operations: 5\n")
        self.zoo("--runs=1", "--seconds=7", status=1)
        self.zoo("--runs=1", "--seconds=8", status=1)
        self.assert_runs(3)
        self.zoo("--runs=1", "--seconds=7", status=1)
        self.assert_runs(3)

    def test_sanitizer(self):
        """zoo: what a sanitizer finds"""
        Path("next").write_text("echo 'SUMMARY: AddressSanitizer: "
                                "heap-use-after-free (x) in f'; exit 1\n")
        result = self.zoo("--only=other", "--runs=1")
        self.assert_line(r"^other +C4 +heap-use-after-free \* +[0-9.]+ +- "
                         "+1/1$", result.out)

    def test_no_result(self):
        """zoo: a run without a result"""
        # It is told, and not kept.
        Path("next").write_text("echo out of luck; exit 2\n")
        result = self.zoo("--runs=1", status=1)
        self.assert_one_line("other, seed 1: exit status 2: out of luck",
                             result.err)
        self.assertIn("not complete: 1 of 2", result.out)
        self.assert_results(1)

    def test_interrupted(self):
        """zoo: interrupted"""
        process = self.start("--jobs=1", "--runs=1", "--html=page")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (1, ""))
        self.assertIn("interrupted: 1 of 2", out)
        self.assert_line("^quick .*1/1$", out)
        self.assertTrue(has_text("page"))
        self.assert_results(1)
        self.assert_gone()
        self.assert_none_left()

    def assert_goes_on(self):
        """The next one runs what is missing, and only that"""
        Path("next").write_text(FOUND)
        result = self.zoo("--runs=1")
        self.assertEqual(Path("calls").read_text().count("quick"), 1)
        self.assertIn("2 of 2 faults", result.out)

    def test_goes_on(self):
        """zoo: goes on"""
        process = self.start("--jobs=1", "--runs=1")
        process.send_signal(signal.SIGINT)
        process.wait(60)
        self.assert_goes_on()

    def test_killed(self):
        """zoo: killed"""
        # It leaves its temporary directory, but nothing that runs.
        process = self.start("--runs=1")
        process.kill()
        process.wait(60)
        self.assert_gone()
        self.assert_results(1)
        for path in Path("tmp").iterdir():
            shutil.rmtree(path)
        self.assert_goes_on()

    def test_torn(self):
        """zoo: half a line"""
        # As a full disk leaves it: it is no result, and spoils no other.
        Path("next").write_text(FOUND)
        self.zoo("--runs=1")
        self.assert_runs(2)
        os.truncate("state", Path("state").stat().st_size - 5)
        self.zoo("--runs=1")
        self.assert_runs(3)
        self.zoo("--runs=1")
        self.assert_runs(3)

    def test_page(self):
        """zoo: the page"""
        Path("next").write_text(FOUND)
        self.zoo("--runs=1", "--html=page")
        page = Path("page").read_text()
        self.assert_line("quick</code>.*a &lt;mistake&gt; &amp; more.*its "
                         "&#34;effect&#34;", page)
        self.assertIn("none; or nearly", page)
        self.assertNotRegex(page, r"(?i)<script|https?:|url\(")
        self.assertEqual(list(Path(".").glob("page*")), [Path("page")])

    def test_no_page(self):
        """zoo: no page"""
        # The tables are printed all the same; what is there stays.
        Path("next").write_text(FOUND)
        Path("dir/page").mkdir(parents=True, exist_ok=True)
        result = self.zoo("--runs=1", "--html=dir/page", status=2)
        self.assert_one_line("dir/page", result.err)
        self.assert_line("^quick", result.out)
        self.assertEqual(os.listdir("dir"), ["page"])

    def test_full_disk(self):
        """zoo: full disk"""
        Path("next").write_text(FOUND)
        result = self.tool(*self.arguments("--runs=1", state="/dev/full"),
                           status=2, env=self.tmp)
        self.assert_one_line("No space left", result.err)
        self.assert_none_left()

    def test_many_at_once(self):
        """zoo: several at once"""
        # each waits for the other
        Path("next").write_text(
            'touch "${1#-}"\n'
            "until [ -e seed=1 ] && [ -e seed=2 ]; do sleep 0.1; done\n" +
            FOUND)
        self.zoo("--only=other", "--runs=2", "--jobs=2")
        self.assert_none_left()

    if (BUILD / "fuzz-iommu-zoo").exists():
        def test_real(self):
            """zoo: a real fault"""
            result = self.tool("zoo", "--only=section-index", "--runs=1",
                               "--state=real", "--html=page", SEEDS)
            self.assertEqual(result.err, "")
            self.assert_line("^section-index +C3 +C3 .* 1/1$", result.out)
            self.assertIn("section-index</code>", Path("page").read_text())


if __name__ == "__main__":
    tooltest.main()
