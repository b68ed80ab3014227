#!/usr/bin/python3
"""Print the sections of C files as a table in C.

usage: embed.py FILE...

A line "/* --- NAME */" or "/* --- NAME: what it is */" begins a section; what
comes before the first of a file is left out.  The remark becomes a comment.
"""
import re
import sys

name, lines = None, []


def flush():
    if name:
        text = "".join(lines).strip("\n") + "\n\n"
        print('{ "%s",' % name)
        for line in text.splitlines():
            print('  "%s\\n"' % line.replace("\\", "\\\\").replace('"', '\\"'))
        print("},")


for file in sys.argv[1:]:
    for line in open(file):
        section = re.match(r"/\* --- ([a-z-]+)(: (.*))? \*/$", line)
        if section:
            flush()
            name, lines = section[1], []
            if section[3]:
                lines.append("/* --- %s --- */\n" % section[3])
        else:
            lines.append(line)
    flush()
    name = None
