#!/usr/bin/python3
"""tlbdiff bench: what it writes, and what it makes of a baseline.  Baselines are
made from a measurement by hand, so that nothing here depends on time.
"""
import functools
import json
import re
from pathlib import Path

import tooltest
from tooltest import BUILD, CI, SEEDS, TOOL, ToolTest, case_for_each

SEED = SEEDS / "c16-crossing.tlb"
DEPTHS = ("qemu", "model", "all")


def bench(*args, status=0, files=(SEED,)):
    """Measures"""
    return ToolTest.tool("bench", "--seconds=1", *args, *files, status=status)


@functools.lru_cache(maxsize=None)
def measurement():
    """One for all, as JSON"""
    return bench("--json")


def make_baseline(qemu, model, all_, kinds=None):
    """Makes the file `baseline`: as was measured, but for the costs on average
    and of the kinds of operations
    """
    baseline = json.loads(measurement().out)
    baseline["ns"] = dict(zip(DEPTHS, (qemu, model, all_)))
    baseline["kinds"] = kinds or {}
    Path("baseline").write_text(json.dumps(baseline))


class Bench(ToolTest):
    """What it writes, and its checks"""

    def check_costs(self, costs):
        """All of them must be there and more than nothing"""
        for depth in DEPTHS:
            self.assertGreater(costs[depth], 0)

    def test_json(self):
        """bench: JSON"""
        self.assertEqual(measurement().err, "")
        measured = json.loads(measurement().out)
        self.check_costs(measured["ns"])
        self.assertEqual(set(measured["reset_ns"]), {"empty", "average"})
        for costs in measured["reset_ns"].values():
            self.check_costs(costs)
        self.assertEqual(measured["scenarios"], 1)
        self.assertGreater(measured["rss_kib"], 0)
        self.assertEqual(measured["operations"], sum(
            kind["count"] for kind in measured["kinds"].values()))
        self.assertIn("load", measured["kinds"])
        self.assertNotIn("crowd", measured["kinds"])
        for costs in measured["kinds"].values():
            self.check_costs(costs)
        self.assertEqual(len(measured["growth"]), 6)
        for points in measured["growth"].values():
            xs = [point["x"] for point in points]
            self.assertEqual(xs, sorted(set(xs)))
            for costs in points:
                self.check_costs(costs)

    def test_tables(self):
        """bench: tables"""
        result = bench()
        self.assertEqual(result.err, "")
        for pattern in (r"^all comparisons +[0-9]+ +[0-9]+ +[0-9]+%$",
                        r"^load +[0-9]+( +[0-9]+){3} +[0-9.]+x$",
                        r"^that is empty ", r"^IOMMU levels +0 ",
                        r"^peak memory: [0-9]+ MiB$"):
            self.assert_line(pattern, result.out)

    def test_page(self):
        """bench: a page"""
        bench("--html=page")
        page = Path("page").read_text()
        self.assertEqual(len(re.findall("^<figure>", page, re.M)), 6)
        self.assertIn(">load</th>", page)
        self.assertNotRegex(page, r"(?i)<script|https?:|url\(")
        self.assertNotRegex(page, r"\b(nan|inf)\b")

    def test_no_page(self):
        """bench: no place for the page"""
        result = bench("--html=no/such/dir/page", status=2)
        self.assert_one_line("no/such/dir/page", result.err)
        self.assert_line("^peak memory", result.out)

    def test_full_disk(self):
        """bench: full disk"""
        self.assert_full_disk(TOOL, "bench", "--seconds=1", "--json", SEED)

    def test_better_then(self):
        """bench: it was better"""
        # all but free: now it is worse
        make_baseline(1e6, 1e6, 1e6)
        result = bench("--check=baseline", status=1)
        self.assertEqual(len(result.err.splitlines()), 2)
        self.assertRegex(result.err, "bench: overall, all comparisons: .* "
                         "times QEMU alone, 1.00 in baseline: ")
        self.assertIn("bench: overall, with the model: ", result.err)
        self.assert_line("^2 of 2 ratios are more than 25% worse", result.out)

    def test_worse_then(self):
        """bench: it was worse"""
        # it costs more than it ever will
        make_baseline(1, 1e6, 1e6)
        result = bench("--check=baseline")
        self.assertEqual(result.err, "")
        self.assert_line("^0 of 2 ratios are more than 25% worse than in "
                         "baseline$", result.out)

    def test_tolerated(self):
        """bench: as much as is tolerated"""
        make_baseline(1e6, 1e6, 1e6)
        result = bench("--check=baseline", "--tolerance=2000000000")
        self.assertEqual(result.err, "")

    def test_by_kind(self):
        """bench: one kind was better"""
        # each kind by itself; the ratios on average are good
        make_baseline(1, 1e6, 1e6, {"load": {"count": 1000, "qemu": 1e6,
                                             "model": 1e6, "all": 1e6}})
        # enough loads for a pass, of whatever length
        result = bench("--check=baseline", status=1, files=21 * [SEED])
        self.assertIn("bench: load, all comparisons: ", result.err)
        self.assertNotIn("overall", result.err)
        self.assert_line("2 of 4 ratios .*, which is of other operations$",
                         result.out)

    def test_machines_too(self):
        """bench: a check with JSON"""
        make_baseline(1e6, 1e6, 1e6)
        result = bench("--check=baseline", "--json", status=1)
        self.assertEqual(len(result.err.splitlines()), 2)
        json.loads(result.out)


