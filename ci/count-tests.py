#!/usr/bin/python3
"""Count the cases in meson's log: a test prints "ok NAME", "not ok NAME" or
"FAIL NAME" for each; one that prints none of these is one case itself.  Then come
the tests that took longest.

usage: count-tests.py TESTLOG.JSON
"""
import json
import re
import sys

SLOWEST = 10
passed = failed = 0
durations = []

for line in open(sys.argv[1]):
    test = json.loads(line)
    output = test.get("stdout", "")
    ok = len(re.findall(r"^\s*ok ", output, re.M))
    bad = re.findall(r"^\s*(?:not ok|FAIL) .*", output, re.M)
    good = test["result"] in ("OK", "EXPECTEDFAIL")
    if good and bad:
        bad.append("FAIL %s: it failed and did not say so" % test["name"])
    if not good and not bad:
        bad = ["FAIL %s: %s" % (test["name"], test["result"])]
    if good and not ok:
        ok = 1
    passed += ok
    failed += len(bad)
    name = test["name"].split(" / ")[-1]
    durations.append((test["duration"], name))
    print("%-24s %4d passed %4d failed %7.1f s" %
          (name, ok, len(bad), test["duration"]))
    for text in bad:
        print("  " + text.strip())

if not passed:
    failed += 1
    print("  FAIL no test was run")
durations.sort(reverse=True)
if durations:
    print("the slowest:")
for duration, name in durations[:SLOWEST]:
    print("%7.1f s  %s" % (duration, name))

print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
