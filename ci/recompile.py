#!/usr/bin/python3
"""Print how to compile a file of QEMU once more, in another way.

usage: recompile.py BUILD SOURCE INPUT OUTPUT [ARGUMENT...]

First the object that QEMU's build makes of SOURCE (a path within its tree),
then the command that does the same with INPUT (-: SOURCE itself), into OUTPUT,
and with the arguments in addition.  Objects and files are relative to BUILD.
"""
import json
import shlex
import sys

build, source, new_input, output = sys.argv[1:5]
with open(build + "/compile_commands.json") as commands:
    entries = [e for e in json.load(commands)
               if e["file"].endswith("/" + source)]
if len(entries) > 1:
    # for user emulation as well: the one that is linked
    with open(build + "/objects.rsp") as objects:
        linked = objects.read().split()
    entries = [e for e in entries if build + "/" + e["output"] in linked]
if not entries:
    sys.exit("recompile: %s: QEMU does not compile %s: is the list of files "
             "under test too old for it?" % (build, source))
entry = entries[0]
# Without ccache, which would give us another directory's paths.
args = [a for a in shlex.split(entry["command"]) if a not in ("ccache", "-MD")]
for option in ("-MQ", "-MF"):
    at = args.index(option)
    del args[at:at + 2]
args[args.index("-o") + 1] = output
if new_input != "-":
    args[args.index(entry["file"])] = new_input
print(entry["output"])
print(shlex.join(args + sys.argv[5:]))