@case_for_each([
    ("bench: no baseline", "baseline.*No such file", lambda _: None),
    ("bench: half a baseline", "baseline:.*Parse error",
     lambda _: '{"ns": '),
    ("bench: a baseline with a line missing",
     "baseline: expected an object 'ns'",
     lambda text: re.sub('.*"all".*\n', "", text)),
    ("bench: a baseline without costs", "expected a number 'all' in 'ns'",
     lambda text: re.sub('"all": *[0-9.]*', '"some": 1', text)),
    ("bench: a baseline of what build?",
     "flavour .* of this build, found 'none'",
     lambda text: re.sub(".*flavour.*\n", "", text)),
])
class BadBaseline(ToolTest):
    """It must be refused before anything is measured"""

    def case(self, pattern, change):
        text = change(measurement().out)
        self.assertNotEqual(text, measurement().out)
        Path("baseline").unlink(missing_ok=True)
        if text is not None:
            Path("baseline").write_text(text)
        self.assert_refused(pattern, TOOL, "bench", "--seconds=600",
                            "--check=baseline", SEED)


class Unaided(ToolTest):
    """bench.sh --unaided: what is found from nothing, before and now"""

    def build(self, name, first, history):
        """A build directory whose zoo finds so many in a minute"""
        path = self.work / name
        path.mkdir(exist_ok=True)
        for link in ("meson-info", "qemu"):
            if not (path / link).exists():
                (path / link).symlink_to(BUILD / link)
        (path / "build.ninja").write_text("build all: phony\n")
        tool = path / "tlbdiff"
        tool.write_text('#!/bin/sh\ncase "$*" in *--history*) n=%s ;; *) n=%s ;; esac\n'
                        'echo "found                          3 of 4 faults in every '
                        'run, 3 of 4 runs, $n a minute of one processor"\n'
                        "exit 1\n" % (history, first))
        tool.chmod(0o755)
        return str(path)

    def said(self, before, now, status):
        """What it prints"""
        return self.run_command(
            CI / "bench.sh", "--unaided", self.build("before", *before), status=status,
            env={"BUILD": self.build("now", *now)}).out

    def test_better(self):
        """more are found, or as many"""
        out = self.said(("20.0", "10.0"), ("30.0", "9.5"), 0)
        self.assert_line("^before: 3 of 4 .* 20.0 a minute of one processor$", out)
        self.assert_line("^now:    3 of 4 .* 30.0 a minute of one processor$", out)
        self.assert_line("^  150 % of the faults that were found in a minute before$", out)
        self.assert_line("^history, now:    3 of 4 .* 9.5 a minute", out)

    def test_worse(self):
        """fewer are found, in one of the zoos"""
        out = self.said(("20.0", "10.0"), ("30.0", "8.0"), 1)
        self.assert_line("^  80 % of the faults", out)

    def test_no_build(self):
        """before what?"""
        self.assert_refused("none: no build directory: there is no tlbdiff in it",
                            CI / "bench.sh", "--unaided", "none")


if __name__ == "__main__":
    tooltest.main()
