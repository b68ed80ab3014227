#!/usr/bin/python3
"""Print the coverage of the files under test, and of the lines of the series.

usage: coverage.py [--missing] LCOV [PATCHES]

Without PATCHES, of the files alone: another tree has other lines.
The lines that the series adds are those that its patches add and that are
still there after the last of them: the added text is looked up in the file.
"""
import bisect
import collections
import os
import re
import sys

UNDER_TEST = ["accel/tcg/cputlb.c", "system/physmem.c", "system/memory.c"]


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
            lines[name][int(line)] = int(count)
        elif key == "FN":
            line, function = value.split(",", 1)
            starts[function] = int(line)
        elif key == "FNDA":
            count, function = value.split(",", 1)
            functions[name][starts[function]] = (
                function.rpartition(":")[2], int(count))
    return lines, functions


class File:
    """A file as the patches leave it, as far as they show it."""

    def __init__(self):
        self.added = set()      # line numbers, now

    def apply(self, hunks):
        # from the end, so that earlier line numbers stay true
        for old_start, body in reversed(hunks):
            new = []
            removed = 0
            for mark, in_body in body:
                if mark == "+":
                    new.append(True)
                elif mark == " ":
                    new.append(old_start + removed in self.added)
                    removed += 1
                else:
                    removed += 1
            delta = len(new) - removed
            after = {line + delta for line in self.added
                     if line >= old_start + removed}
            before = {line for line in self.added if line < old_start}
            here = {old_start + i for i, is_new in enumerate(new) if is_new}
            self.added = before | here | after


def read_series(patches):
    """{file: line numbers that the series adds}"""
    files = collections.defaultdict(File)
    series = [line.strip() for line in open(os.path.join(patches, "series"))]
    for patch in series:
        if not patch or patch.startswith("#"):
            continue
        hunks = collections.defaultdict(list)
        name, body, left_old, left_new = None, None, 0, 0
        for line in open(os.path.join(patches, patch), errors="replace"):
            if left_old or left_new:
                mark = line[0] if line[0] in " +-" else " "
                body.append((mark, line[1:]))
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
                body = []
                hunks[name].append((int(match.group(1)), body))
        for name, of_file in hunks.items():
            files[name].apply(of_file)
    return {name: file.added for name, file in files.items()}


def changed_functions(functions, added):
    """The (function, count) that contain any of the line numbers @added"""
    starts = sorted(functions)
    inside = {bisect.bisect_right(starts, line) - 1 for line in added}
    return [functions[starts[i]] for i in sorted(inside) if i >= 0]


def percent(hit, total):
    return "%5.1f %% (%d of %d)" % (100.0 * hit / max(total, 1), hit, total)


def main():
    args = sys.argv[1:]
    show_missing = args[0] == "--missing"
    lcov, *patches = args[show_missing:]
    lines, functions = read_lcov(lcov)
    added = read_series(patches[0]) if patches else {}

    total = hit = 0
    missing = []
    report = []
    changed = []
    for path in UNDER_TEST:
        counts = next((lines[f] for f in lines if f.endswith("/" + path)), {})
        new = {n: c for n, c in counts.items() if n in added.get(path, ())}
        total += len(new)
        hit += sum(1 for c in new.values() if c)
        missing += ["%s:%d" % (path, n) for n, c in sorted(new.items()) if not c]
        report.append((path, sum(1 for c in counts.values() if c), len(counts)))
        calls = next((functions[f] for f in functions
                      if f.endswith("/" + path)), {})
        changed += changed_functions(calls, new)
    if patches:
        print("lines that the series adds:  " + percent(hit, total))
        print("functions that it changes:   "
              + percent(sum(1 for _, count in changed if count), len(changed)))
    for path, covered, lines_in in report:
        print("%-28s " % (path + ":") + percent(covered, lines_in))
    if show_missing:
        for name, count in changed:
            if not count:
                print("not called: " + name)
        for place in missing:
            print("not run: " + place)


main()
