#!/usr/bin/python3
"""Print how to compile a file of QEMU once more, in another way.

usage: recompile.py BUILD SOURCE INPUT OUTPUT [ARGUMENT...]
       recompile.py BUILD - [ARGUMENT...]      stdin: lines SOURCE INPUT OUTPUT

First the object that QEMU's build makes of SOURCE (a path within its tree),
then the command that does the same with INPUT (-: SOURCE itself), into OUTPUT,
and with the arguments in addition.  Objects and files are relative to BUILD.
"""
import json
import os
import shlex
import sys



def recompile(source, new_input, output, arguments):
    entries = [e for e in ENTRIES if e["file"].endswith("/" + source)]
    if len(entries) > 1:
        # for user emulation as well: the one that is linked
        with open(BUILD + "/objects.rsp") as objects:
            linked = objects.read().split()
        entries = [e for e in entries if BUILD + "/" + e["output"] in linked]
    if not entries:
        sys.exit("recompile: %s: QEMU does not compile %s: is the list of "
                 "files under test too old for it?" % (BUILD, source))
    entry = entries[0]
    # Without ccache, unless it is told which paths are not to matter: else it
    # would give us another directory's.
    left_out = ["-MD"]
    if "CCACHE_BASEDIR" not in os.environ:
        left_out.append("ccache")
    args = [a for a in shlex.split(entry["command"]) if a not in left_out]
    for option in ("-MQ", "-MF"):
        at = args.index(option)
        del args[at:at + 2]
    args[args.index("-o") + 1] = output
    if new_input != "-":
        args[args.index(entry["file"])] = new_input
    print(entry["output"])
    print(shlex.join(args + arguments))


BUILD = sys.argv[1]
with open(BUILD + "/compile_commands.json") as commands:
    ENTRIES = json.load(commands)
if sys.argv[2] == "-":
    for line in sys.stdin:
        recompile(*line.split(), sys.argv[3:])
else:
    recompile(*sys.argv[2:5], sys.argv[5:])
