#!/usr/bin/python3
"""Print the coverage of the files under test, and of the lines of the series.

usage: coverage.py [--missing] [--patches] [--file=FILE...] LCOV [PATCHES]

FILE is one more that is under test, listed as the others are.

Without PATCHES, of the files alone: another tree has other lines.
The lines that the series adds are those that its patches add and that are
still there after the last of them; their numbers are followed from hunk to
hunk.
"""
import bisect
import collections
import os
import re
import sys


# Of this file, and of those that are named, all that is not run is listed.
CPUTLB = "accel/tcg/cputlb.c"


def files_under_test():
    """The files that give the fuzzer its feedback, from the allowlist"""
    allowlist = os.path.join(os.path.dirname(__file__),
                             "coverage-allowlist.txt")
    return [line.strip()[len("src:*"):] for line in open(allowlist)
            if line.startswith("src:*")]


def read_lcov(path):
    """{file: {line: count}} and {file: {first line: (function, count)}}"""
    lines = collections.defaultdict(dict)
    functions = collections.defaultdict(dict)
    name, starts = None, {}
    for record in open(path):
        key, _, value = record.strip().partition(":")
        if key == "SF":
            name = value
        elif key == "DA":
            line, count = value.split(",")[:2]
            # (of one program, or of several)
            lines[name][int(line)] = max(int(count),
                                         lines[name].get(int(line), 0))
        elif key == "FN":
            line, function = value.split(",", 1)
            starts[function] = int(line)
        elif key == "FNDA":
            count, function = value.split(",", 1)
            functions[name][starts[function]] = (
                function.rpartition(":")[2], int(count))
    return lines, functions


def apply_hunks(added, hunks, patch):
    """{line number: patch}, as it is after @patch: [(first line, marks)]"""
    # from the end, so that earlier line numbers stay true
    for old_start, marks in reversed(hunks):
        new = []
        old_line = old_start
        for mark in marks:
            if mark != "-":
                new.append(patch if mark == "+" else added.get(old_line))
            old_line += mark != "+"
        delta = len(new) - (old_line - old_start)
        after = {line: p for line, p in added.items() if line < old_start}
        after.update({old_start + i: p for i, p in enumerate(new) if p})
        after.update({line + delta: p for line, p in added.items()
                      if line >= old_line})
        added = after
    return added


def read_series(patches):
    """{file: {line number that the series adds: patch}}"""
    files = collections.defaultdict(dict)
    series = [line.strip() for line in open(os.path.join(patches, "series"))]
    for patch in series:
        if not patch or patch.startswith("#"):
            continue
        hunks = collections.defaultdict(list)
        name, marks, left_old, left_new = None, None, 0, 0
        for line in open(os.path.join(patches, patch), errors="replace"):
            if left_old or left_new:
                mark = line[0] if line[0] in " +-" else " "
                marks.append(mark)
                left_old -= mark != "+"
                left_new -= mark != "-"
                continue
            match = re.match(r"\+\+\+ b/(.*)", line)
            if match:
                name = match.group(1)
            match = re.match(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@", line)
            if match:
                left_old = int(match.group(2) or 1)
                left_new = int(match.group(3) or 1)
                marks = []
                hunks[name].append((int(match.group(1)), marks))
        for name, of_file in hunks.items():
            files[name] = apply_hunks(files[name], of_file, patch)
    return files


def changed_functions(functions, added):
    """The (function, count) that contain any of the line numbers @added"""
    starts = sorted(functions)
    inside = {bisect.bisect_right(starts, line) - 1 for line in added}
    return [functions[starts[i]] for i in sorted(inside) if i >= 0]


def not_run_by_function(counts, functions):
    """'function: 12-14 17' for the lines in @counts that were not run"""
    starts = sorted(functions)
    by_function = collections.defaultdict(list)
    for line, count in sorted(counts.items()):
        if not count:
            i = bisect.bisect_right(starts, line) - 1
            name = functions[starts[i]][0] if i >= 0 else "(top)"
            ranges = by_function[name]
            if ranges and ranges[-1][1] == line - 1:
                ranges[-1][1] = line
            else:
                ranges.append([line, line])
    return [name + ": " + " ".join("%d-%d" % tuple(r) if r[0] < r[1]
                                   else str(r[0]) for r in ranges)
            for name, ranges in by_function.items()]


def percent(hit, total):
    return "%5.1f %% (%d of %d)" % (100.0 * hit / max(total, 1), hit, total)


def main():
    options = [arg for arg in sys.argv[1:] if arg.startswith("--")]
    show_missing = "--missing" in options
    more = [arg[len("--file="):] for arg in options
            if arg.startswith("--file=")]
    lcov, *patches = sys.argv[1 + len(options):]
    lines, functions = read_lcov(lcov)
    added = read_series(patches[0]) if patches else {}

    total = hit = 0
    of_patch = collections.defaultdict(list)
    missing = []
    report = []
    changed = []
    of_file = []
    for path in files_under_test() + more:
        counts = next((lines[f] for f in lines if f.endswith("/" + path)), {})
        new = {n: c for n, c in counts.items() if n in added.get(path, ())}
        total += len(new)
        hit += sum(1 for c in new.values() if c)
        for n, c in new.items():
            of_patch[added[path][n]].append(c)
        missing += ["%s:%d" % (path, n) for n, c in sorted(new.items()) if not c]
        report.append((path, sum(1 for c in counts.values() if c), len(counts)))
        calls = next((functions[f] for f in functions
                      if f.endswith("/" + path)), {})
        changed += changed_functions(calls, new)
        if path == CPUTLB or path in more:
            of_file += [(path, function)
                        for function in not_run_by_function(counts, calls)]
    if patches:
        print("lines that the series adds:  " + percent(hit, total))
        print("functions that it changes:   "
              + percent(sum(1 for _, count in changed if count), len(changed)))
    if "--patches" in options:
        for patch, runs in sorted(of_patch.items()):
            print("%-28s " % (patch + ":")
                  + percent(sum(1 for c in runs if c), len(runs)))
    for path, covered, lines_in in report:
        print("%-28s " % (path + ":") + percent(covered, lines_in))
    if show_missing:
        for name, count in changed:
            if not count:
                print("not called: " + name)
        for place in missing:
            print("not run: " + place)
        for path, function in of_file:
            print("not run in %s: %s" % (path, function))


if __name__ == "__main__":
    main()
